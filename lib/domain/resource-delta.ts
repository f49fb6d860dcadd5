import { startOrder, stopOrder, type TreeNode } from "./resource-tree"

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
type Placed<T> = { readonly node: TreeNode<T>; readonly place: string; readonly above: readonly string[] }
/** A resource that hangs elsewhere is another one, so its place is the names from the root down; twins below one parent are counted. */
function placed<T>(nodes: readonly TreeNode<T>[], above: readonly string[] = []): readonly Placed<T>[] {
  const counts = new Map<string, number>()
  return nodes.flatMap((node) => {
    const id = JSON.stringify([node.type, node.name])
    const twins = counts.get(id) ?? 0
    counts.set(id, twins + 1)
    const place = `${above.at(-1) ?? ""}${id}${twins}`
    return [{ node, place, above }, ...placed(node.children, [...above, place])]
  })
}

/**
 * rgmanager's reconfiguration (§2.5): what is gone stops, what is new starts, what differs in more than live attributes does both,
 * each with all below it; siblings stay. The root is a resource as any other: when it differs, all of it restarts.
 */
export function deltaOf<T>(before: TreeNode<T>, after: TreeNode<T>, { attrs, live }: Compare<T>): Delta<T> {
  const [was, is] = [placed([before]), placed([after])]
  const old = new Map(was.map(({ place, node }) => [place, node]))
  const now = new Map(is.map(({ place, node }) => [place, node]))
  const compare = (place: string): "same" | "live" | "differs" => {
    const [a, b] = [old.get(place), now.get(place)]
    if (!a || !b) return "differs"
    const [x, y] = [attrs(a), attrs(b)]
    const names = [...new Set([...Object.keys(x), ...Object.keys(y)])].filter((name) => x[name] !== y[name])
    if (names.length === 0) return "same"
    return names.every((name) => live(a.type).includes(name)) ? "live" : "differs"
  }
  const changes = new Map([...old.keys(), ...now.keys()].map((place) => [place, compare(place)]))
  const isRestarted = ({ place, above }: Placed<T>) => [...above, place].some((at) => changes.get(at) === "differs")
  const nodesOf = (list: readonly Placed<T>[]): ReadonlySet<TreeNode<T>> => new Set(list.map(({ node }) => node))
  const [stops, starts] = [nodesOf(was.filter(isRestarted)), nodesOf(is.filter(isRestarted))]
  const lives = nodesOf(is.filter((at) => changes.get(at.place) === "live" && !isRestarted(at)))
  return {
    stop: stopOrder(before).filter((node) => stops.has(node)),
    start: startOrder(after).filter((node) => starts.has(node)),
    reconfigure: startOrder(after).filter((node) => lives.has(node)),
  }
}
