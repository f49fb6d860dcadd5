import { flagBits, flagNames } from "./clustat-text"
import { ctime, type TwinGroup, type TwinNode, type TwinView } from "./view"

export const CLUSTAT_VERSION = "4.1.1"
const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }
const escaped = (value: string): string => value.replace(/[&<>"]/g, (c) => entities[c] ?? c)
const element = (name: string, attributes: Readonly<Record<string, string | number>>): string =>
  `<${name} ${Object.entries(attributes)
    .map(([k, v]) => `${k}="${escaped(String(v))}"`)
    .join(" ")}/>`
const bit = (is: boolean): 0 | 1 => (is ? 1 : 0)

const nodeXml = ({ name, id, isUp, isLocal, hasManager }: TwinNode): string =>
  `    ${element("node", {
    ...{ name, state: bit(isUp), local: bit(isLocal), estranged: 0, rgmanager: bit(hasManager) },
    ...{ rgmanager_master: 0, qdisk: 0, nodeid: hex(id) },
  })}\n`
const groupXml = (group: TwinGroup): string =>
  `    ${element("group", {
    ...{ name: group.name, state: group.state, state_str: group.stateName },
    ...{ flags: flagBits(group), flags_str: flagNames(group).join(" ") },
    ...{ owner: group.owner ?? "none", last_owner: group.lastOwner ?? "none", restarts: group.restarts },
    ...{ last_transition: Math.floor(group.sinceMs / 1_000), last_transition_str: ctime(group.sinceMs) },
  })}\n`
/** A node's id as the old commands print it. */
export const hex = (id: number): string => `0x${id.toString(16).padStart(8, "0")}`
/** The panel has no number for a cluster or its membership: one that follows from the name, and 0. */
const clusterId = (name: string): number => [...name].reduce((sum, c) => (sum * 31 + (c.codePointAt(0) ?? 0)) % 65_535, 0) + 1

/** Of the whole cluster, or of one member or service: then without cluster and quorum. */
export function clustatXml(
  view: TwinView,
  only?: { readonly nodes?: readonly TwinNode[]; readonly groups?: readonly TwinGroup[] },
): string {
  const { nodes = only ? undefined : view.nodes, groups = only || !view.isQuorate ? undefined : view.groups } = only ?? {}
  return [
    `<?xml version="1.0"?>\n<clustat version="${CLUSTAT_VERSION}">\n`,
    ...(only
      ? []
      : [
          `  ${element("cluster", { name: view.name, id: clusterId(view.name), generation: 0 })}\n`,
          `  ${element("quorum", { quorate: bit(view.isQuorate), groupmember: bit(view.isQuorate) })}\n`,
        ]),
    ...(nodes ? ["  <nodes>\n", ...[...nodes].sort((a, b) => a.id - b.id).map(nodeXml), "  </nodes>\n"] : []),
    ...(groups ? ["  <groups>\n", ...groups.map(groupXml), "  </groups>\n"] : []),
    "</clustat>\n",
  ].join("")
}
