import type { XmlAttribute, XmlDocument, XmlElement, XmlNode } from "./xml"

const escapes: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" },
  // A reader would make spaces, or one newline, of these.
  ...{ "\t": "&#9;", "\n": "&#10;", "\r": "&#13;" },
}
const escaped = (text: string, which: RegExp): string => text.replace(which, (char) => escapes[char] ?? char)
const attribute = ({ name, value }: XmlAttribute): string => ` ${name}="${escaped(value, /[&<>"\t\n\r]/g)}"`

function element({ name, attributes, children }: XmlElement): string {
  const head = `<${name}${attributes.map(attribute).join("")}`
  return children.length === 0 ? `${head}/>` : `${head}>${children.map(node).join("")}</${name}>`
}
function node(one: XmlNode): string {
  switch (one.kind) {
    case "element":
      return element(one)
    case "text":
      return escaped(one.text, /[&<>\r]/g)
    case "comment":
      return `<!--${one.text}-->`
    case "instruction":
      return `<?${one.target}${one.text === "" ? "" : ` ${one.text}`}?>`
  }
}
/** As it would be read again: elements, attributes in their order, comments and white space; one document gives one text. */
export function renderXml({ declaration, before, root, after }: XmlDocument): string {
  const head = declaration === undefined ? [] : [`<?xml${declarationParts(declaration)}?>`]
  return `${[...head, ...before.map(node), element(root), ...after.map(node)].join("\n")}\n`
}
const declarationParts = ({ version = "1.0", encoding, standalone }: NonNullable<XmlDocument["declaration"]>): string =>
  [` version="${version}"`, encoding && ` encoding="${encoding}"`, standalone && ` standalone="${standalone}"`].filter(Boolean).join("")

/** With the element's attribute set: in its place when it is there, else at the end. */
export function withAttribute(target: XmlElement, name: string, value: string): XmlElement {
  const isThere = target.attributes.some((a) => a.name === name)
  const set = isThere
    ? target.attributes.map((a) => (a.name === name ? { ...a, value } : a))
    : [...target.attributes, { name, value, line: target.line }]
  return { ...target, attributes: set }
}
/** The cluster takes a file only when its version is higher than the one it has (service-manager.md §4.3). */
export function withNextVersion(document: XmlDocument): XmlDocument {
  const written = document.root.attributes.find(({ name }) => name === "config_version")?.value.trim() ?? ""
  const next = /^\d{1,15}$/.test(written) ? Number(written) + 1 : 1
  return { ...document, root: withAttribute(document.root, "config_version", String(next)) }
}
