import { expect, test } from "vitest"
import { gatesOf } from "./rolling"

const node = (name: string, over = {}) => ({ name, isMember: true, isInMaintenance: false, state: "online" as const, ...over })
const well = {
  nodes: [node("h1"), node("h2"), node("h3")],
  services: [{ name: "web", state: "started" as const, isPartial: false }],
  ...{ waiting: [], isQuorate: true },
}
const closed = (over: object) => gatesOf({ ...well, ...over }, "h2").map(({ code }) => code)

test("the gate is open when everything is well", () => expect(closed({})).toEqual([]))
test("the node itself may be away or out already: it is the others that must be there", () =>
  expect(closed({ nodes: [node("h1"), node("h2", { state: "lost" }), node("h3")] })).toEqual([]))
test.each([
  ["a node that is still out", { nodes: [node("h1", { isInMaintenance: true }), node("h2")] }, ["nodeOut"]],
  ["a node that does not answer", { nodes: [node("h1", { state: "unreachable" }), node("h2")] }, ["nodeAway"]],
  ["a service on its way", { services: [{ name: "web", state: "starting", isPartial: false }] }, ["serviceUnsettled"]],
  ["a partial service", { services: [{ name: "web", state: "started", isPartial: true }] }, ["serviceUnsettled"]],
  ["a job that waits for a person", { waiting: ["j"] }, ["jobWaits"]],
  ["no known majority", { isQuorate: false }, ["noQuorum"]],
])("it is closed by %s", (_, over, codes) => expect(closed(over)).toEqual(codes))
