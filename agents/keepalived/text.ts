import { isMatch } from "./glob"
import { type Definitions, definitionIn, expand, splitWords } from "./words"

/** A statement with its block, or a comment. `raw` is as written, `words` is unquoted, with the definitions put in. */
export type Node = {
  readonly line: number
  /** `file:line` of an included file. */
  readonly place?: string
  readonly kind: "statement" | "comment" | "definition"
  readonly raw: readonly string[]
  readonly words: readonly string[]
  readonly body?: readonly Node[]
}
export type Files = Readonly<Record<string, string>>
type Failure = { readonly line: number; readonly code: string; readonly text: string }
export type Document = { readonly ok: true; readonly value: readonly Node[] } | { readonly ok: false; readonly error: Failure }

export const MAX_CHARACTERS = 16 * 1024 * 1024
export const MAX_DEPTH = 32
const MAX_NODES = 500_000
const MAX_INCLUDES = 16
const MAX_LINE = 64 * 1024

class Broken extends Error {
  readonly failure: Failure
  constructor(line: number, code: string, text: string) {
    super(text)
    this.failure = { line, code, text }
  }
}
type Open = { readonly line: number; readonly nodes: Node[]; readonly head?: Node }
type Reader = {
  readonly files: Files
  readonly definitions: Definitions
  readonly stack: Open[]
  nodes: number
  characters: number
}
/** Where a line is told: in the file that was given, also for what an include brought. */
type Source = { readonly name: string; readonly line: (line: number) => number; readonly depth: number }

