import { describe, expect, test } from "vitest"
import { type Balancer, balancerSchema } from "./balancer"
import { LiveTable } from "./balancer-live"
import { carriedIn, type DirectorSeen, livesIn, roleOf, serviceAddresses, servingOf, virtualServersOf } from "./balancer-live-view"

const instance = (over: object = {}) => ({ name: "VI_1", routerId: 51, addresses: [{ address: "10.0.0.9", prefix: 24 }], ...over })
const model: Balancer = balancerSchema.parse({
  directors: [{ instances: [instance()] }, { instances: [instance()] }],
  virtualServers: [
    {
      service: { kind: "address", address: "10.0.0.9", port: 80, protocol: "tcp" },
      scheduler: "rr",
      forwarding: { method: "direct" },
      sorryServer: { address: "10.0.0.8" },
      realServers: [{ address: "10.0.0.2" }, { address: "10.0.0.3", weight: 0 }, { address: "10.0.0.4", weight: 3 }],
    },
  ],
})
const real = (address: string, weight: number, active = 0) => ({
  address,
  port: 80,
  method: "direct" as const,
  weight,
  active,
  inactive: 2,
})
const table = (...realServers: ReturnType<typeof real>[]): LiveTable => [
  {
    ...{ key: "tcp 10.0.0.9:80", protocol: "tcp", address: "10.0.0.9", port: 80, mark: null },
    ...{ scheduler: "rr", persistence: null, onePacket: false, realServers },
  },
]
const seen = (over: Partial<DirectorSeen>): DirectorSeen => ({ node: "d1", isRunning: true, addresses: ["10.0.0.5"], table: [], ...over })
const views = (live: LiveTable | null) =>
  virtualServersOf({
    model,
    table: live,
    director: 0,
    rates: null,
    nodeOf: (a) => (a === "10.0.0.2" ? "r2" : null),
    isMaintained: () => false,
  })

describe("a director's role", () => {
  test("is by the address on its interfaces, whatever its daemon is doing", () => {
    const role = (over: Partial<DirectorSeen>) => roleOf(seen(over), model, 0, "keepalived")
    expect(role({ addresses: ["10.0.0.5", "10.0.0.9"] })).toBe("active")
    // kill -9 leaves the address where it is (lab/lvs.md fact 13).
    expect(role({ addresses: ["10.0.0.9"], isRunning: false })).toBe("active")
    expect(role({})).toBe("standby")
    expect(role({ isRunning: false })).toBe("stopped")
    expect(role({ addresses: null })).toBe("unknown")
    expect(role({ isRunning: null })).toBe("unknown")
  })
  test("is partial where some of the addresses are missing", () => {
    const two = balancerSchema.parse({ directors: [{ instances: [instance({ excludedAddresses: [{ address: "fd00::9" }] })] }] })
    expect(serviceAddresses(two, 0)).toEqual(["10.0.0.9", "fd00::9"])
    expect(roleOf(seen({ addresses: ["FD00::9"] }), two, 0, "keepalived")).toBe("partial")
  })
  test("without VRRP is by the kernel's table", () => {
    const raw = { ...model, directors: [] }
    expect(roleOf(seen({ table: table() }), raw, 0, "ipvsadm")).toBe("active")
    expect(roleOf(seen({ table: [] }), raw, 0, "ipvsadm")).toBe("standby")
    expect(roleOf(seen({ table: null }), raw, 0, "ipvsadm")).toBe("unknown")
    expect(roleOf(seen({ isRunning: false, table: table() }), raw, 0, "keepalived")).toBe("stopped")
  })
  test("the addresses that VRRP carries are on one, on two or on none; without VRRP nothing is said", () => {
    const holds = (...of: readonly string[]) => ({ holds: of })
    const [mine, theirs] = [instance(), instance({ addresses: [{ address: "10.0.0.10", prefix: 24 }] })]
    const both = balancerSchema.parse({ directors: [{ instances: [mine, theirs] }, { instances: [mine, theirs] }] })
    const of = (...directors: ReturnType<typeof holds>[]) => carriedIn(both, "keepalived", directors)
    expect(of(holds("10.0.0.9"), holds("10.0.0.10"))).toEqual({ twice: [], nowhere: [] })
    expect(of(holds("10.0.0.9", "10.0.0.10"), holds("10.0.0.10"))).toEqual({ twice: ["10.0.0.10"], nowhere: [] })
    expect(of(holds(), holds("10.0.0.10"))).toEqual({ twice: [], nowhere: ["10.0.0.9"] })
    expect(carriedIn({ ...model, directors: [] }, "keepalived", [holds(), holds()])).toEqual({ twice: [], nowhere: [] })
    expect(carriedIn(model, "ipvsadm", [holds()])).toEqual({ twice: [], nowhere: [] })
  })
  test("two that have the addresses are nobody's serving", () => {
    expect(servingOf(["active", "standby"])).toBe(0)
    expect(servingOf(["active", "partial"])).toBeNull()
    expect(servingOf(["standby", "unknown"])).toBeNull()
  })
})

