import { parseArgs } from "node:util"
import { clustatText, memberTable, serviceLong, serviceTable } from "./clustat-text"
import { CLUSTAT_VERSION, clustatXml, hex } from "./clustat-xml"
import { fullName, type TwinView } from "./view"

/** What an old command prints, and how it ends (0..255). */
export type Ending = { readonly out: string; readonly err?: string; readonly exit: number }

const options = {
  i: { type: "string", short: "i" },
  I: { type: "boolean", short: "I" },
  m: { type: "string", short: "m" },
  s: { type: "string", short: "s" },
  Q: { type: "boolean", short: "Q" },
  x: { type: "boolean", short: "x" },
  f: { type: "boolean", short: "f" },
  l: { type: "boolean", short: "l" },
  q: { type: "boolean", short: "q" },
  v: { type: "boolean", short: "v" },
  h: { type: "boolean", short: "h" },
} as const
export const CLUSTAT_USAGE = `usage: clustat <options>
    -i <interval>      Refresh every <interval> seconds.  May not be used
                       with -x.
    -I                 Display local node ID and exit
    -m <member>        Display status of <member> and exit
    -s <service>       Display status of <service> and exit
    -Q                 Return 0 if quorate, 1 if not (no output)
    -x                 Dump information as XML
    -f                 Enable fast clustat reports
    -l                 Use long format for services
    -q                 No output; only the exit code
    -v                 Display version and exit
`
export type ClustatRequest = {
  readonly everyMs: number | undefined
  readonly asks: "all" | "id" | "quorum" | "member" | "service"
  readonly name: string
  readonly isXml: boolean
  readonly isLong: boolean
  readonly isQuiet: boolean
}
const SECONDS_MAX = 86_400
const usage = (why: string): Ending => ({ out: "", err: `clustat: ${why}\n${CLUSTAT_USAGE}`, exit: 1 })
const asksOf = (v: { Q?: boolean; I?: boolean; m?: string; s?: string }): ClustatRequest["asks"] => {
  if (v.Q) return "quorum"
  if (v.I) return "id"
  if (v.m !== undefined) return "member"
  return v.s === undefined ? "all" : "service"
}
function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
/** The options of §3.2. */
export function parseClustat(args: readonly string[]): ClustatRequest | Ending {
  const v = parsed(args)
  if (typeof v === "string") return usage(v)
  if (v.h) return { out: CLUSTAT_USAGE, exit: 0 }
  if (v.v) return { out: `clustat version ${CLUSTAT_VERSION} (moyai)\n`, exit: 0 }
  if (v.i !== undefined && v.x) return { out: "Error: Options '-i' and '-x' are mutually exclusive\n", exit: 1 }
  // As atoi reads it: what is no number from 1 is 1.
  const seconds = v.i === undefined ? undefined : Math.min(SECONDS_MAX, Math.max(1, Number.parseInt(v.i, 10) || 1))
  return {
    everyMs: seconds === undefined ? undefined : seconds * 1_000,
    asks: asksOf(v),
    name: v.m ?? v.s ?? "",
    ...{ isXml: v.x === true, isLong: v.l === true, isQuiet: v.q === true },
  }
}

const runningStates = ["starting", "started", "stopping"]
function service(view: TwinView, r: ClustatRequest, columns: number): Ending {
  const group = view.groups.find(({ name }) => name === fullName(r.name))
  if (!group) return { out: "", err: `Service ${fullName(r.name)} does not exist\n`, exit: 255 }
  const exit = runningStates.includes(group.stateName) ? 0 : group.state
  const text = r.isLong ? serviceLong([group]) : serviceTable([group], columns)
  return { out: r.isXml ? clustatXml(view, { groups: [group] }) : text, exit }
}
function member(view: TwinView, r: ClustatRequest, columns: number): Ending {
  const node = view.nodes.find(({ name }) => name === r.name)
  if (!node) return { out: "", err: `Member ${r.name} does not exist\n`, exit: 255 }
  return { out: r.isXml ? clustatXml(view, { nodes: [node] }) : memberTable([node], columns), exit: node.isUp ? 0 : 1 }
}
function localId({ nodes }: TwinView): Ending {
  const local = nodes.find(({ isLocal }) => isLocal)
  return local ? { out: `${hex(local.id)}\n`, exit: 0 } : { out: "", err: "This machine is not a member of the cluster\n", exit: 1 }
}
function answered(view: TwinView, r: ClustatRequest, columns: number): Ending {
  switch (r.asks) {
    case "quorum":
      return { out: "", exit: view.isQuorate ? 0 : 1 }
    case "id":
      return localId(view)
    case "member":
      return member(view, r, columns)
    case "service":
      return service(view, r, columns)
    case "all":
      return { out: r.isXml ? clustatXml(view) : clustatText(view, columns, r.isLong), exit: 0 }
    default:
      return r.asks satisfies never
  }
}
/** What clustat says of this cluster (service-manager.md §3.2). */
export function clustat(view: TwinView, r: ClustatRequest, columns: number): Ending {
  const ending = answered(view, r, columns)
  return r.isQuiet ? { out: "", exit: ending.exit } : ending
}
