import { isRecord } from "./codec"
import { type BlockSpec, type Entry, numbered } from "./spec"

type Fields = Readonly<Record<string, unknown>>
/** One statement, by the key that what is kept before it refers to. */
type Item = { readonly key: string; readonly lines: readonly string[] }

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => (line === "" ? line : `  ${line}`))
const many = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const statement = (keyword: string, said: string | undefined): readonly Item[] =>
  said === undefined ? [] : [{ key: keyword, lines: [`${keyword} ${said}`.trimEnd()] }]

function itemsOf(keyword: string, entry: Entry, fields: Fields, keys: Map<string, number>): readonly Item[] {
  const value = fields[entry.field]
  if (value === undefined) return []
  if (entry.kind === "statement") return statement(keyword, entry.codec.write(value))
  if (entry.kind === "each")
    return many(value).map((one) => ({ key: numbered(keys, keyword), lines: [`${keyword} ${entry.codec.write(one) ?? ""}`.trimEnd()] }))
  if (entry.kind === "member") return many(value).includes(keyword) ? statement(keyword, "") : []
  if (entry.kind === "lines") {
    const lines = many(value).map((one) => entry.codec.write(one) ?? "")
    return [{ key: keyword, lines: [`${keyword} {`, ...indented(lines), "}"] }]
  }
  const values = (entry.many ? many(value) : [value]).filter(isRecord)
  return values
    .filter(({ kind }) => entry.tag === undefined || kind === entry.tag)
    .map((one) => {
      const head = `${keyword} ${entry.head?.write(one) ?? ""}`.trim()
      return { key: entry.many ? numbered(keys, head) : head, lines: [`${head} {`, ...indented(linesOf(one, entry.spec())), "}"] }
    })
}
/** Blocks of several kinds in one list keep its order. */
function inOrder(spec: BlockSpec, fields: Fields, keys: Map<string, number>): readonly Item[] {
  const entries = Object.entries(spec.entries)
  const rest = many(spec.rest && fields[spec.rest.field]).map((one) => spec.rest?.codec.write(one) ?? "")
  const others = rest.map((line) => ({ key: numbered(keys, line), lines: [line] }))
  const tagged = entries.find(([, entry]) => entry.kind === "block" && entry.tag !== undefined)?.[1].field
  const plain = entries.filter(([, { field }]) => field !== tagged).flatMap(([keyword, entry]) => itemsOf(keyword, entry, fields, keys))
  if (tagged === undefined) return [...plain, ...others]
  const kinds = entries.filter(([, { field }]) => field === tagged)
  return [
    ...plain,
    ...many(fields[tagged]).flatMap((one) => kinds.flatMap(([keyword, entry]) => itemsOf(keyword, entry, { [tagged]: [one] }, keys))),
  ]
}
const keptIn = (fields: Fields): readonly { readonly text: string; readonly before: string }[] =>
  many(fields.kept).flatMap((one) => (isRecord(one) ? [{ text: String(one.text), before: String(one.before) }] : []))

/** A block's inside as lines, what is kept in its place; what stood before a statement that is gone stands at the end. */
export function linesOf(given: Fields, spec: BlockSpec): readonly string[] {
  const fields = spec.flat ? spec.flat(given) : given
  const items = inOrder(spec, fields, new Map())
  const keys = new Set(items.map(({ key }) => key))
  const kept = keptIn(fields)
  const before = new Map<string, string[]>()
  for (const one of kept) {
    const key = keys.has(one.before) ? one.before : ""
    const lines = before.get(key) ?? []
    for (const line of one.text.split("\n")) lines.push(line)
    before.set(key, lines)
  }
  return [...items.flatMap(({ key, lines }) => [...(before.get(key) ?? []), ...lines]), ...(before.get("") ?? [])]
}
