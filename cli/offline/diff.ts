import { agentDefaults } from "../../agents/cluster-conf/agent-parameters"
import type { ClusterConf } from "../../agents/cluster-conf/model"
import { parseClusterConf } from "../../agents/cluster-conf/parse"
import { type Compare, type Delta, deltaOf } from "../../lib/domain/resource-delta"
import type { Attributes, Resolved } from "../../lib/domain/resource-refs"
import { liveOf } from "../../lib/domain/resource-rules"
import { startOrder, stopOrder } from "../../lib/domain/resource-tree"
import type { Result } from "./result"
import { entryOf, type Tree, treesOf } from "./trees"

/** What a reconfiguration does, each as `type:primary` in the order in which it happens; the JSON of `moyai services diff`. */
export type Diff = { readonly stop: readonly string[]; readonly start: readonly string[]; readonly reconfigure: readonly string[] }

/**
 * Of the definition alone, with its agent's defaults: `__independent_subtree` and its like are of the place in the tree, which rgmanager
 * swaps without a stop.
 */
const definition = ({ type, of }: Tree): Attributes => ({
  ...agentDefaults[type],
  ...Object.fromEntries(Object.entries(of.attrs).filter(([name, value]) => value !== "" && !name.startsWith("__"))),
})
const compare: Compare<Resolved> = { attrs: definition, live: liveOf }
/** Not started until somebody says so: `autostart` as rgmanager reads it. */
const startsByItself = ({ of }: Tree): boolean => !/^(?:0+|no)$/i.test(of.attrs.autostart?.trim() ?? "1")

/** One service, by what it was and what it is (service-manager.md §2.5). A vm that is gone runs on; a new service is evaluated. */
function deltaOfService(before: Tree | undefined, after: Tree | undefined): Delta<Resolved> {
  if (before && after) return deltaOf(before, after, compare)
  const stop = before && before.type !== "vm" ? stopOrder(before) : []
  const start = after && startsByItself(after) ? startOrder(after) : []
  return { stop, start, reconfigure: [] }
}
const byEntry = (trees: readonly Tree[]): ReadonlyMap<string, Tree> => new Map(trees.map((tree) => [entryOf(tree), tree]))

/** Which of the two files cannot be read. */
export type DiffResult = Result<Diff> & { readonly file?: "old" | "new" }

/** Stops on the old trees, then starts on the new ones, those of brand-new services last (service-manager.md §2.5). */
export function diff(before: string, after: string): DiffResult {
  const [old, now] = [parseClusterConf(before), parseClusterConf(after)]
  if (!old.ok) return { ...old, file: "old" }
  return now.ok ? { ok: true, value: diffOf(old.value, now.value) } : { ...now, file: "new" }
}
function diffOf(old: ClusterConf, now: ClusterConf): Diff {
  const [was, is] = [treesOf(old).services, treesOf(now).services]
  const [wasBy, isBy] = [byEntry(was), byEntry(is)]
  const deltas = new Map(was.map((tree) => [tree, deltaOfService(tree, isBy.get(entryOf(tree)))]))
  const keptOf = (tree: Tree) => {
    const before = wasBy.get(entryOf(tree))
    return before && deltas.get(before)
  }
  const kept = is.flatMap((tree) => keptOf(tree) ?? [])
  const isNew = is.filter((tree) => !keptOf(tree)).map((tree) => deltaOfService(undefined, tree))
  return {
    stop: [...deltas.values()].flatMap(({ stop }) => stop.map(entryOf)),
    start: [...kept, ...isNew].flatMap(({ start }) => start.map(entryOf)),
    reconfigure: kept.flatMap(({ reconfigure }) => reconfigure.map(entryOf)),
  }
}
