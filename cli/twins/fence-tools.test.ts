import fc from "fast-check"
import { expect, test } from "vitest"
import { fenceTool, isAcknowledged, parseAck, parseFenceNode } from "./fence-tools"
import { cluster } from "./view.fixture"

test("only the one word acknowledges, letter by letter", () => {
  expect(isAcknowledged("absolutely")).toBe(true)
  for (const word of ["Absolutely", "ABSOLUTELY", "absolutely ", "yes", "y", "", null]) expect(isAcknowledged(word)).toBe(false)
  fc.assert(fc.property(fc.string(), (word) => isAcknowledged(word) === (word === "absolutely")))
})
test.each([
  [["-n", "h3"], { node: "h3" }],
  [["h3"], { node: "h3" }],
  [[], { exit: 1 }],
  [["-n"], { exit: 1 }],
  [["-O", "h3"], { exit: 1 }],
  [["h2", "h3"], { exit: 1 }],
])("fence_ack_manual %j is understood", (args, expected) => expect(parseAck(args)).toMatchObject(expected))
test.each([
  [["h3"], { node: "h3", isUnfence: false }],
  [["-U", "h3"], { node: "h3", isUnfence: true }],
  [["-vv", "h3"], { node: "h3" }],
  [[], { exit: 1 }],
  [["-x", "h3"], { exit: 1 }],
])("fence_node %j is understood", (args, expected) => expect(parseFenceNode(args)).toMatchObject(expected))
test("fence_tool ls shows the domain, and who waits to be fenced", () => {
  expect(fenceTool(cluster, ["ls"])).toEqual({
    out: "fence domain\nmember count  2\nvictim count  1\nvictim now    3\nmaster nodeid 1\nwait state    fencing\nmembers       1 2\n",
    exit: 0,
  })
  expect(fenceTool({ ...cluster, isQuorate: false }, ["ls"]).out).toContain("wait state    quorum\n")
  expect(fenceTool(cluster, ["ls", "-n"]).out).toContain("nodeid 3 member 0 victim 1 ")
  expect(fenceTool(cluster, ["join"]).exit).toBe(1)
})
