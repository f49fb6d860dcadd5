import type { ImportNote } from "../../lib/domain/balancer-import"
import { type Codec, isRecord } from "./codec"
import { type Node, textOf } from "./text"

type Fields = Readonly<Record<string, unknown>>
/** One keyword of a block, with the old names it also has. */
type Statement = { readonly kind: "statement"; readonly field: string; readonly codec: Codec }
/** A statement that may come again: each is an item of a list. */
type Each = { readonly kind: "each"; readonly field: string; readonly codec: Codec }
/** A flag among others in one list of the model. */
type Member = { readonly kind: "member"; readonly field: string; readonly order: readonly string[] }
/** A block of lines, each an item. */
type Lines = { readonly kind: "lines"; readonly field: string; readonly codec: Codec }
type Block = {
  readonly kind: "block"
  readonly field: string
  /** What stands between the keyword and `{`. */
  readonly head?: Codec
  readonly spec: () => BlockSpec
  /** One of many, in the order of the file. */
  readonly many: boolean
  /** Which of several kinds it is, in the field `kind`. */
  readonly tag?: string
}
export type Entry = Statement | Each | Member | Lines | Block
export type BlockSpec = {
  /** In the order in which they are written. */
  readonly entries: Readonly<Record<string, Entry>>
  /** Old keyword → the one it means. */
  readonly also?: Readonly<Record<string, string>>
  /** Keywords that keepalived has and the model does not. */
  readonly known: ReadonlySet<string>
  /** What each other line is. */
  readonly rest?: { readonly field: string; readonly codec: Codec }
  /** From the statements to the model, and back. */
  readonly finish?: (fields: Fields, drop: (field: string, reason: string) => void) => Fields
  readonly flat?: (fields: Fields) => Fields
}
export type Context = {
  readonly lines: Map<string, number>
  readonly verbatim: ImportNote[]
  readonly notUnderstood: ImportNote[]
  understood: number
}
type Taken = { readonly fields: Fields; readonly key: string }
type Kept = { readonly text: string; readonly before: string }

const placeOf = ({ place }: Node, reason: string): string => (place === undefined ? reason : `${place}: ${reason}`)
const note = (node: Node, reason: string): ImportNote => ({ line: node.line, text: textOf(node), reason: placeOf(node, reason) })
const nameMark = /^# name: (\S.*)$/
/** Comments that mean something to Moyai are statements to it. */
function asStatement(node: Node): Node {
  const [, word = ""] = /^# (name|match): \S/.exec(node.raw[0] ?? "") ?? []
  if (node.kind !== "comment" || word === "") return node
  const said = word === "name" ? [nameMark.exec(node.raw[0] ?? "")?.[1] ?? ""] : (node.raw[0] ?? "").slice(9).split(/\s+/)
  return { ...node, kind: "statement", words: [`# ${word}:`, ...said] }
}
/** In place: a block may have tens of thousands of items, and its fields belong to who reads it. */
const append = (fields: Fields, field: string, ...more: readonly unknown[]): Fields => {
  const list = fields[field]
  if (!Array.isArray(list)) return { ...fields, [field]: [...more] }
  for (const one of more) list.push(one)
  return fields
}
const count = (fields: Fields, field: string): number => {
  const value = fields[field]
  return Array.isArray(value) ? value.length : 0
}
/** The same key for the same block, numbered where two are alike. */
export const numbered = (keys: Map<string, number>, key: string): string => {
  const n = (keys.get(key) ?? 0) + 1
  keys.set(key, n)
  return n === 1 ? key : `${key} ${n}`
}
const extra = (node: Node, used: number, context: Context): void => {
  if (node.words.length - 1 <= used) return
  const reason = `keepalived reads ${used === 0 ? "no word" : `${used} word${used > 1 ? "s" : ""}`} after ${node.words[0]} and ignores the rest of the line`
  context.notUnderstood.push({ line: node.line, text: node.raw.join(" "), reason: placeOf(node, reason) })
}
type At = {
  readonly node: Node
  readonly keyword: string
  readonly path: string
  readonly fields: Fields
  readonly context: Context
  readonly keys: Map<string, number>
}

