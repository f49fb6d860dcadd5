import { agentParameters, placeParameters } from "./agent-parameters"
import type { ClusterConf } from "./model"
import { isMapped } from "./resource-map"
import { actionParameters, isResourcePath, type Word, words } from "./words"
import type { XmlElement, XmlNode } from "./xml"

/** It takes effect in the panel; it is known, kept and written back; nobody knows it, and it is kept and written back all the same. */
export type Reading = "understood" | "verbatim" | "notUnderstood"
export type Covered = {
  readonly line: number
  /** `cluster/rm/service`; an attribute ends in `@name`, text in `#text`. */
  readonly path: string
  readonly reading: Reading
}
const ofWord = ({ understood = [], verbatim = [], takesOptions }: Word, name: string): Reading => {
  if (understood.includes(name)) return "understood"
  if (verbatim.includes(name)) return "verbatim"
  return takesOptions ? "understood" : "notUnderstood"
}
function ofResource(type: string, name: string): Reading {
  if (isMapped(type, name)) return "understood"
  return agentParameters[type]?.includes(name) || placeParameters.includes(name) ? "verbatim" : "notUnderstood"
}
const ofAction = (name: string): Reading => (actionParameters.includes(name) ? "understood" : "notUnderstood")

type Known = { readonly element: Reading; readonly attribute: (name: string) => Reading }
const strange: Known = { element: "notUnderstood", attribute: () => "notUnderstood" }
function knownAt(path: string, { name }: XmlElement): Known {
  if (isResourcePath(path)) {
    if (name === "action") return { element: "understood", attribute: ofAction }
    if (!agentParameters[name]) return strange
    return { element: isMapped(name) ? "understood" : "verbatim", attribute: (attribute) => ofResource(name, attribute) }
  }
  const word = words[path]
  if (!word) return strange
  const takesEffect = Object.keys(words).some((other) => (other === path || other.startsWith(`${path}/`)) && words[other]?.understood)
  return { element: takesEffect || path.startsWith("cluster/rm/resource") ? "understood" : "verbatim", attribute: (a) => ofWord(word, a) }
}
function nodesAt(path: string, node: XmlNode): readonly Covered[] {
  if (node.kind === "element") return elementAt(`${path}/${node.name}`, node)
  if (node.kind === "comment") return []
  if (node.kind === "instruction") return [{ line: node.line, path: `${path}/?${node.target}`, reading: "notUnderstood" }]
  const blanks = /^\s*/.exec(node.text)?.[0] ?? ""
  return blanks === node.text ? [] : [{ line: node.line + blanks.split("\n").length - 1, path: `${path}/#text`, reading: "notUnderstood" }]
}
function elementAt(path: string, element: XmlElement): readonly Covered[] {
  const { element: reading, attribute } = knownAt(path, element)
  return [
    { line: element.line, path, reading },
    ...element.attributes.map((a): Covered => ({ line: a.line, path: `${path}/@${a.name}`, reading: attribute(a.name) })),
    ...element.children.flatMap((child) => nodesAt(path, child)),
  ]
}
/** Every element, attribute and text of the file, in its order: nothing is left out. Comments are kept, and are no setting. */
export const coverageOf = ({ document: { root } }: ClusterConf): readonly Covered[] => elementAt(root.name, root)
