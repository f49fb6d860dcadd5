import { ctime, type TwinGroup, type TwinNode, type TwinView } from "./view"

/** Below this many columns the old command's widths would be none at all. */
const COLUMNS_MIN = 40
const STATE_WIDTH = 14
const cut = (text: string, width: number): string => text.slice(0, width).padEnd(width)
const line = (parts: readonly string[]): string => ` ${parts.join(" ")}\n`

const statusOf = ({ isUp, isLocal, hasManager }: TwinNode): string =>
  [isUp ? "Online" : "Offline", isLocal ? "Local" : "", hasManager ? "rgmanager" : ""].filter(Boolean).join(", ")
/** Widths follow the terminal; a row's id stands one column further right than its heading, as it always did. */
export function memberTable(nodes: readonly TwinNode[], columns: number): string {
  const width = Math.floor(Math.max(columns, COLUMNS_MIN) / 2)
  const head = (name: string, id: string, status: string) => ` ${cut(name, width)}${cut(id, 4)} ${status}\n`
  const rows = [...nodes].sort((a, b) => a.id - b.id).map((n) => line([cut(n.name, width), String(n.id).padStart(4), statusOf(n)]))
  return [head("Member Name", "ID", "Status"), head("------ ----", "----", "------"), ...rows].join("")
}
const lastOwnerStates = ["stopped", "disabled", "recoverable", "failed"]
/** Who has it, or had it last: in parentheses. */
export const ownerOf = ({ stateName, owner, lastOwner }: TwinGroup): string =>
  lastOwnerStates.includes(stateName) ? `(${owner ?? lastOwner ?? "none"})` : (owner ?? "none")
/** Flags stand at the end of the column. */
function stateOf({ stateName, isFrozen, isPartial }: TwinGroup): string {
  const letters = `${isFrozen ? "Z" : ""}${isPartial ? "P" : ""}`
  const flags = letters === "" ? "" : `[${letters}]`
  return `${cut(stateName, STATE_WIDTH - flags.length)}${flags}`
}
export const flagNames = ({ isFrozen, isPartial }: TwinGroup): readonly string[] => [
  ...(isFrozen ? ["frozen"] : []),
  ...(isPartial ? ["partial"] : []),
]
export const flagBits = ({ isFrozen, isPartial }: TwinGroup): number => (isFrozen ? 1 : 0) + (isPartial ? 2 : 0)
export function serviceTable(groups: readonly TwinGroup[], columns: number): string {
  const width = Math.floor((Math.max(columns, COLUMNS_MIN) - 20) / 2)
  const row = (name: string, owner: string, state: string) => line([cut(name, width), cut(owner, width), state.padEnd(STATE_WIDTH)])
  // Parentheses close even where the name between them is cut.
  const fitted = (owner: string) => (owner.length > width && owner.endsWith(")") ? `${owner.slice(0, width - 1)})` : owner)
  return [
    row("Service Name", "Owner (Last)", "State"),
    row("------- ----", "----- ------", "-----"),
    ...groups.map((g) => row(g.name, fitted(ownerOf(g)), stateOf(g))),
  ].join("")
}
export const serviceLong = (groups: readonly TwinGroup[]): string =>
  [
    "Service Information\n------- -----------\n",
    ...groups.map((g) =>
      [
        `Service Name      : ${g.name}`,
        `  Current State   : ${g.stateName} (${g.state})`,
        `  Flags           : ${flagNames(g).join(", ") || "none"} (${flagBits(g)})`,
        `  Owner           : ${g.owner ?? "none"}`,
        `  Last Owner      : ${g.lastOwner ?? "none"}`,
        `  Last Transition : ${ctime(g.sinceMs)}`,
        "",
      ].join("\n"),
    ),
  ].join("\n")
const services = (view: TwinView, columns: number, isLong: boolean): string => {
  if (!view.isQuorate) return "Service states unavailable: Operation requires quorum\n"
  if (view.groups.length === 0) return ""
  return isLong ? serviceLong(view.groups) : serviceTable(view.groups, columns)
}
/** The whole of it: who is there, what runs where. */
export const clustatText = (view: TwinView, columns: number, isLong: boolean): string =>
  [
    `Cluster Status for ${view.name} @ ${ctime(view.nowMs)}\n`,
    `Member Status: ${view.isQuorate ? "Quorate" : "Inquorate"}\n\n`,
    memberTable(view.nodes, columns),
    "\n",
    services(view, columns, isLong),
  ].join("")
