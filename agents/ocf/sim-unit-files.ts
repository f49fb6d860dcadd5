import type { Phase } from "./sim-phases"

export type SimUnit = { readonly description: string; readonly startMs: number; readonly stopMs: number }
/** What the cluster's services are made of. */
export const units: ReadonlyMap<string, SimUnit> = new Map([
  ["apache2.service", { description: "The Apache HTTP Server", startMs: 1_200, stopMs: 700 }],
  ["named.service", { description: "BIND Domain Name Server", startMs: 800, stopMs: 500 }],
  ["postfix.service", { description: "Postfix Mail Transport Agent", startMs: 1_000, stopMs: 600 }],
])
/** They belong to the system: always running, never a service of the cluster. */
export const always: ReadonlySet<string> = new Set(["cron.service", "dbus.service", "ssh.service"])
const all = [...units.keys(), ...always].sort()

const wantsPath = (unit: string) => `/etc/systemd/system/multi-user.target.wants/${unit}`
export const isEnabled = (disk: ReadonlyMap<string, string>, unit: string): boolean => always.has(unit) || disk.has(wantsPath(unit))
export function setEnabled(disk: Map<string, string>, unit: string, isWanted: boolean) {
  if (isWanted) disk.set(wantsPath(unit), "")
  else disk.delete(wantsPath(unit))
}

const shown: Record<Phase, readonly [active: string, sub: string, result: string]> = {
  started: ["active", "running", "success"],
  starting: ["activating", "start", "success"],
  stopped: ["inactive", "dead", "success"],
  stopping: ["deactivating", "stop-sigterm", "success"],
  failed: ["failed", "failed", "exit-code"],
  stuck: ["failed", "failed", "timeout"],
}
const alive: readonly Phase[] = ["started", "starting", "stopping", "stuck"]

/** `systemctl show -p …`: the properties in systemd's own order, whatever the order asked for. */
export function showText(disk: ReadonlyMap<string, string>, unit: string, phase: Phase, wanted: readonly string[]): string {
  const isKnown = all.includes(unit)
  const [active, sub, why] = shown[phase]
  const isAlive = alive.includes(phase)
  const values = [
    ["Result", why],
    ["MainPID", isAlive && phase !== "stuck" ? String(400 + all.indexOf(unit) * 17) : "0"],
    ["ControlGroup", isAlive ? `/system.slice/${unit}` : ""],
    ["LoadState", isKnown ? "loaded" : "not-found"],
    ["ActiveState", active],
    ["SubState", sub],
    ["UnitFileState", isKnown ? (isEnabled(disk, unit) ? "enabled" : "disabled") : ""],
  ] as const
  return values
    .filter(([key]) => wanted.includes(key))
    .map(([key, value]) => `${key}=${value}\n`)
    .join("")
}
/** `systemctl list-unit-files --plain --no-legend`, with `--state=` or without. */
export function listText(disk: ReadonlyMap<string, string>, argv: readonly string[]): string {
  const states = argv
    .find((word) => word.startsWith("--state="))
    ?.slice("--state=".length)
    .split(",")
  return all
    .map((unit) => [unit, isEnabled(disk, unit) ? "enabled" : "disabled"] as const)
    .filter(([, state]) => !states || states.includes(state))
    .map(([unit, state]) => `${unit.padEnd(20)} ${state.padEnd(8)} enabled\n`)
    .join("")
}
