import { SaxesParser } from "saxes"

/** Lines count from 1 and are where it begins; an attribute's is where its value ends. */
export type XmlAttribute = { readonly name: string; readonly value: string; readonly line: number }
export type XmlElement = {
  readonly kind: "element"
  readonly name: string
  readonly line: number
  /** As written, in their order. */
  readonly attributes: readonly XmlAttribute[]
  readonly children: readonly XmlNode[]
}
/** `text` is decoded; CDATA is text. */
export type XmlText = { readonly kind: "text"; readonly text: string; readonly line: number }
export type XmlComment = { readonly kind: "comment"; readonly text: string; readonly line: number }
export type XmlInstruction = { readonly kind: "instruction"; readonly target: string; readonly text: string; readonly line: number }
export type XmlNode = XmlElement | XmlText | XmlComment | XmlInstruction
export type XmlDeclaration = { readonly version?: string; readonly encoding?: string; readonly standalone?: string }
export type XmlDocument = {
  readonly declaration: XmlDeclaration | undefined
  /** Comments and instructions around the root. */
  readonly before: readonly XmlNode[]
  readonly root: XmlElement
  readonly after: readonly XmlNode[]
}
export type XmlRefusal = { readonly line: number; readonly code: XmlRefusalCode; readonly text: string }
type XmlRefusalCode =
  | "xmlEncoding"
  | "xmlTooLong"
  | "xmlTooDeep"
  | "xmlTooMany"
  | "xmlDoctype"
  | "xmlEntity"
  | "xmlBroken"
  | "notClusterConf"
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: XmlRefusal }

const LENGTH_MAX = 1024 * 1024
const DEPTH_MAX = 64
const ELEMENTS_MAX = 10_000
const ATTRIBUTES_MAX = 256

type Open = { readonly name: string; readonly line: number; readonly attributes: XmlAttribute[]; readonly children: XmlNode[] }
const newlines = (text: string): number => text.split("\n").length - 1
const refusal = (line: number, code: XmlRefusalCode, text: string): XmlRefusal => ({ line: Math.max(1, line), code, text })

/** saxes' own sentence, and where to look: its line is where it noticed. */
function brokenAt({ line }: SaxesParser, message: string, innermost: Open | undefined, closed: Open | undefined): XmlRefusal {
  const what = message.replace(/^\d+:\d+: /, "").replace(/\.?$/, ".")
  if (/entity/.test(what))
    return refusal(line, "xmlEntity", `Not read: ${what} Only &lt; &gt; &amp; &quot; &apos; and characters by number are.`)
  if (/^unclosed tag/.test(what) && innermost)
    return refusal(innermost.line, "xmlBroken", `<${innermost.name}> is opened here and never closed.`)
  if (/^unexpected close tag/.test(what) && closed)
    return refusal(line, "xmlBroken", `This closing tag does not fit: <${closed.name}> of line ${closed.line} is still open.`)
  const inside = innermost ? ` It is inside <${innermost.name}> of line ${innermost.line}.` : ""
  return refusal(line, "xmlBroken", `Not well-formed: ${what}${inside}`)
}

/**
 * A document with its lines, comments and white space; nothing is resolved or loaded. Document types, entities other than XML's own five,
 * and what is too long (1 MiB), too deep (64) or too much (10 000 elements) are refused with the line. Never throws.
 */
export function readXml(text: string): Read<XmlDocument> {
  if (text.length > LENGTH_MAX)
    return { ok: false, error: refusal(1, "xmlTooLong", `The file is longer than ${LENGTH_MAX / 1024} KiB; it is not read.`) }
  const parser = new SaxesParser({ forceXMLVersion: true, defaultXMLVersion: "1.0" })
  const outside: XmlNode[] = []
  const open: Open[] = []
  const roots: XmlElement[] = []
  let declaration: XmlDeclaration | undefined
  let rootAt = 0
  let elements = 0
  let closed: Open | undefined
  let error: XmlRefusal | undefined
  const refuse = (found: XmlRefusal): never => {
    error ??= found
    throw new Error(found.text)
  }
  const put = (node: XmlNode) => (open.at(-1)?.children ?? outside).push(node)
  const putText = (piece: string, line: number) => {
    const siblings = open.at(-1)?.children
    const last = siblings?.at(-1)
    if (piece === "" || siblings === undefined) return
    if (last?.kind === "text") siblings[siblings.length - 1] = { ...last, text: last.text + piece }
    else siblings.push({ kind: "text", text: piece, line })
  }
  parser.on("xmldecl", (decl) => {
    declaration = Object.fromEntries(Object.entries(decl).filter(([, value]) => value !== undefined))
  })
  parser.on("doctype", (type) =>
    refuse(
      refusal(
        parser.line - newlines(type),
        "xmlDoctype",
        "A document type (<!DOCTYPE …>) is not read: remove it, cluster.conf needs none.",
      ),
    ),
  )
  parser.on("opentagstart", ({ name }) => {
    const line = parser.column === 0 ? parser.line - 1 : parser.line
    elements += 1
    if (open.length >= DEPTH_MAX) refuse(refusal(line, "xmlTooDeep", `Elements are nested deeper than ${DEPTH_MAX}.`))
    if (elements > ELEMENTS_MAX) refuse(refusal(line, "xmlTooMany", `There are more than ${ELEMENTS_MAX} elements.`))
    open.push({ name, line, attributes: [], children: [] })
  })
  parser.on("attribute", ({ name, value }) => {
    const element = open.at(-1)
    if (element === undefined) return
    if (element.attributes.length >= ATTRIBUTES_MAX)
      refuse(refusal(parser.line, "xmlTooMany", `<${element.name}> has more than ${ATTRIBUTES_MAX} attributes.`))
    element.attributes.push({ name, value, line: parser.line })
  })
  parser.on("closetag", () => {
    closed = open.pop()
    if (closed === undefined) return
    const element: XmlElement = { kind: "element", ...closed }
    if (open.length > 0) return void put(element)
    roots.push(element)
    rootAt = outside.length
  })
  parser.on("text", (piece) => putText(piece, parser.line - newlines(piece)))
  parser.on("cdata", (piece) => putText(piece, parser.line - newlines(piece)))
  parser.on("comment", (piece) => put({ kind: "comment", text: piece, line: parser.line - newlines(piece) }))
  parser.on("processinginstruction", ({ target, body }) =>
    put({ kind: "instruction", target, text: body, line: parser.line - newlines(body) }),
  )
  parser.on("error", ({ message }) => refuse(brokenAt(parser, message, open.at(-1), closed)))
  try {
    parser.write(text).close()
  } catch (thrown) {
    return { ok: false, error: error ?? brokenAt(parser, thrown instanceof Error ? thrown.message : String(thrown), open.at(-1), closed) }
  }
  const [root] = roots
  if (root === undefined) return { ok: false, error: refusal(parser.line, "xmlBroken", "The file has no element.") }
  return { ok: true, value: { declaration, before: outside.slice(0, rootAt), root, after: outside.slice(rootAt) } }
}

export const elementsIn = (parent: XmlElement, name?: string): readonly XmlElement[] =>
  parent.children.filter((child): child is XmlElement => child.kind === "element" && (name === undefined || child.name === name))
export const attributeOf = (element: XmlElement, name: string): XmlAttribute | undefined =>
  element.attributes.find((attribute) => attribute.name === name)
export const attr = (element: XmlElement | undefined, name: string): string | undefined =>
  element === undefined ? undefined : attributeOf(element, name)?.value
