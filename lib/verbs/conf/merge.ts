import { isFenceSecret } from "../../../agents/schemas"
import type { ConfDifference } from "../../domain/cluster-conf"
import type { ServiceInput } from "../../domain/service"

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value)
/** Without regard to the order of an object's fields. */
export const equal = (a: unknown, b: unknown): boolean => {
  if (isFields(a) && isFields(b)) return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => equal(a[key], b[key]))
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => equal(one, b[i]))
  return a === b
}
const scheduleOf = (params: Fields): Fields =>
  Object.fromEntries(Object.entries(params).filter(([key]) => ["monitorEveryMs", "deepChecks", "timeouts"].includes(key)))

/**
 * What the panel has with what the file changes: `written` is how cluster.conf would say what the panel has. Where the file says the same,
 * the panel's stays, with all that cluster.conf has no word for.
 */
export function merged(panel: unknown, written: unknown, file: unknown): unknown {
  if (equal(written, file)) return panel
  if (!isFields(panel) || !isFields(written) || !isFields(file)) return file
  // Written as something else than it is here (a unit as its init script): the file's is another thing.
  if (["class", "provider", "agent"].some((word) => !equal(panel[word], written[word]))) return { ...scheduleOf(panel), ...file }
  const keys = [...new Set([...Object.keys(panel), ...Object.keys(file)])]
  const fields = keys.map((key): [string, unknown] => [key, merged(panel[key], written[key], file[key])])
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined))
}

type Resource = ServiceInput["resources"][number]
const byName = (resources: readonly Resource[]): ReadonlyMap<string, Resource> => new Map(resources.map((r) => [r.name, r]))
/** Resources by their names, in the file's order; those that cluster.conf has no agent for stay, after the others. */
export function mergedService(panel: ServiceInput, written: ServiceInput, file: ServiceInput): unknown {
  const { resources: ours, ...rules } = panel
  const { resources: asWritten, ...writtenRules } = written
  const { resources: theirs, ...fileRules } = file
  const [our, said] = [byName(ours), byName(asWritten)]
  const listed = byName(theirs)
  const unsaid = ours.filter(({ name }) => !said.has(name) && !listed.has(name))
  if (equal(asWritten, theirs)) return { ...Object(merged(rules, writtenRules, fileRules)), resources: ours }
  // The file has them under names that nobody can tell apart here: its tree is taken as it stands.
  if (asWritten.some(({ name }) => !our.has(name))) return { ...Object(merged(rules, writtenRules, fileRules)), resources: theirs }
  // The tree is the file's: a parent that the panel alone has would be missing.
  const taken = theirs.map((r) => (our.has(r.name) ? { ...Object(merged(our.get(r.name), said.get(r.name), r)), parent: r.parent } : r))
  const names = new Set([...theirs, ...unsaid].map(({ name }) => name))
  const kept = unsaid.map((r) => (r.parent === null || names.has(r.parent) ? r : { ...r, parent: null }))
  return { ...Object(merged(rules, writtenRules, fileRules)), resources: [...taken, ...kept] }
}

const DOTS = "•••"
const shown = (field: string, value: unknown): string => {
  if (isFenceSecret(field.split(".").at(-1) ?? "")) return DOTS
  return typeof value === "string" ? value : JSON.stringify(value)
}
function leaves(value: unknown, at: string): readonly (readonly [string, unknown])[] {
  if (!isFields(value) || Object.keys(value).length === 0) return [[at, value]]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, at === "" ? key : `${at}.${key}`))
}
/** Field by field, `null` where one side has none; no secret is in it. */
export function differencesOf(panel: Fields, file: Fields): readonly ConfDifference[] {
  const [ours, theirs] = [new Map(leaves(panel, "")), new Map(leaves(file, ""))]
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((field) => {
    const [a, b] = [ours.get(field), theirs.get(field)]
    if (equal(a, b)) return []
    return [{ field, panel: a === undefined ? null : shown(field, a), file: b === undefined ? null : shown(field, b) }]
  })
}
