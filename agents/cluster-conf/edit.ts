import type { Attributes } from "../../lib/domain/resource-refs"
import { withAttribute } from "./render"
import { elementsIn, type XmlElement, type XmlNode } from "./xml"

export const newElement = (name: string, attrs: Attributes, children: readonly XmlElement[] = []): XmlElement => ({
  ...{ kind: "element", name, line: 0, children },
  attributes: Object.entries(attrs).map(([key, value]) => ({ name: key, value, line: 0 })),
})
/** What differs between two sets of attributes, done to an element; all else of it stays as it is written. */
export function patched(element: XmlElement, before: Attributes, after: Attributes): XmlElement {
  const gone = Object.keys(before).filter((name) => after[name] === undefined)
  const kept: XmlElement = { ...element, attributes: element.attributes.filter(({ name }) => !gone.includes(name)) }
  const changed = Object.entries(after).filter(([name, value]) => before[name] !== value)
  return changed.reduce<XmlElement>((now, [name, value]) => withAttribute(now, name, value), kept)
}
const isBlank = (node: XmlNode | undefined): boolean => node?.kind === "text" && node.text.trim() === ""
/** The white space before an element's first child, or one step deeper than the element itself. */
const indentOf = (parent: XmlElement, outer: string): string => {
  const [first] = parent.children
  return first?.kind === "text" && isBlank(first)
    ? (/\n[ \t]*$/.exec(first.text)?.[0] ?? "")
    : `${outer}${outer.includes("\t") ? "\t" : "  "}`
}
const textNode = (text: string): XmlNode => ({ kind: "text", text, line: 0 })
/** Written anew with white space, where it has none: what was made by `newElement`. */
function indented(element: XmlElement, outer: string): XmlElement {
  if (element.children.length === 0 || element.children.some(({ kind }) => kind === "text")) return element
  const inner = indentOf(element, outer)
  return {
    ...element,
    children: [
      ...element.children.flatMap((child) => [textNode(inner), child.kind === "element" ? indented(child, inner) : child]),
      textNode(outer),
    ],
  }
}

/**
 * The same parent with other elements in it: each is what `next` says, in its place, or leaves with the white space before it; `added`
 * come after the last. Comments stay. `outer` is the white space before the parent's end.
 */
export function withChildren(
  parent: XmlElement,
  next: (child: XmlElement) => XmlElement | undefined,
  added: readonly XmlElement[],
  outer: string,
): XmlElement {
  const kept: XmlNode[] = []
  for (const child of parent.children) {
    const changed = child.kind === "element" ? next(child) : child
    if (changed !== undefined) kept.push(changed)
    else if (isBlank(kept.at(-1))) kept.pop()
  }
  if (added.length === 0) return { ...parent, children: kept }
  const inner = indentOf(parent, outer)
  const tail = isBlank(kept.at(-1)) ? kept.at(-1) : textNode(outer)
  const body = isBlank(kept.at(-1)) ? kept.slice(0, -1) : kept
  return {
    ...parent,
    children: [...body, ...added.flatMap((element) => [textNode(inner), indented(element, inner)]), ...(tail ? [tail] : [])],
  }
}
/** The first part of that name, changed; made when it is not there and something is to stand in it. */
export function withPart(parent: XmlElement, name: string, change: (part: XmlElement) => XmlElement, outer: string): XmlElement {
  const [first] = elementsIn(parent, name)
  if (first !== undefined) return withChildren(parent, (child) => (child === first ? change(child) : child), [], outer)
  const made = change(newElement(name, {}))
  return made.children.length === 0 && made.attributes.length === 0 ? parent : withChildren(parent, (child) => child, [made], outer)
}
