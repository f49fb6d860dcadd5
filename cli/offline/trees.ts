import type { ClusterConf, ResourcePart } from "../../agents/cluster-conf/model"
import { resourceDocumentOf } from "../../agents/cluster-conf/parse"
import { type RefProblem, type Resolved, type ResourceElement, resolveRefs } from "../../lib/domain/resource-refs"
import type { TreeNode } from "../../lib/domain/resource-tree"

export type Tree = TreeNode<Resolved>
/** The services as rgmanager builds them, and where each of their resources is written. */
export type Trees = {
  readonly services: readonly Tree[]
  readonly problems: readonly RefProblem[]
  readonly partOf: ReadonlyMap<ResourceElement, ResourcePart>
}
export function treesOf(conf: ClusterConf): Trees {
  const { document, partOf } = resourceDocumentOf(conf)
  return { ...resolveRefs(document), partOf }
}
/** `type:primary`, the primary as it stands in the file: `ip:10.0.0.1/24`, `service:web`. */
export const entryOf = ({ type, name }: Pick<Tree, "type" | "name">): string => `${type}:${name}`
/** The key of each service in an answer: its name; a vm that has a service's name is `vm:NAME`. */
export function keysOf(trees: readonly Tree[]): ReadonlyMap<Tree, string> {
  const names = new Set(trees.filter(({ type }) => type === "service").map(({ name }) => name))
  return new Map(trees.map((tree) => [tree, tree.type !== "service" && names.has(tree.name) ? entryOf(tree) : tree.name]))
}
