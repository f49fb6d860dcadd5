import { parseClusterConf } from "../../agents/cluster-conf/parse"
import { startOrder, stopOrder } from "../../lib/domain/resource-tree"
import type { Result } from "./result"
import { entryOf, keysOf, treesOf } from "./trees"

/** Service name to what starts and stops, in order, as `type:primary`; the JSON of `moyai services order`. */
export type Orders = {
  readonly services: Readonly<Record<string, { readonly start: readonly string[]; readonly stop: readonly string[] }>>
}
/** rgmanager's order (service-manager.md §2.2); what it would leave out is left out, and `check` says why. */
export function order(text: string): Result<Orders> {
  const conf = parseClusterConf(text)
  if (!conf.ok) return conf
  const { services } = treesOf(conf.value)
  const entries = [...keysOf(services)].map(([tree, key]) => [
    key,
    { start: startOrder(tree).map(entryOf), stop: stopOrder(tree).map(entryOf) },
  ])
  return { ok: true, value: { services: Object.fromEntries(entries) } }
}
