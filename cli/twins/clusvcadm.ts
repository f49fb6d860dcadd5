import { parseArgs } from "node:util"
import type { ServiceCommand } from "../../lib/domain/legality"
import type { Ending } from "./clustat"
import { CLUSTAT_VERSION } from "./clustat-xml"
import { exitOf, type Result, textOf } from "./codes"
import { fullName, type TwinView } from "./view"

export type ClusvcadmRequest = {
  readonly command: ServiceCommand | "lock" | "unlock" | "lockState"
  /** With its type. */
  readonly service: string
  /** As it was written; the closest member is meant. */
  readonly target: string | undefined
  /** By failover domain, not on this very machine. */
  readonly isByDomain: boolean
  readonly isQuiet: boolean
}
const flag = (short: string) => ({ type: "boolean", short }) as const
const value = (short: string) => ({ type: "string", short }) as const
const options = {
  ...{ e: value("e"), d: value("d"), s: value("s"), r: value("r"), R: value("R"), M: value("M"), Z: value("Z"), U: value("U") },
  ...{ c: value("c"), m: value("m"), n: value("n"), F: flag("F"), l: flag("l"), u: flag("u"), S: flag("S") },
  ...{ q: flag("q"), v: flag("v"), h: flag("h") },
} as const
const commands = {
  e: "start",
  d: "disable",
  s: "stop",
  r: "relocate",
  R: "restart",
  M: "migrate",
  Z: "freeze",
  U: "unfreeze",
  c: "convalesce",
} as const
const flags = { l: "lock", u: "unlock", S: "lockState" } as const
export const CLUSVCADM_USAGE = `usage: clusvcadm [command]
    -e <group>             Enable <group>
    -e <group> -F          Enable <group> according to failover domain rules
    -e <group> -m <member> Enable <group> on <member>
    -d <group>             Disable <group>
    -s <group>             Stop <group> until the next transition
    -r <group> [-m <member>]  Relocate <group> [to <member>]
    -R <group>             Restart <group> in place
    -M <group> -m <member> Migrate <group> to <member>
    -Z <group>             Freeze <group>
    -U <group>             Unfreeze <group>
    -c <group>             Convalesce: start the parts of <group> that are off
    -l, -u, -S             Lock, unlock, show the lock state of all groups
    -q                     Quiet
    -v                     Display version and exit
`
const usage = (why: string): Ending => ({ out: "", err: `clusvcadm: ${why}\n${CLUSVCADM_USAGE}`, exit: 1 })
function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
/** The options of §3.1. */
export function parseClusvcadm(args: readonly string[]): ClusvcadmRequest | Ending {
  const v = parsed(args)
  if (typeof v === "string") return usage(v)
  if (v.h) return { out: CLUSVCADM_USAGE, exit: 0 }
  if (v.v) return { out: `clusvcadm version ${CLUSTAT_VERSION} (moyai)\n`, exit: 0 }
  const about = Object.entries(commands).flatMap(([k, command]) => {
    const service = v[k as keyof typeof commands] // its own key
    return service === undefined ? [] : [{ command, service: fullName(service) }]
  })
  const alone = Object.entries(flags).flatMap(([k, command]) => (v[k as keyof typeof flags] ? [{ command, service: "" }] : [])) // its own key
  const [asked, ...others] = [...about, ...alone]
  const target = v.m ?? v.n
  if (asked === undefined || others.length > 0) return usage("one command, please")
  if (v.F && (asked.command !== "start" || target !== undefined)) return usage("-F goes with -e alone, and without a member")
  if (asked.command === "migrate" && target === undefined) return usage("a migration needs a member: -m <member>")
  return { ...asked, target, isByDomain: v.F === true, isQuiet: v.q === true }
}

/** The member that is meant, and what is said when it is not exactly that; undefined when none is close. */
export function targetOf(view: TwinView, written: string): { readonly node: string | undefined; readonly said: string } {
  if (view.nodes.some(({ name }) => name === written)) return { node: written, said: "" }
  const close = view.nodes.find(({ name }) => written !== "" && (name.startsWith(written) || written.startsWith(name)))?.name
  const said = `'${written}' not in membership list\n`
  return { node: close, said: close === undefined ? said : `${said}   Closest match: '${close}'\n` }
}
const doings: Readonly<Record<ServiceCommand, string>> = {
  ...{ start: "trying to enable", disable: "disabling", stop: "stopping", restart: "trying to restart", relocate: "" },
  ...{ freeze: "trying to freeze", unfreeze: "trying to unfreeze", convalesce: "trying to convalesce", migrate: "" },
}
/** What is said before the result. */
export function announced({ command, service }: { command: ServiceCommand; service: string }, target: string | undefined): string {
  const to = target === undefined ? "" : ` to ${target}`
  if (command === "relocate" || command === "migrate") return `Trying to ${command} ${service}${to}...`
  return `${command === "start" && target !== undefined ? `Member ${target}` : "Local machine"} ${doings[command]} ${service}...`
}
const tellsWhere: readonly ServiceCommand[] = ["start", "relocate", "migrate", "restart"]
/** The result in words, where it runs now, and the exit status. */
export function ended(
  { command, service }: { command: ServiceCommand; service: string },
  result: Result,
  where: { readonly asked: string | undefined; readonly owner: string | undefined },
): Ending {
  const isElsewhere = where.asked !== undefined && where.owner !== where.asked
  const now =
    result === "SUCCESS" && tellsWhere.includes(command) && where.owner !== undefined
      ? `${isElsewhere ? "Warning: " : ""}${service} is now running on ${where.owner}\n`
      : ""
  return { out: `${textOf(result)}\n${now}`, exit: exitOf(result) }
}
/** How a job that was carried out counts. `before` and `after` are the service's owner and state around it. */
export function outcomeOf(
  command: ServiceCommand,
  job: "succeeded" | "failed" | "cancelled" | "waiting",
  before: { readonly owner: string | undefined },
  after: { readonly state: string; readonly owner: string | undefined },
): Result {
  const runs = after.state === "started"
  if (runs && command === "start") return "SUCCESS"
  // Wherever it ended up, the service itself says so better than the job that took it there.
  if (runs && command === "relocate") return after.owner === before.owner ? "ERELO" : "SUCCESS"
  if (job !== "succeeded" || after.state === "failed") return failureOf(command, after.state)
  return tellsWhere.includes(command) && !runs ? "EFAIL" : "SUCCESS"
}
function failureOf(command: ServiceCommand, state: string): Result {
  if (command === "disable") return "EWARNING"
  return command === "relocate" && state === "failed" ? "EABORT" : "EFAIL"
}
