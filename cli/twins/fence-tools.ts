import type { Ending } from "./clustat"
import type { TwinView } from "./view"

export const ACK_USAGE = "usage:\n  fence_ack_manual [-n] NODE\n"
/** The node that is meant; what to say where none is. `-n` is from earlier releases and not needed. */
export function parseAck(args: readonly string[]): { readonly node: string } | Ending {
  const [node, ...others] = args[0] === "-n" ? args.slice(1) : args
  if (node === undefined || node.startsWith("-") || others.length > 0)
    return node === "-h" ? { out: ACK_USAGE, exit: 0 } : { out: "", err: ACK_USAGE, exit: 1 }
  return { node }
}
export const ackWarning = (node: string): string =>
  `About to override fencing for ${node}.\nUsed wrongly, this destroys file systems: say so only when you have made sure\nyourself that ${node} is powered off or cut from its storage.\n\n`
export const ACK_QUESTION = "Continue [NO/absolutely]? "
/** The one word, exactly; nowhere else in this product is it worth anything. */
export const isAcknowledged = (answer: string | null): boolean => answer === "absolutely"

const NODE_USAGE = "usage: fence_node [-U] [-v] NODE\n"
export function parseFenceNode(args: readonly string[]): { readonly node: string; readonly isUnfence: boolean } | Ending {
  const flags = args.filter((a) => a.startsWith("-"))
  const [node, ...others] = args.filter((a) => !a.startsWith("-"))
  if (flags.includes("-h")) return { out: NODE_USAGE, exit: 0 }
  if (node === undefined || others.length > 0 || flags.some((f) => !["-U", "-v", "-vv"].includes(f)))
    return { out: "", err: NODE_USAGE, exit: 1 }
  return { node, isUnfence: flags.includes("-U") }
}
const waitStateOf = ({ isQuorate }: TwinView, victims: number): string => {
  if (victims === 0) return "none"
  return isQuorate ? "fencing" : "quorum"
}
/** `fence_tool ls`: the fence domain as fenced sees it. The panel stands in for the master: the first member that is up. */
export function fenceTool(view: TwinView, args: readonly string[]): Ending {
  if (args[0] !== "ls") return { out: "", err: "usage: fence_tool ls [-n]\n", exit: 1 }
  const members = view.nodes.filter(({ isUp }) => isUp).map(({ id }) => id)
  const victims = view.nodes.filter(({ isVictim }) => isVictim).map(({ id }) => id)
  const master = members[0] ?? 0
  const rows = [
    ["member count", members.length],
    ["victim count", victims.length],
    ["victim now", victims[0] ?? 0],
    ["master nodeid", master],
    ["wait state", waitStateOf(view, victims.length)],
    ["members", members.join(" ")],
  ]
  const all = view.nodes.map(
    ({ id, isUp, isVictim }) => `nodeid ${id} member ${isUp ? 1 : 0} victim ${isVictim ? 1 : 0} last fence master 0 how none\n`,
  )
  const isAll = args.includes("-n")
  return {
    out: `fence domain\n${rows.map(([k, v]) => `${String(k).padEnd(13)} ${v}\n`).join("")}${isAll ? `all nodes\n${all.join("")}` : ""}`,
    exit: 0,
  }
}