describe("a real server", () => {
  const states = (live: LiveTable | null) => views(live)[0]?.realServers.map(({ key, state }) => `${key} ${state}`)
  test("serves, drains, is drained, is out, or is nobody's of the panel", () => {
    expect(states(table(real("10.0.0.2", 1, 7), real("10.0.0.3", 0, 4), real("10.0.0.77", 1)))).toEqual([
      "10.0.0.2:80 serving",
      "10.0.0.3:80 draining",
      "10.0.0.4:80 out",
      "10.0.0.8:80 out",
      "10.0.0.77:80 extra",
    ])
    expect(states(table(real("10.0.0.3", 0)))?.[1]).toBe("10.0.0.3:80 drained")
    expect(states([])?.[1]).toBe("10.0.0.3:80 drained")
  })
  test("at weight 0 by inhibit is out, not draining: its checks have it there (network.md F12)", () => {
    expect(states(table(real("10.0.0.2", 0, 3)))?.[0]).toBe("10.0.0.2:80 out")
  })
  test("is unknown without a table, and so is its virtual server", () => {
    expect(states(null)?.every((one) => one.endsWith("unknown") || one.startsWith("10.0.0.8"))).toBe(true)
    expect(views(null)[0]?.state).toBe("unknown")
  })
  test("the sorry server alone makes a virtual server sorry; nobody with weight makes it down", () => {
    expect(views(table(real("10.0.0.8", 1)))[0]?.state).toBe("sorry")
    expect(views(table(real("10.0.0.2", 0)))[0]?.state).toBe("down")
    expect(views(table(real("10.0.0.2", 1), real("10.0.0.8", 1)))[0]?.state).toBe("up")
    expect(views([])[0]?.state).toBe("down")
  })
  test("is the node that has its address", () => {
    expect(views(table())[0]?.realServers.map(({ node }) => node)).toEqual(["r2", null, null, null])
  })
})
test("a virtual server by group is all of its services together: what a real server has in each is its own", () => {
  const grouped = balancerSchema.parse({
    directors: [
      { groups: [] },
      {
        groups: [
          {
            name: "web",
            members: [
              { addresses: "10.0.0.8-9", port: 80 },
              { mark: 3, family: "inet" },
            ],
          },
        ],
      },
    ],
    virtualServers: [
      {
        ...{ service: { kind: "group", group: "web", protocol: "tcp" }, scheduler: "rr", forwarding: { method: "direct" } },
        realServers: [{ address: "10.0.0.2" }, { address: "10.0.0.3" }],
      },
    ],
  })
  const service = (key: string, ...realServers: readonly object[]) => ({ ...table()[0], key, realServers })
  const live = LiveTable.parse([
    service("tcp 10.0.0.8:80", real("10.0.0.2", 1, 4)),
    service("tcp 10.0.0.9:80", real("10.0.0.2", 1, 5), real("10.0.0.7", 1, 1)),
    service("fwmark 3", { ...real("10.0.0.2", 1, 6), port: 0 }),
  ])
  const rate = (connections: number) => ({ connections, bytesIn: 1, bytesOut: 0 })
  const rates = { "tcp 10.0.0.8:80": rate(1), "tcp 10.0.0.9:80": rate(2), "fwmark 3 real 10.0.0.2:0": rate(7) }
  const of = (director: number) =>
    virtualServersOf({ model: grouped, table: live, director, rates, nodeOf: () => null, isMaintained: () => false })[0]
  expect(of(1)).toMatchObject({ state: "up", active: 16, counts: { serving: 1, out: 1 } })
  expect(of(1)?.rate).toEqual({ connections: 3, bytesIn: 2, bytesOut: 0 })
  expect(of(1)?.realServers.map(({ key, state, live: one }) => `${key} ${state} ${one?.active}`)).toEqual([
    "10.0.0.2:0 serving 15",
    "10.0.0.3:0 out undefined",
    "10.0.0.7:80 extra 1",
  ])
  expect(of(1)?.realServers[0]?.rate).toMatchObject({ connections: 7 })
  const [server] = grouped.virtualServers
  const activeOf = (director: number) => server && livesIn(live, grouped.directors[director])(server)({ address: "10.0.0.2" })?.active
  expect([activeOf(0), activeOf(1)]).toEqual([undefined, 15])
  // The other director's file has no such group.
  expect(of(0)).toMatchObject({ state: "down", active: 0 })
})
test("a sorry server that is inhibited stands in the table all the time, and apologises only with a weight", () => {
  const inhibited = balancerSchema.parse({ ...model, virtualServers: [{ ...model.virtualServers[0], sorryInhibit: true }] })
  const [down, sorry] = [0, 1].map(
    (weight) =>
      virtualServersOf({
        ...{ model: inhibited, table: table(real("10.0.0.8", weight)), director: 0, rates: null },
        ...{ nodeOf: () => null, isMaintained: () => false },
      })[0],
  )
  expect([down?.state, sorry?.state]).toEqual(["down", "sorry"])
  expect([down, sorry].map((one) => one?.realServers.find(({ isSorryServer }) => isSorryServer)?.state)).toEqual(["out", "serving"])
})
test("a mark that says no family is found by that of its real servers, with its rates", () => {
  const marked = balancerSchema.parse({
    virtualServers: [
      {
        ...{ service: { kind: "mark", mark: 7 }, scheduler: "rr", forwarding: { method: "direct" } },
        realServers: [{ address: "fd00::2", port: 80 }],
      },
    ],
  })
  const [live] = table(real("fd00::2", 1, 4))
  const inKernel = { ...live, key: "fwmark 7 inet6", protocol: null, address: null, port: null, mark: 7 }
  const [view] = virtualServersOf({
    ...{ model: marked, director: 0, table: LiveTable.parse([inKernel]), nodeOf: () => null, isMaintained: () => false },
    rates: { "fwmark 7 inet6": { connections: 3, bytesIn: 1, bytesOut: 0 } },
  })
  expect(view).toMatchObject({ key: "fwmark 7", state: "up", active: 4, rate: { connections: 3 } })
})
