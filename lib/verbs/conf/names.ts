import type { Definitions, SharedResource } from "../../../agents/cluster-conf/definitions"
import { attributesOf, type PanelResource, panelResourceOf, rgmanagerTypeOf } from "../../../agents/cluster-conf/resource-map"

type Params = SharedResource["params"]
const plain = (params: Params): PanelResource => JSON.parse(JSON.stringify(params))
const sorted = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value
/** What cluster.conf can say of a resource, but for its name; two of the same in one place are one and the same. */
function likenessOf(params: Params): string | undefined {
  const resource = plain(params)
  const type = rgmanagerTypeOf(resource)
  const written = type === undefined ? undefined : panelResourceOf(type, attributesOf(type, resource).attrs)
  return written && JSON.stringify({ ...written, at: type }, sorted)
}
type Place = { readonly name: string; readonly likeness: string }
const placesIn = ({ shared, services }: Definitions): readonly Place[] => {
  const all = [
    ...shared.map(({ name, params }) => ({ name, params, at: "" })),
    ...services.flatMap((s) => s.resources.filter((r) => !r.isShared).map(({ name, params }) => ({ name, params, at: s.name }))),
  ]
  return all.flatMap(({ name, params, at }) => {
    const likeness = likenessOf(params)
    return likeness === undefined ? [] : [{ name, likeness: `${at} ${likeness}` }]
  })
}
export type Names = ReadonlyMap<string, string>
/**
 * Resources that have one name in cluster.conf (an address has no other than itself) and another in the panel: from `there` to `here`.
 * Only what is alike in the same place, once on each side.
 */
export function alike(there: Definitions, here: Definitions): Names {
  const [theirs, ours] = [placesIn(there), placesIn(here)]
  const [theirNames, ourNames] = [theirs, ours].map((places) => new Set(places.map(({ name }) => name)))
  const only = (places: readonly Place[], named: ReadonlySet<string> | undefined): readonly Place[] => {
    const unnamed = places.filter(({ name }) => !named?.has(name))
    const counts = new Map<string, number>()
    for (const { likeness } of unnamed) counts.set(likeness, (counts.get(likeness) ?? 0) + 1)
    return unnamed.filter(({ likeness }) => counts.get(likeness) === 1)
  }
  const free = new Map(only(ours, theirNames).map(({ name, likeness }) => [likeness, name]))
  return new Map(
    only(theirs, ourNames).flatMap(({ name, likeness }) => {
      const found = free.get(likeness)
      return found === undefined ? [] : [[name, found] as const]
    }),
  )
}
export const reversed = (names: Names): Names => new Map([...names].map(([from, to]) => [to, from]))

export function renamed(definitions: Definitions, names: Names): Definitions {
  if (names.size === 0) return definitions
  const to = (name: string): string => names.get(name) ?? name
  return {
    ...definitions,
    shared: definitions.shared.map((r) => ({ ...r, name: to(r.name) })),
    services: definitions.services.map((s) => ({
      ...s,
      resources: s.resources.map((r) => ({ ...r, name: to(r.name), parent: r.parent === null ? null : to(r.parent) })),
    })),
  }
}
