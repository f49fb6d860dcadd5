import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Compare, deltaOf } from "./resource-delta"
import cases from "./resource-delta.cases.json"
import { liveOf } from "./resource-rules"
import { flatten, startOrder, stopOrder, type TreeNode } from "./resource-tree"

type Attributes = Readonly<Record<string, string>>
type Written = { readonly type: string; readonly name: string; readonly attrs?: Attributes; readonly children?: readonly Written[] }
const tree = ({ type, name, attrs = {}, children = [] }: Written): TreeNode<Attributes> => ({
  ...{ type, name, of: attrs },
  children: children.map(tree),
})
const names = (nodes: readonly TreeNode[]) => nodes.map(({ name }) => name)
const compare: Compare<Attributes> = { attrs: (node) => node.of, live: liveOf }

describe("reconfiguration, row by row (§2.5)", () => {
  test.each(cases as readonly (Record<"before" | "after", Written> & Record<"what" | "stop" | "start" | "reconfigure", unknown>)[])(
    "$what",
    ({ before, after, stop, start, reconfigure }) => {
      const delta = deltaOf(tree(before), tree(after), compare)
      expect({ stop: names(delta.stop), start: names(delta.start), reconfigure: names(delta.reconfigure) }).toEqual({
        ...{ stop, start, reconfigure },
      })
    },
  )
})

// Few names, so that resources move, are referenced twice and change their type.
const leaf = fc.record({
  type: fc.constantFrom("fs", "ip", "script", "apache", "vm", "nfsclient"),
  name: fc.constantFrom("a", "b", "c"),
  attrs: fc.dictionary(fc.constantFrom("recovery", "options"), fc.constantFrom("1", "2")),
})
const treeOf = (depth: number): fc.Arbitrary<Written> =>
  fc.tuple(leaf, fc.array(depth > 0 ? treeOf(depth - 1) : leaf, { maxLength: depth })).map(([own, children]) => ({ ...own, children }))
const root = fc.array(treeOf(2), { maxLength: 3 }).map((children) => tree({ type: "service", name: "s", children }))
const check = (law: (before: TreeNode<Attributes>, after: TreeNode<Attributes>) => void) =>
  fc.assert(fc.property(root, root, law), { numRuns: 300 })

test("nothing changed, nothing moves", () =>
  check((before) => {
    expect(deltaOf(before, structuredClone(before), compare)).toEqual({ stop: [], start: [], reconfigure: [] })
  }))
test("stops are a part of the old tree's stop order, starts and reconfigurations of the new tree's start order; none is in two", () =>
  check((before, after) => {
    const { stop, start, reconfigure } = deltaOf(before, after, compare)
    expect(stopOrder(before).filter((n) => stop.includes(n))).toEqual(stop)
    expect(startOrder(after).filter((n) => start.includes(n))).toEqual(start)
    expect(startOrder(after).filter((n) => reconfigure.includes(n))).toEqual(reconfigure)
    expect(reconfigure.filter((n) => start.includes(n))).toEqual([])
  }))
test("what stops takes along all that runs below it, and so does what starts", () =>
  check((before, after) => {
    const { stop, start } = deltaOf(before, after, compare)
    const [ran, runs] = [new Set(stopOrder(before)), new Set(startOrder(after))]
    for (const n of stop) expect(stop).toEqual(expect.arrayContaining(flatten(n).filter((below) => ran.has(below))))
    for (const n of start) expect(start).toEqual(expect.arrayContaining(flatten(n).filter((below) => runs.has(below))))
  }))
test("a subtree that is the same in both, below the root, never appears", () =>
  check((before, after) => {
    const marked = tree({ type: "service", name: "same", children: [{ type: "fs", name: "same fs" }] })
    const [a, b] = [before, after].map((r) => ({ ...r, children: [...r.children, structuredClone(marked)] }))
    if (!a || !b) throw new Error("two trees")
    const { stop, start, reconfigure } = deltaOf(a, b, compare)
    expect(names([...stop, ...start, ...reconfigure]).filter((name) => name.startsWith("same"))).toEqual([])
  }))
test("what runs after the stops and the starts is the new tree", () =>
  check((before, after) => {
    const { stop, start } = deltaOf(before, after, compare)
    const keys = (nodes: readonly TreeNode[]) => nodes.map(({ type, name }) => `${type} ${name}`).toSorted()
    expect(keys([...stopOrder(before).filter((n) => !stop.includes(n)), ...start])).toEqual(keys(startOrder(after)))
  }))
