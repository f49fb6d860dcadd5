import type { Begun, SimHost } from "../contract"
import { journalOf, type What } from "./sim-journal"
import { answer, type Phase, phasesOf, result } from "./sim-phases"

type SimUnit = { readonly description: string; readonly startMs: number; readonly stopMs: number }
const units = new Map<string, SimUnit>([
  ["apache2.service", { description: "The Apache HTTP Server", startMs: 1_200, stopMs: 700 }],
  ["named.service", { description: "BIND Domain Name Server", startMs: 800, stopMs: 500 }],
  ["postfix.service", { description: "Postfix Mail Transport Agent", startMs: 1_000, stopMs: 600 }],
])
/** They belong to the system: always there, never a service of the cluster. */
const always = new Map([
  ["cron.service", "Regular background program processing daemon"],
  ["dbus.service", "D-Bus System Message Bus"],
  ["ssh.service", "OpenBSD Secure Shell server"],
])
const wantsPath = (unit: string) => `/etc/systemd/system/multi-user.target.wants/${unit}`
const shown: Record<Phase, readonly [active: string, sub: string, result: string]> = {
  started: ["active", "running", "success"],
  starting: ["activating", "start", "success"],
  stopped: ["inactive", "dead", "success"],
  stopping: ["deactivating", "stop-sigterm", "success"],
  failed: ["failed", "failed", "exit-code"],
  stuck: ["failed", "failed", "timeout"],
}
const words = {
  start: { after: "started", doing: "starting", absent: "found" },
  stop: { after: "stopped", doing: "stopping", absent: "loaded" },
} as const
const running: readonly Phase[] = ["started", "starting", "stopping", "stuck"]

/** systemd of a pretend machine: its units, what it writes to the journal, and which of them start at boot. */
export function simulateUnits(host: SimHost) {
  const phases = phasesOf(host)
  const journal = journalOf(host)
  const isEnabled = (unit: string) => always.has(unit) || host.disk.has(wantsPath(unit))
  const phaseOf = (unit: string): Phase => (always.has(unit) ? "started" : phases.get(unit))
  const pidOf = (unit: string) => 400 + [...units.keys(), ...always.keys()].indexOf(unit) * 17
  for (const unit of units.keys()) if (isEnabled(unit)) phases.set(unit, "started")

  function change(action: "start" | "stop", unit: string): Begun {
    const known = units.get(unit)
    if (always.has(unit)) return answer(0)
    const { after, doing, absent } = words[action]
    if (!known) return answer(5, "", `Failed to ${action} ${unit}: Unit ${unit} not ${absent}.\n`)
    // A failed unit stays failed when it is stopped.
    const isOver = phases.get(unit) === after || (action === "stop" && phases.get(unit) === "failed")
    if (isOver) return { takesMs: 50, hasEffect: true, end: () => result(0) }
    const say = (what: What) => journal.write(unit, known.description, what)
    say(doing)
    const succeeded = () => {
      say(after)
      return result(0)
    }
    const failed = () => {
      say("failed")
      return result(1, "", `Job for ${unit} failed because the control process exited with error code.\n`)
    }
    return phases.change({ name: unit, action, takesMs: known[`${action}Ms`], failsAs: "failed", succeeded, failed })
  }
  function show(unit: string, wanted: readonly string[]): Begun {
    const isKnown = units.has(unit) || always.has(unit)
    const phase = phaseOf(unit)
    const [active, sub, why] = shown[phase]
    const isRunning = running.includes(phase)
    const values = new Map([
      ["Result", why],
      ["MainPID", isRunning && phase !== "stuck" ? String(pidOf(unit)) : "0"],
      ["ControlGroup", isRunning ? `/system.slice/${unit}` : ""],
      ["LoadState", isKnown ? "loaded" : "not-found"],
      ["ActiveState", active],
      ["SubState", sub],
      ["UnitFileState", isKnown ? (isEnabled(unit) ? "enabled" : "disabled") : ""],
    ])
    return answer(
      0,
      [...values]
        .filter(([key]) => wanted.includes(key))
        .map(([key, value]) => `${key}=${value}\n`)
        .join(""),
    )
  }
  function list(argv: readonly string[]): Begun {
    const all = [...units.keys(), ...always.keys()].sort().map((unit) => [unit, isEnabled(unit) ? "enabled" : "disabled"] as const)
    const states = argv
      .find((word) => word.startsWith("--state="))
      ?.slice(8)
      .split(",")
    return answer(
      0,
      all
        .filter(([, state]) => !states || states.includes(state))
        .map(([unit, state]) => `${unit.padEnd(20)} ${state.padEnd(8)} enabled\n`)
        .join(""),
    )
  }
  function begin(argv: readonly string[]): Begun | undefined {
    const [tool, verb, ...rest] = argv
    if (tool === "journalctl" && argv.includes("-f")) return { ...answer(0), follow: journal.follow }
    if (tool !== "systemctl") return undefined
    const unit = rest.at(-1) ?? ""
    switch (verb) {
      case "start":
      case "stop":
        return change(verb, unit)
      case "show":
        return show(unit, rest[1]?.split(",") ?? [])
      case "list-unit-files":
        return list(argv)
      case "enable":
      case "disable":
        return enable(unit, verb === "enable")
      default:
        return answer(1, "", `Unknown command verb ${verb}.\n`)
    }
  }
  const enable = (unit: string, isWanted: boolean): Begun => ({
    takesMs: 300,
    hasEffect: true,
    end: () => {
      if (isWanted) host.disk.set(wantsPath(unit), "")
      else host.disk.delete(wantsPath(unit))
      return result(0)
    },
  })
  /** As somebody at the machine's own keyboard would: true when it ran. */
  function stopByHand(name: string): boolean {
    const unit = name.endsWith(".service") ? name : `${name}.service`
    const known = units.get(unit)
    if (!known || phases.get(unit) !== "started") return false
    journal.write(unit, known.description, "stopping")
    phases.set(unit, "stopped")
    journal.write(unit, known.description, "stopped")
    return true
  }
  const listed = () => [...units.keys()].map((name) => ({ name, isRunning: phases.get(name) === "started" }))
  return { begin, held: phases.held, stopByHand, units: listed }
}
