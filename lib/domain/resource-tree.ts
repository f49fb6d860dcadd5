import { type ChildRule, rulesOf } from "./resource-rules"

/** One resource of a tree; `type` is rgmanager's (ip, fs, script …), or any other word, which has no order. */
export type TreeNode<T = unknown> = {
  readonly type: string
  readonly name: string
  readonly children: readonly TreeNode<T>[]
  readonly of: T
}

type Branch<N> = { readonly type: string; readonly children: readonly N[] }
/** As rgmanager builds a level: ruled types in the parent's order, then the rest as written; forbidden ones are left out (§2.2). */
export function builtChildren<N extends { readonly type: string }>({ type, children }: Branch<N>): readonly N[] {
  const { children: rules, forbids } = rulesOf(type)
  const allowed = children.filter((child) => !forbids.includes(child.type))
  const ruled = rules.flatMap((rule) => allowed.filter((child) => child.type === rule.type))
  return [...ruled, ...allowed.filter((child) => !rules.some((rule) => rule.type === child.type))]
}
const levelsOf = (rules: readonly ChildRule[], key: "start" | "stop"): readonly number[] =>
  [...new Set(rules.flatMap((rule) => rule[key] ?? []))].toSorted((a, b) => a - b)
const ofLevel = <T>(children: readonly TreeNode<T>[], rules: readonly ChildRule[], key: "start" | "stop", level: number) =>
  rules.filter((rule) => rule[key] === level).map((rule) => children.filter((child) => child.type === rule.type))
const unlevelled = <T>(children: readonly TreeNode<T>[], rules: readonly ChildRule[], key: "start" | "stop") =>
  children.filter((child) => !rules.some((rule) => rule.type === child.type && rule[key] !== undefined))

/** Level by level, then those without a level (§2.2). */
export function startingChildren<T>(root: TreeNode<T>): readonly TreeNode<T>[] {
  const children = builtChildren(root)
  const { children: rules } = rulesOf(root.type)
  const levelled = levelsOf(rules, "start").flatMap((level) => ofLevel(children, rules, "start", level).flat())
  return [...levelled, ...unlevelled(children, rules, "start")]
}
/** The node itself, then its children, each with all below it (§2.2). */
export const startOrder = <T>(root: TreeNode<T>): readonly TreeNode<T>[] => [root, ...startingChildren(root).flatMap(startOrder)]
/** Children without a level in reverse, then level by level (siblings of a type in reverse), the node itself last: not the start's reverse (§2.2). */
export function stopOrder<T>(root: TreeNode<T>): readonly TreeNode<T>[] {
  const children = builtChildren(root)
  const { children: rules } = rulesOf(root.type)
  const levelled = levelsOf(rules, "stop").flatMap((level) => ofLevel(children, rules, "stop", level).flatMap((same) => same.toReversed()))
  return [...[...unlevelled(children, rules, "stop").toReversed(), ...levelled].flatMap(stopOrder), root]
}
/** In the order of the document. */
export const flatten = <T>(root: TreeNode<T>): readonly TreeNode<T>[] => [root, ...root.children.flatMap(flatten)]
export const subtreeOf = <T>(root: TreeNode<T>, name: string): TreeNode<T> | undefined => flatten(root).find((node) => node.name === name)
/** From the root down to the parent; none for the root itself and for a name that is not there. */
export const ancestorsOf = <T>(root: TreeNode<T>, name: string): readonly TreeNode<T>[] => {
  const node = subtreeOf(root, name)
  return node === undefined ? [] : flatten(root).filter((above) => above !== node && flatten(above).includes(node))
}

export type Forbidden = { readonly parent: string; readonly child: string }
/** Children that their parent's agent forbids: rgmanager would leave them out without a word. */
export const forbiddenChildren = <T>(root: TreeNode<T>): readonly Forbidden[] =>
  flatten(root).flatMap((node) =>
    node.children
      .filter((child) => rulesOf(node.type).forbids.includes(child.type))
      .map((child) => ({ parent: node.name, child: child.name })),
  )
