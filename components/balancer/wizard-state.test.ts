import { expect, test } from "vitest"
import { refusalsOf } from "@/lib/domain/balancer-rules"
import { added, chosen } from "./draft"
import { newReal } from "./draft-new"
import { filledBy, firstWizard, globalProblems, isPrefixWrong, modelOf, type Wizard } from "./wizard-state"

const address = (wizard: Wizard, vip: string): Wizard => ({
  ...wizard,
  draft: added(chosen(wizard.draft, "virtualServers.0.service.address", vip), "virtualServers.0.realServers", {
    ...newReal("keepalived", 80),
    address: vip.includes(":") ? "fd00::2" : "10.0.0.2",
  }),
})
const pair: Wizard = { ...firstWizard, name: "web", nodes: ["h0", "h4"], shared: { ...firstWizard.shared, interface: "eth0" } }

test("the first page wants a name, a node and an interface, and numbers in their limits", () => {
  expect([...globalProblems(firstWizard).keys()]).toEqual(["name", "nodes", "interface"])
  expect(globalProblems(pair).size).toBe(0)
  expect(globalProblems({ ...pair, shared: { ...pair.shared, routerId: "256" } }).get("routerId")).toEqual([1, 255])
  expect(globalProblems({ ...pair, engine: "ipvsadm", shared: { ...pair.shared, interface: "" } }).size).toBe(0)
})
test.each([
  ["a pair", pair],
  ["one director", { ...pair, nodes: ["h0"] }],
  ["unicast", { ...pair, shared: { ...pair.shared, isUnicast: true, addresses: ["10.0.0.10", "10.0.0.14"] as const } }],
  ["nopreempt", { ...pair, shared: { ...pair.shared, nopreempt: true } }],
  ["raw mode", { ...pair, engine: "ipvsadm" as const, nodes: ["h0"] }],
])("what the wizard makes of %s is refused by no rule, in IPv4 and IPv6", (_, wizard) => {
  const six = { ...wizard, shared: { ...wizard.shared, isUnicast: false } }
  for (const one of [address(wizard, "10.0.0.100"), address(six, "fd00::100")])
    expect(refusalsOf(modelOf(one), { engine: one.engine })).toEqual([])
})
test("the second director is behind by priority, and each has the other as its peer", () => {
  const unicast = { ...pair, shared: { ...pair.shared, isUnicast: true, addresses: ["10.0.0.10", "10.0.0.14"] as const } }
  const [one, two] = modelOf(address(unicast, "10.0.0.100")).directors.map(({ instances }) => instances[0])
  expect([one?.priority, two?.priority]).toEqual([150, 100])
  expect([one?.state, two?.state]).toEqual(["MASTER", "BACKUP"])
  expect([one?.unicastPeers, two?.unicastPeers]).toEqual([[{ address: "10.0.0.14" }], [{ address: "10.0.0.10" }]])
})
test("a file's VRRP stays, and the second director is made from its first", () => {
  const made = modelOf(address(pair, "10.0.0.100"))
  const filled = filledBy(pair, { ...made, directors: made.directors.slice(0, 1) }, "keepalived")
  const [first, second] = modelOf(filled).directors
  expect(first).toBe(filled.draft.model.directors[0])
  expect(second?.instances[0]).toMatchObject({ name: "VI_1", state: "BACKUP", priority: 100 })
})
test("a new virtual server is checked every 6 seconds, not every minute", () => {
  expect(modelOf(pair).virtualServers[0]?.delayLoop).toBe(6)
})
test("a prefix must fit the family of its address", () => {
  const prefix = (text: string) => ({ ...pair, prefixes: { "10.0.0.100": text } })
  expect(["24", "33", "", "x"].map((text) => isPrefixWrong(prefix(text), "10.0.0.100"))).toEqual([false, true, true, true])
})
