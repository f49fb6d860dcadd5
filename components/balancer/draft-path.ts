/** `virtualServers.0.realServers.1.weight`, as reports name fields. */
export type Path = string
type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value)

/** What stands at a path; undefined where the way there ends earlier. */
export const valueAt = (root: unknown, path: Path): unknown =>
  path.split(".").reduce<unknown>((at, key) => (Array.isArray(at) ? at[Number(key)] : isFields(at) ? at[key] : undefined), root)

function setIn(at: unknown, [key = "", ...rest]: readonly string[], value: unknown): unknown {
  if (Array.isArray(at))
    return at.map((one: unknown, i) => (i === Number(key) ? (rest.length === 0 ? value : setIn(one, rest, value)) : one))
  const fields = isFields(at) ? at : {}
  const next = rest.length === 0 ? value : setIn(fields[key], rest, value)
  if (next !== undefined) return { ...fields, [key]: next }
  const { [key]: _, ...others } = fields
  return others
}
/** A copy that differs at one path only; what the way does not touch stays the same object. Undefined takes the field away. */
export const withAt = <T>(root: T, path: Path, value: unknown): T => setIn(root, path.split("."), value) as T // the form's fields have the model's types: `fields.ts`

/** A list without its i-th element, and with one more. */
export function withoutOne<T>(root: T, list: Path, i: number): T {
  const all = valueAt(root, list)
  return withAt(root, list, Array.isArray(all) ? all.filter((_, n) => n !== i) : all)
}
export function withOneMore<T>(root: T, list: Path, one: unknown): T {
  const all = valueAt(root, list)
  return withAt(root, list, [...(Array.isArray(all) ? all : []), one])
}
/** Where a path leads after the i-th element of a list was taken away; null: it was in it. */
export function shifted(path: Path, list: Path, i: number): Path | null {
  if (!path.startsWith(`${list}.`)) return path
  const [at = "", ...rest] = path.slice(list.length + 1).split(".")
  const n = Number(at)
  if (n === i) return null
  return n > i ? [list, n - 1, ...rest].join(".") : path
}
