import { flatten, startOrder, stopOrder, type TreeNode } from "./resource-tree"

export type Compare<T> = {
  /** What tells one definition of a resource from another. */
  readonly attrs: (node: TreeNode<T>) => Readonly<Record<string, string>>
  /** Attributes of a type that change without a restart (rgmanager's `reconfig`). */
  readonly live: (type: string) => readonly string[]
}
export type Delta<T> = {
  /** Of the old tree, in its stop order. */
  readonly stop: readonly TreeNode<T>[]
  /** Of the new tree, in its start order. */
  readonly start: readonly TreeNode<T>[]
  /** Of the new tree: only live attributes differ. */
  readonly reconfigure: readonly TreeNode<T>[]
}
const keyOf = ({ type, name }: TreeNode): string => `${type}:${name}`
/** Each node's key to the keys above it: a resource that hangs elsewhere is another one. */
function placesOf<T>(root: TreeNode<T>, above = ""): ReadonlyMap<string, string> {
  return new Map(
    root.children.flatMap((child): [string, string][] => [[keyOf(child), above], ...placesOf(child, `${above}/${keyOf(child)}`)]),
  )
}

/**
 * rgmanager's reconfiguration (§2.5): what is gone stops, what is new starts, what differs in more than live attributes does both,
 * each with all below it; siblings stay. The root itself is not compared.
 */
export function deltaOf<T>(before: TreeNode<T>, after: TreeNode<T>, { attrs, live }: Compare<T>): Delta<T> {
  const [was, is] = [placesOf(before), placesOf(after)]
  const old = new Map(flatten(before).map((node) => [keyOf(node), node]))
  const now = new Map(flatten(after).map((node) => [keyOf(node), node]))
  const compare = (node: TreeNode<T>): "same" | "live" | "differs" => {
    const [a, b] = [old.get(keyOf(node)), now.get(keyOf(node))]
    if (!a || !b || was.get(keyOf(node)) !== is.get(keyOf(node))) return "differs"
    const [x, y] = [attrs(a), attrs(b)]
    const names = [...new Set([...Object.keys(x), ...Object.keys(y)])].filter((name) => x[name] !== y[name])
    if (names.length === 0) return "same"
    return names.every((name) => live(node.type).includes(name)) ? "live" : "differs"
  }
  const touched = (root: TreeNode<T>) =>
    new Set(
      root.children.flatMap(function reach(node): readonly string[] {
        return compare(node) === "differs" ? flatten(node).map(keyOf) : node.children.flatMap(reach)
      }),
    )
  const [stops, starts] = [touched(before), touched(after)]
  // A subtree that is restarted in one tree is restarted in the other, wherever its parts hang there.
  const isTouched = (node: TreeNode<T>) => stops.has(keyOf(node)) || starts.has(keyOf(node))
  return {
    stop: stopOrder(before).filter((node) => node !== before && isTouched(node)),
    start: startOrder(after).filter((node) => node !== after && isTouched(node)),
    reconfigure: startOrder(after).filter((node) => node !== after && !isTouched(node) && compare(node) === "live"),
  }
}
