import { type Definitions, type Imported, toDefinitions } from "../../../agents/cluster-conf/definitions"
import { newElement, withChildren, withPart } from "../../../agents/cluster-conf/edit"
import type { ClusterConf } from "../../../agents/cluster-conf/model"
import type { Note } from "../../../agents/cluster-conf/notes"
import { modelOf, parseClusterConf } from "../../../agents/cluster-conf/parse"
import { fromDefinitions } from "../../../agents/cluster-conf/write-definitions"
import type { Read, XmlDocument } from "../../../agents/cluster-conf/xml"
import { report } from "../../domain/report"
import { Refused } from "../verb"
import { alike, renamed, reversed } from "./names"

const taken = <T>(read: Read<T>): T => {
  if (read.ok) return read.value
  const { line, text } = read.error
  throw new Refused(409, [report("confUnreadable", { line: String(line), detail: text }, "text")])
}
/** @throws Refused 409 with the line. */
export const confOf = (text: string): ClusterConf => taken(parseClusterConf(text))
export const confIn = (document: XmlDocument): ClusterConf => taken(modelOf(document))
/** What stands there when nothing was ever imported: a version of 0, so that the first export has 1. */
export const emptyConf = (name: string): ClusterConf =>
  confIn({
    ...{ declaration: { version: "1.0" }, before: [], after: [] },
    root: newElement("cluster", { name, config_version: "0" }),
  })

/** With those members of the panel that it does not name, after the others. */
function withNodes(conf: ClusterConf, members: readonly string[]): ClusterConf {
  const missing = members.filter((name) => !conf.nodes.some((n) => n.name === name))
  if (missing.length === 0) return conf
  const last = Math.max(0, ...conf.nodes.map(({ nodeId = 0 }) => nodeId))
  const added = missing.map((name, i) => newElement("clusternode", { name, nodeid: String(last + i + 1) }))
  const root = withPart(conf.document.root, "clusternodes", (part) => withChildren(part, (child) => child, added, "\n  "), "\n")
  return confIn({ ...conf.document, root })
}
/** The file as the panel has things: what it does not manage stays as it is written, so does the fencing of nodes that it does not have. */
export function writtenInto(
  conf: ClusterConf,
  panel: Definitions,
  members: readonly string[],
): { readonly document: XmlDocument; readonly notes: readonly Note[] } {
  const { definitions } = toDefinitions(conf)
  const foreign = definitions.fencing.filter(({ node }) => !members.includes(node))
  const now = renamed(panel, reversed(alike(definitions, panel)))
  return fromDefinitions({ ...now, fencing: [...now.fencing, ...foreign] }, withNodes(conf, members))
}
/** As `toDefinitions`, with the names that the panel has for its resources. */
export function readAs(conf: ClusterConf, panel: Definitions): Imported {
  const imported = toDefinitions(conf)
  const names = alike(imported.definitions, panel)
  const here = ([key, element]: readonly [string, (typeof conf)["document"]["root"]]) => {
    const [, place = "", name = ""] = /^(.*\/)([^/]*)$/.exec(key) ?? []
    return [`${place}${names.get(name) ?? name}`, element] as const
  }
  const resources = new Map([...imported.origins.resources].map(here))
  return { ...imported, definitions: renamed(imported.definitions, names), origins: { ...imported.origins, resources } }
}
