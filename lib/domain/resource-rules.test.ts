import { describe, expect, test } from "vitest"
import { parentRules } from "./resource-rules"
import cases from "./resource-rules.cases.json"
import { ancestorsOf, forbiddenChildren, startOrder, stopOrder, subtreeOf, type TreeNode } from "./resource-tree"

type Written = { readonly type: string; readonly name: string; readonly children?: readonly Written[] }
const tree = ({ type, name, children = [] }: Written): TreeNode => ({ type, name, of: undefined, children: children.map(tree) })
const leaf = (type: string): TreeNode => tree({ type, name: `the ${type}` })
const names = (nodes: readonly TreeNode[]) => nodes.map(({ name }) => name)

describe("every row of the rules (§2.2)", () => {
  test.each(cases)("$what", ({ root, start, stop }) => {
    expect(names(startOrder(tree(root)))).toEqual(start)
    expect(names(stopOrder(tree(root)))).toEqual(stop)
  })
})
const forbidden = [
  ["nfsserver", "nfsexport"],
  ["nfsserver", "nfsserver"],
  ["nfsexport", "nfsexport"],
  ["ip", "nfsclient"],
  ["ip", "nfsexport"],
  ["netfs", "nfsclient"],
  ["netfs", "nfsexport"],
] as const
test("these pairs are forbidden, at any depth, and no others", () => {
  const types = [...Object.keys(parentRules), "nfsclient", "lvm", "smb", "script", "apache"]
  const pairs = types.flatMap((parent) => types.map((child) => [parent, child] as const))
  const refused = pairs.filter(([parent, child]) => {
    const below = { ...leaf(parent), name: "p", children: [{ ...leaf(child), name: "c" }] }
    const found = forbiddenChildren({ ...leaf("service"), children: [below] }).filter((f) => f.parent === "p")
    return found.length > 0
  })
  expect(refused.toSorted()).toEqual(forbidden.toSorted())
})
test("what is above a resource, from the root down", () => {
  const root = tree({
    ...{ type: "service", name: "s" },
    children: [
      { type: "ip", name: "i" },
      { type: "fs", name: "f", children: [{ type: "mysql", name: "db" }] },
    ],
  })
  expect(["db", "f", "i", "s", "none"].map((name) => names(ancestorsOf(root, name)))).toEqual([["s", "f"], ["s"], ["s"], [], []])
  expect(names(subtreeOf(root, "f")?.children ?? [])).toEqual(["db"])
  expect(subtreeOf(root, "none")).toBeUndefined()
})
