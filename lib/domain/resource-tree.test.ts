import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { deltaOf } from "./resource-delta"
import { flatten, forbiddenChildren, startOrder, stopOrder, type TreeNode } from "./resource-tree"
import cases from "./resource-tree.cases.json"

type Written = { readonly type: string; readonly name: string; readonly value?: string; readonly children?: readonly Written[] }
const tree = ({ type, name, value = "", children = [] }: Written): TreeNode<string> => ({
  type,
  name,
  of: value,
  children: children.map(tree),
})
const names = (nodes: readonly TreeNode[]) => nodes.map(({ name }) => name)
const compare = { attrs: (node: TreeNode<string>) => ({ value: node.of }), live: () => [] }

describe("start and stop order (§2.2)", () => {
  test.each(cases.order)("$what", ({ root, start, stop }) => {
    expect(names(startOrder(tree(root)))).toEqual(start)
    expect(names(stopOrder(tree(root)))).toEqual(stop)
  })
})
describe("reconfiguration (§2.5)", () => {
  test.each(cases.delta)("$what", ({ before, after, stop, start }) => {
    const delta = deltaOf(tree(before), tree(after), compare)
    expect({ stop: names(delta.stop), start: names(delta.start) }).toEqual({ stop, start })
  })
})
test("what a parent's agent forbids is told, and neither started nor stopped", () => {
  const root = tree({ type: "service", name: "s", children: [{ type: "ip", name: "a", children: [{ type: "nfsclient", name: "c" }] }] })
  expect(forbiddenChildren(root)).toEqual([{ parent: "a", child: "c" }])
  expect(names(startOrder(root))).toEqual(["s", "a"])
})

const types = ["lvm", "fs", "clusterfs", "netfs", "ip", "smb", "script", "apache", "mysql"]
const anyTree = fc
  .array(fc.record({ type: fc.constantFrom(...types), parent: fc.nat(6), value: fc.constantFrom("a", "b") }), { maxLength: 12 })
  .map((list) => {
    const below = (parent: number): TreeNode<string>[] =>
      list.flatMap(({ type, parent: p, value }, i) =>
        (p >= i ? -1 : p) === parent ? [{ type, name: `r${i}`, of: value, children: below(i) }] : [],
      )
    return { type: "service", name: "s", of: "", children: below(-1) } satisfies TreeNode<string>
  })
test("a stop is a permutation of the start; a parent starts before and stops after all below it", () =>
  fc.assert(
    fc.property(anyTree, (root) => {
      const [start, stop] = [startOrder(root), stopOrder(root)]
      expect(names(stop).toSorted()).toEqual(names(start).toSorted())
      for (const parent of start)
        for (const child of flatten(parent)
          .slice(1)
          .filter((c) => start.includes(c))) {
          expect(start.indexOf(parent)).toBeLessThan(start.indexOf(child))
          expect(stop.indexOf(parent)).toBeGreaterThan(stop.indexOf(child))
        }
    }),
  ))
test("nothing changed, nothing moves; what moves is in the tree that it moves in, and takes all below it along", () =>
  fc.assert(
    fc.property(anyTree, anyTree, (before, after) => {
      expect(deltaOf(before, before, compare)).toEqual({ stop: [], start: [], reconfigure: [] })
      const { stop, start } = deltaOf(before, after, compare)
      const [old, now] = [flatten(before), flatten(after)]
      for (const node of stop) expect(old).toContain(node)
      for (const node of start) expect(now).toContain(node)
      const isAllowed = new Set(stopOrder(before))
      for (const node of stop) for (const below of flatten(node)) if (isAllowed.has(below)) expect(stop).toContain(below)
    }),
  ))
