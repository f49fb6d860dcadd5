import { isFenceSecret } from "../schemas"
import { attr, type XmlDocument, type XmlElement, type XmlNode } from "./xml"

/** What stands instead of a secret, or the text that it was, by its place; undefined keeps it. */
type Say = (place: string, value: string, hide: (value: string) => string) => string | undefined

const inText = /([\w-]+)(\s*=\s*)("[^"]*"|'[^']*')/g
/** Attributes that stand in a comment, as somebody left them there. */
const hiddenIn = (text: string, by: string): string =>
  text.replace(inText, (all, name: string, is: string) => (isFenceSecret(name) ? `${name}${is}"${by}"` : all))
/** totem's token is a time-out. */
const isSecret = (element: string, name: string): boolean => element !== "totem" && isFenceSecret(name)

function walked(element: XmlElement, place: string, by: string, say: Say): XmlElement {
  const seen = new Map<string, number>()
  const placeOf = (what: string): string => {
    const count = (seen.get(what) ?? 0) + 1
    seen.set(what, count)
    return JSON.stringify([place, what, count])
  }
  const loose = (text: string, what: string): string => {
    const hide = (value: string) => (isFenceSecret(element.name) && value.trim() !== "" ? by : hiddenIn(value, by))
    const at = placeOf(what)
    return say(at, text, hide) ?? text
  }
  const child = (node: XmlNode): XmlNode => {
    if (node.kind === "element") return walked(node, placeOf(`${node.name} ${attr(node, "name") ?? attr(node, "ref") ?? ""}`), by, say)
    return { ...node, text: loose(node.text, node.kind) }
  }
  const attributes = element.attributes.map((a) =>
    isSecret(element.name, a.name) ? { ...a, value: say(`${place}@${a.name}`, a.value, () => by) ?? a.value } : a,
  )
  return { ...element, attributes, children: element.children.map(child) }
}
const everywhere = (document: XmlDocument, by: string, say: Say): XmlDocument => {
  const around = (nodes: readonly XmlNode[], where: string): readonly XmlNode[] =>
    nodes.map((node, i) =>
      node.kind === "element" ? node : { ...node, text: say(`${where}${i}`, node.text, (t) => hiddenIn(t, by)) ?? node.text },
    )
  return {
    ...document,
    before: around(document.before, "<"),
    root: walked(document.root, "", by, say),
    after: around(document.after, ">"),
  }
}

/** The document with `by` in the place of every secret: attributes of such names, in comments too, and text of such elements. */
export const withoutSecrets = (document: XmlDocument, by: string): XmlDocument =>
  everywhere(document, by, (_place, value, hide) => (value === "" ? undefined : hide(value)))

/** The secrets of `from` where `document` has nothing but `by` in their place. */
export function withSecretsOf(document: XmlDocument, from: XmlDocument, by: string): XmlDocument {
  const known = new Map<string, string>()
  everywhere(from, by, (place, value) => void known.set(place, value))
  return everywhere(document, by, (place, value, hide) => {
    const was = known.get(place)
    return was !== undefined && value !== was && hide(was) === value ? was : undefined
  })
}
