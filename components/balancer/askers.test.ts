import { expect, test } from "vitest"
import type { VirtualServer } from "@/lib/domain/balancer"
import { askersOf } from "./askers"
import { newReal, newServer } from "./draft-new"

const machines = ["d1", "r1", "r2", "h0"].map((node, i) => ({ node, addresses: [`10.0.0.${i + 1}`], interfaces: ["eth0"] }))
const server = (method: "direct" | "tunnel" | "nat"): VirtualServer => ({
  ...newServer("10.0.0.100"),
  forwarding: { method },
  realServers: ["10.0.0.2", "10.0.0.3"].map((address) => ({ ...newReal("keepalived", 80), address })),
})
const asked = (one: VirtualServer) =>
  askersOf({ machines, nodes: ["d1"] }, one).map(({ node, isOwn }) => `${node}${isOwn ? " itself" : ""}`)

test.each(["direct", "tunnel"] as const)("with %s a real server would answer itself, so it asks last; a director never", (method) => {
  expect(asked(server(method))).toEqual(["h0", "r1 itself", "r2 itself"])
})
test("with NAT a real server asks as any other", () => {
  expect(asked(server("nat"))).toEqual(["r1", "r2", "h0"])
})
test("a real server that is forwarded to in a way of its own is judged by that", () => {
  const mixed = server("nat")
  const [first, ...others] = mixed.realServers
  expect(asked({ ...mixed, realServers: first ? [{ ...first, forwarding: { method: "direct" } }, ...others] : [] })).toEqual([
    ...["r2", "h0"],
    "r1 itself",
  ])
})
