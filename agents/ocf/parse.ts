import type { ResourceState } from "../../lib/domain/service"
import type { CommandResult } from "../../lib/node/session"
import { lineOf } from "../agent-line"
import { AtBoot, type Monitor } from "./schema"

const OUTPUT_MAX = 1024 * 1024
const lastLine = (text: string): string => lineOf(text.slice(-4_096).trimEnd().split("\n").at(-1) ?? "")

/**
 * OCF 1.1 §exit codes. 7 is "not running". 5 is read so too, as Pacemaker reads it from a probe: a member without the software
 * must not look like a holder. It is marked, for on a node that had the service it proves nothing. All others may be active.
 */
const ocfCodes = new Map<number, readonly [ResourceState, string]>([
  [0, ["started", "running"]],
  [1, ["failed", "generic error"]],
  [2, ["failed", "wrong arguments"]],
  [3, ["failed", "action not implemented"]],
  [4, ["failed", "insufficient privileges"]],
  [5, ["stopped", "not installed"]],
  [6, ["failed", "not configured"]],
  [7, ["stopped", "not running"]],
  [8, ["started", "running, promoted"]],
  [9, ["failed", "failed, promoted"]],
  [126, ["failed", "the agent cannot be executed"]],
  [127, ["failed", "the agent is missing"]],
])
/** The agent's reason, else its last line without ocf_log's time: a detail that differs at each reading would look like news. */
function reasonOf({ stdout, stderr }: CommandResult): string {
  const text = stderr.slice(-16_384)
  const reason = text.match(/ocf-exit-reason:([^\n]*)/)?.[1]
  return reason === undefined ? lastLine(stderr || stdout).replace(/^.{0,80}?\b(ERROR|WARNING|INFO|CRIT):\s*/, "") : lineOf(reason)
}
export function parseOcfMonitor(result: CommandResult): Monitor {
  const { exitCode } = result
  const [state, words] = ocfCodes.get(exitCode) ?? (["failed", `exit code ${exitCode}`] as const)
  const reason = exitCode === 7 || state === "started" ? "" : reasonOf(result)
  return {
    state,
    detail: reason === "" ? words : `${words}: ${reason}`,
    exitCode,
    ...(exitCode === NOT_INSTALLED ? { isAbsent: true } : {}),
  }
}
const NOT_INSTALLED = 5

/** LSB init script actions, `status`. 1 and 2 are dead with something left behind: not running, as Pacemaker reads them too. */
const lsbCodes = new Map<number, readonly [ResourceState, string]>([
  [0, ["started", "running"]],
  [1, ["stopped", "not running, its pid file was left behind"]],
  [2, ["stopped", "not running, its lock file was left behind"]],
  [3, ["stopped", "not running"]],
])
export function parseLsbStatus(result: CommandResult): Monitor {
  const { exitCode } = result
  const [state, words] = lsbCodes.get(exitCode) ?? (["failed", `status unknown (exit code ${exitCode})`] as const)
  const reason = state === "failed" ? lastLine(result.stderr || result.stdout) : ""
  return { state, detail: reason === "" ? words : `${words}: ${reason}`, exitCode }
}

/**
 * The `key=value` lines of `systemctl show`. It ends with 0 for any unit, so a failure means that systemd did not answer.
 * @throws Error with a plain sentence.
 */
export function propertiesOf({ exitCode, stdout, stderr }: CommandResult): ReadonlyMap<string, string> {
  if (exitCode !== 0) throw new Error(`systemctl show ended with exit code ${exitCode}: ${lastLine(stderr)}`)
  if (stdout.length > OUTPUT_MAX) throw new Error("systemctl show answered more than 1 MiB")
  const lines = stdout.split("\n").map((line) => [line, line.indexOf("=")] as const)
  return new Map(lines.flatMap(([line, at]) => (at > 0 ? [[line.slice(0, at), line.slice(at + 1)] as const] : [])))
}
const activeStates = new Set(["active", "reloading", "refreshing"])

/**
 * `inactive` is systemd's "not running". A `failed` unit is over as well, unless something is left in its control group, which
 * systemd gives up only when it is empty (unit_prune_cgroup). All in between may be active, so it is neither started nor stopped.
 */
function stateOfUnit(active: string, pid: number, cgroup: string): ResourceState {
  if (activeStates.has(active)) return "started"
  if (active === "inactive") return "stopped"
  return active === "failed" && pid === 0 && cgroup === "" ? "stopped" : "failed"
}
export const parseUnit =
  (unit: string) =>
  (result: CommandResult): Monitor => {
    const properties = propertiesOf(result)
    const word = (key: string) => lineOf(properties.get(key) ?? "")
    const active = word("ActiveState")
    if (active === "") throw new Error("systemctl show gave no ActiveState")
    const pid = /^\d{1,9}$/.test(word("MainPID")) ? Number(word("MainPID")) : 0
    const because = [
      word("SubState"),
      active === "failed" ? word("Result") : "",
      word("LoadState") === "loaded" ? "" : `unit ${word("LoadState")}`,
    ]
    const detail = `${active} (${because.filter(Boolean).join(", ")})`
    const state = stateOfUnit(active, pid, properties.get("ControlGroup") ?? "")
    return { state, detail, unit, atBoot: atBootOf(properties), ...(pid > 0 ? { pid } : {}) }
  }

export function atBootOf(properties: ReadonlyMap<string, string>): AtBoot {
  const file = properties.get("UnitFileState") ?? ""
  if (file === "") return properties.get("LoadState") === "not-found" ? "not-found" : "unknown"
  return AtBoot.safeParse(file).data ?? "unknown"
}
export const parseBoot =
  (unit: string) =>
  (result: CommandResult): { readonly unit: string; readonly atBoot: AtBoot } => ({ unit, atBoot: atBootOf(propertiesOf(result)) })