function takeStatement({ kind, field, codec }: Statement | Each, { node, keyword, path, fields, context, keys }: At): Taken | string {
  if (node.body) return `${keyword} has no block`
  const read = codec.read(node.words.slice(1))
  if (!read.ok) return read.reason
  context.understood++
  extra(node, read.used, context)
  context.lines.set(kind === "each" ? `${path}${field}.${count(fields, field)}` : `${path}${field}`, node.line)
  if (kind === "each") return { fields: append(fields, field, read.value), key: numbered(keys, keyword) }
  return { fields: { ...fields, [field]: read.value }, key: keyword }
}
function takeMember({ field, order }: Member, { node, keyword, path, fields, context }: At): Taken | string {
  if (node.body) return `${keyword} has no block`
  context.understood++
  extra(node, 0, context)
  context.lines.set(`${path}${field}`, node.line)
  const all = [keyword, ...(Array.isArray(fields[field]) ? fields[field].map(String) : [])]
  return { fields: { ...fields, [field]: order.filter((one) => all.includes(one)) }, key: keyword }
}
function takeLines({ field, codec }: Lines, { node, keyword, path, fields, context }: At): Taken | string {
  if (!node.body) return `${keyword} needs a block`
  const lines = node.body.filter(({ kind }) => kind !== "comment")
  const reads = lines.map((line) => (line.kind === "statement" && !line.body ? codec.read(line.words) : undefined))
  const wrong = reads.findIndex((read) => !read?.ok)
  if (wrong >= 0) return `${lines[wrong]?.raw.join(" ")}: ${reads[wrong]?.ok === false ? reads[wrong].reason : "not understood"}`
  const begin = count(fields, field)
  lines.forEach((line, i) => {
    context.lines.set(`${path}${field}.${begin + i}`, line.line)
  })
  context.understood += 1 + lines.length
  context.lines.set(`${path}${field}`, node.line)
  return { fields: append(fields, field, ...reads.map((read) => (read?.ok ? read.value : undefined))), key: keyword }
}
function takeBlock(block: Block, { node, keyword, path, fields, context, keys }: At): Taken | string {
  if (!node.body) return `${keyword} needs a block`
  const head = block.head?.read(node.words.slice(1))
  if (head?.ok === false) return head.reason
  const at = block.many ? `${path}${block.field}.${count(fields, block.field)}` : `${path}${block.field}`
  context.understood++
  extra(node, head?.used ?? 0, context)
  context.lines.set(at, node.line)
  const said = block.many ? {} : fields[block.field]
  const begin = {
    ...(isRecord(said) ? said : {}),
    ...(isRecord(head?.value) ? head.value : {}),
    ...(block.tag === undefined ? {} : { kind: block.tag }),
  }
  const value = readBlock(node.body, block.spec(), `${at}.`, context, begin)
  const key = `${keyword} ${head?.ok ? (block.head?.write(head.value) ?? "") : ""}`.trim()
  return block.many
    ? { fields: append(fields, block.field, value), key: numbered(keys, key) }
    : { fields: { ...fields, [block.field]: value }, key }
}
function takeRest({ rest }: BlockSpec, { node, path, fields, context, keys }: At): Taken | string | undefined {
  if (!rest || node.kind !== "statement" || node.body || node.words[0] === "include" || node.words[0]?.startsWith("@")) return undefined
  const read = rest.codec.read(node.words)
  if (!read.ok) return read.reason
  context.understood++
  context.lines.set(`${path}${rest.field}.${count(fields, rest.field)}`, node.line)
  return { fields: append(fields, rest.field, read.value), key: numbered(keys, rest.codec.write(read.value) ?? "") }
}
function takeEntry(entry: Entry, at: At): Taken | string {
  if (entry.kind === "statement" || entry.kind === "each") return takeStatement(entry, at)
  if (entry.kind === "member") return takeMember(entry, at)
  return entry.kind === "lines" ? takeLines(entry, at) : takeBlock(entry, at)
}
function entryFor(node: Node, spec: BlockSpec): readonly [string, Entry | undefined] {
  const word = node.words[0] ?? ""
  const keyword = spec.also && Object.hasOwn(spec.also, word) ? (spec.also[word] ?? word) : word
  return [keyword, node.kind === "statement" && Object.hasOwn(spec.entries, keyword) ? spec.entries[keyword] : undefined]
}
const commentsIn = ({ body = [] }: Node): readonly string[] => body.filter(({ kind }) => kind === "comment").map(textOf)

/** Reads what the tables know; everything else is kept, before the statement that follows it. */
export function readBlock(nodes: readonly Node[], spec: BlockSpec, path: string, context: Context, begin: Fields = {}): Fields {
  let fields = begin
  const keys = new Map<string, number>()
  const kept: Kept[] = Array.isArray(begin.kept) ? [...begin.kept] : []
  let waiting: string[] = []
  for (const given of nodes) {
    const node = asStatement(given)
    const [keyword, entry] = entryFor(node, spec)
    const at: At = { node, keyword, path, fields, context, keys }
    const taken = entry ? takeEntry(entry, at) : takeRest(spec, at)
    if (typeof taken === "object") {
      const inside = entry?.kind === "lines" ? commentsIn(node) : []
      for (const text of [...waiting, ...inside]) kept.push({ text, before: taken.key })
      waiting = []
      fields = taken.fields
    } else {
      waiting.push(textOf(given))
      tell(given, taken, spec, context)
    }
  }
  // By what they stand before, so that the order of the statements, which is the writer's, does not matter.
  const sorted = kept.toSorted((a, b) => (a.before < b.before ? -1 : Number(a.before > b.before)))
  const all = { ...fields, kept: [...sorted, ...waiting.map((text) => ({ text, before: "" }))] }
  const drop = (field: string, reason: string) => {
    const line = context.lines.get(`${path}${field}`) ?? 1
    context.understood--
    context.notUnderstood.push({ line, text: nodes.find((node) => node.line === line)?.raw.join(" ") ?? field, reason })
  }
  return spec.finish ? spec.finish(all, drop) : all
}
function tell(node: Node, reason: string | undefined, spec: BlockSpec, context: Context): void {
  if (node.kind === "comment") return
  const word = node.words[0] ?? ""
  if (reason !== undefined) context.notUnderstood.push(note(node, reason))
  else if (word === "include") context.notUnderstood.push(note(node, `${node.words[1] ?? "the file"} was not given`))
  else if (node.kind === "definition" || word.startsWith("@") || spec.known.has(word))
    context.verbatim.push({ line: node.line, text: textOf(node) })
  else context.notUnderstood.push(note(node, `${word || node.raw[0]} is unknown to keepalived here`))
}
