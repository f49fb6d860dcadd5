import type { Begun, SimHost } from "../contract"
import { journalOf, type What } from "./sim-journal"
import { answer, type Phases, phasesOf, result } from "./sim-phases"
import { always, isEnabled, listText, setEnabled, showText, units } from "./sim-unit-files"

const words = {
  start: { after: "started", doing: "starting", absent: "found" },
  stop: { after: "stopped", doing: "stopping", absent: "loaded" },
} as const

type Systemd = { readonly host: SimHost; readonly phases: Phases; readonly journal: ReturnType<typeof journalOf> }
function change({ phases, journal }: Systemd, action: "start" | "stop", unit: string): Begun {
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
const enable = ({ host }: Systemd, unit: string, isWanted: boolean): Begun => ({
  takesMs: 300,
  hasEffect: true,
  end: () => {
    setEnabled(host.disk, unit, isWanted)
    return result(0)
  },
})
function systemctl(systemd: Systemd, [, verb, ...rest]: readonly string[]): Begun {
  const unit = rest.at(-1) ?? ""
  switch (verb) {
    case "start":
    case "stop":
      return change(systemd, verb, unit)
    case "show": {
      const phase = always.has(unit) ? "started" : systemd.phases.get(unit)
      return answer(0, showText(systemd.host.disk, unit, phase, rest[1]?.split(",") ?? []))
    }
    case "list-unit-files":
      return answer(0, listText(systemd.host.disk, rest))
    case "enable":
    case "disable":
      return enable(systemd, unit, verb === "enable")
    default:
      return answer(1, "", `Unknown command verb ${verb}.\n`)
  }
}

/** systemd of a pretend machine: its units, what it writes to the journal, and which of them start at boot. */
export function simulateUnits(host: SimHost) {
  const systemd: Systemd = { host, phases: phasesOf(host), journal: journalOf(host) }
  const { phases, journal } = systemd
  for (const unit of units.keys()) if (isEnabled(host.disk, unit)) phases.set(unit, "started")
  function begin(argv: readonly string[]): Begun | undefined {
    if (argv[0] === "journalctl" && argv.includes("-f")) return { ...answer(0), follow: journal.follow }
    return argv[0] === "systemctl" ? systemctl(systemd, argv) : undefined
  }
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
