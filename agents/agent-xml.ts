import { XMLParser } from "fast-xml-parser"
import { lineOf } from "./agent-line"

const XML_MAX = 512 * 1024
const DEPTH_MAX = 24

// Nothing is resolved or loaded: entities and DTDs stay text, and what a plain text needs is decoded below.
const parser = new XMLParser({
  processEntities: false,
  htmlEntities: false,
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  textNodeName: "#text",
  alwaysCreateTextNode: true,
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: DEPTH_MAX,
  isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
})
const predefined = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
])
/** The five entities that XML itself has, and characters by number, once: `&amp;lt;` stays `&lt;`. */
export const decode = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return predefined.get(name) ?? whole
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })

/** Only what agents really write: a plain `<!DOCTYPE … SYSTEM "…">`, which is cut out and never loaded. */
function withoutDoctype(xml: string): string {
  if (/<!(?:ENTITY|ATTLIST|ELEMENT|NOTATION)/i.test(xml)) throw new Error("the meta-data defines entities, which are not read")
  const plain = xml.replace(/<!DOCTYPE\s+[\w-]+(?:\s+SYSTEM\s+(?:"[^"<>[\]]*"|'[^'<>[\]]*'))?\s*>/, "")
  if (/<!DOCTYPE/i.test(plain)) throw new Error("the meta-data has a document type of its own, which is not read")
  return plain
}
/** Every element as a list, its attributes by "@name", its text in "#text"; nothing decoded. @throws Error with a plain sentence. */
export function parseXml(text: string): unknown {
  if (text.length > XML_MAX) throw new Error(`the meta-data is longer than ${XML_MAX / 1024} KiB`)
  const xml = withoutDoctype(text)
  try {
    return parser.parse(xml)
  } catch (error) {
    throw new Error(`the meta-data is not well-formed: ${lineOf(error instanceof Error ? error.message : String(error))}`)
  }
}