const top = (reader: Reader): Open => {
  const open = reader.stack.at(-1)
  if (!open) throw new Error("the stack of blocks is empty")
  return open
}
function add(reader: Reader, source: Source, line: number, node: Pick<Node, "kind" | "raw" | "words">): void {
  if (++reader.nodes > MAX_NODES) throw new Broken(source.line(line), "tooMany", `There are more than ${MAX_NODES} statements.`)
  const place = source.name === "" ? {} : { place: `${source.name}:${line}` }
  top(reader).nodes.push({ line: source.line(line), ...place, ...node })
}
function includeOf(reader: Reader, source: Source, line: number, pattern: string): boolean {
  const names = Object.keys(reader.files)
    .filter((name) => isMatch(pattern, name))
    .toSorted()
  if (names.length === 0) return false
  if (source.depth >= MAX_INCLUDES) throw new Broken(source.line(line), "tooDeep", `Includes are nested more than ${MAX_INCLUDES} deep.`)
  const here = source.line(line)
  for (const name of names) readInto(reader, reader.files[name] ?? "", { name, line: () => here, depth: source.depth + 1 })
  return true
}
function statement(reader: Reader, source: Source, line: number, raw: readonly string[]): void {
  const [first = "", ...rest] = raw
  const words = raw.some((word) => word.includes("$")) ? splitWords(expand(raw.join(" "), reader.definitions)) : splitWords(raw.join(" "))
  if (first === "include" && includeOf(reader, source, line, splitWords(rest.join(" "))[0] ?? "")) return
  add(reader, source, line, { kind: "statement", raw, words })
}
/** `{` belongs to the statement before it, on its line or on one before. */
function openBlock(reader: Reader, source: Source, line: number): void {
  const { nodes } = top(reader)
  const at = nodes.findLastIndex(({ kind }) => kind !== "comment")
  const head = nodes[at]
  if (head?.kind !== "statement" || head.body) throw new Broken(source.line(line), "braceAlone", "A { stands where no block begins.")
  if (reader.stack.length > MAX_DEPTH) throw new Broken(source.line(line), "tooDeep", `Blocks are nested more than ${MAX_DEPTH} deep.`)
  const body: Node[] = []
  nodes[at] = { ...head, body }
  reader.stack.push({ line: source.line(line), nodes: body, head })
}
function closeBlock(reader: Reader, source: Source, line: number, least: number): void {
  if (reader.stack.length <= least) throw new Broken(source.line(line), "braceClosed", "A } closes nothing.")
  reader.stack.pop()
}
/** One token: continuation, end of line, space, comment, brace, piece of a word; what is left is an open quote or a lonely `\\`. */
const token = /(\\\n)|(\n)|([^\S\n]+)|([#!][^\n]*)|([{}])|((?:\\[^\n]|"(?:\\[^\n]|[^"\\\n])*"|'[^'\n]*'|[^\s"'\\#!])+)|([\s\S])/y
type Place = { at: number; line: number; begun: number; raw: string[] }

function flush(reader: Reader, source: Source, place: Place): void {
  if (place.raw.length > 0) statement(reader, source, place.begun, place.raw)
  place.raw = []
}
function brace(reader: Reader, source: Source, place: Place, which: string, least: number): void {
  flush(reader, source, place)
  if (which === "{") openBlock(reader, source, place.line)
  else closeBlock(reader, source, place.line, least)
}
function take(reader: Reader, source: Source, place: Place, found: RegExpExecArray, least: number): void {
  const [, continuation, newline, , comment, which, word, strange] = found
  if (strange !== undefined) throw new Broken(source.line(place.line), "quoteOpen", `A ${strange} is not closed on its line.`)
  if (newline !== undefined) flush(reader, source, place)
  if (newline !== undefined || continuation !== undefined) place.line++
  if (comment !== undefined) add(reader, source, place.line, { kind: "comment", raw: [comment.trimEnd()], words: [] })
  if (which !== undefined) brace(reader, source, place, which, least)
  if (word === undefined) return
  if (place.raw.length === 0) place.begun = place.line
  place.raw.push(word)
}
const isDefinition = (text: string, place: Place): boolean =>
  place.raw.length === 0 && /[$~]/.test(text[place.at] ?? "") && definitionIn(text.slice(place.at, place.at + 256)) !== undefined

/** One file, token by token. @throws Broken */
function readInto(reader: Reader, given: string, source: Source): void {
  reader.characters += given.length
  if (reader.characters > MAX_CHARACTERS)
    throw new Broken(source.line(1), "tooLong", `The text is longer than ${MAX_CHARACTERS} characters.`)
  const text = given.replaceAll("\r\n", "\n")
  const long = text.split("\n").findIndex((line) => line.length > MAX_LINE)
  if (long >= 0) throw new Broken(source.line(long + 1), "tooLong", `The line is longer than ${MAX_LINE} characters.`)
  const least = reader.stack.length
  const place: Place = { at: 0, line: 1, begun: 1, raw: [] }
  while (place.at < text.length) {
    if (isDefinition(text, place)) define(reader, source, text, place)
    token.lastIndex = place.at
    const found = token.exec(text)
    if (!found) break
    const next = token.lastIndex
    take(reader, source, place, found, least)
    place.at = next
  }
  flush(reader, source, place)
  if (reader.stack.length > least) {
    const open = top(reader)
    throw new Broken(open.line, "braceOpen", `The { of ${open.head?.raw[0] ?? "a block"} is never closed.`)
  }
}
/** `$NAME=value`, `~SEQ(…) …`: one line, or several with a `\` at their ends. */
function define(reader: Reader, source: Source, text: string, place: Place): void {
  let end = endOfLine(text, place.at)
  while (text[end - 1] === "\\" && end < text.length) end = endOfLine(text, end + 1)
  const said = text.slice(place.at, end).trimEnd()
  const found = definitionIn(said)
  if (found?.name !== undefined) reader.definitions.set(found.name, found.value)
  add(reader, source, place.line, { kind: "definition", raw: said.split("\n").map((one) => one.trim()), words: [] })
  place.at = end
  place.line += said.split("\n").length - 1
}
const endOfLine = (text: string, from: number): number => {
  const at = text.indexOf("\n", from)
  return at < 0 ? text.length : at
}

/** @param files what `include` may bring, by name. @returns statements, or why not, with the line; never throws. */
export function readText(text: string, files: Files = {}): Document {
  const nodes: Node[] = []
  const reader: Reader = { files, definitions: new Map(), stack: [{ line: 1, nodes }], nodes: 0, characters: 0 }
  try {
    readInto(reader, text, { name: "", line: (line) => line, depth: 0 })
  } catch (error) {
    if (error instanceof Broken) return { ok: false, error: error.failure }
    throw error
  }
  return { ok: true, value: nodes }
}
/** A node as it is kept: words as written with one space between, blocks indented anew. */
export function textOf(node: Node): string {
  const head = node.kind === "definition" ? node.raw.join("\n") : node.raw.join(" ")
  if (!node.body) return head
  const inside = node.body.map((child) => textOf(child).replace(/^/gm, "  "))
  return [`${head} {`, ...inside, "}"].join("\n")
}
