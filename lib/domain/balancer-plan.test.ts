import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Balancer, balancerSchema } from "./balancer"
import { changesIdentity, isOther, type PlannedDirector, planBalancer } from "./balancer-plan"
import type { DirectorRole } from "./balancer-view"

const instance = (over: object) => ({
  ...{ name: "VI_1", interface: "eth0", routerId: 51, nopreempt: true, addresses: [{ address: "10.0.0.9", prefix: 24 }] },
  ...over,
})
const pair = (one: object = {}, two: object = {}, servers: readonly object[] = []): Balancer =>
  balancerSchema.parse({
    directors: [{ instances: [instance({ priority: 100, ...one })] }, { instances: [instance({ priority: 90, ...two })] }],
    virtualServers: servers,
  })
const describeCall = ({ driver, op }: { driver: string; op: string }) => ({
  sentence: { code: op, params: {} },
  command: `${driver} ${op}`,
})
const director = (node: string, role: DirectorRole, isOther = false): PlannedDirector => ({
  ...{ node, role, isOther, before: [], asTable: [], after: [] },
  configure: { node, driver: "keepalived", op: "configure", params: {} },
  load: { node, driver: "keepalived", op: "load", params: {} },
})
const nothing = { prepare: [], release: [], dismissed: [] }
const stepsOf = (was: Balancer | null, model: Balancer, roles: readonly [DirectorRole, DirectorRole] = ["active", "standby"]) =>
  planBalancer({
    ...{ engine: "keepalived", ...nothing, describe: describeCall },
    directors: roles.map((role, i) => director(`d${i + 1}`, role, was !== null && isOther(was.directors[i], model.directors[i]))),
  }).steps.map(({ call }) => `${call.node} ${call.op}`)

describe("a change", () => {
  test("comes to the standby first, and to the active one when the standby has it", () => {
    expect(stepsOf(pair(), pair({}, {}, [vs]))).toEqual(["d2 configure", "d2 load", "d1 configure", "d1 load"])
    expect(stepsOf(pair(), pair({}, {}, [vs]), ["standby", "active"])).toEqual(["d1 configure", "d1 load", "d2 configure", "d2 load"])
  })
  test("of what neighbours recognise each other by silences the standby until the active one has it", () => {
    const order = ["d2 halt", "d2 configure", "d1 configure", "d1 load", "d2 load"]
    const other = { routerId: 52 }
    expect(stepsOf(pair(), pair(other, other))).toEqual(order)
    for (const [one, two] of [
      [{ addresses: [{ address: "10.0.0.10" }] }, { addresses: [{ address: "10.0.0.10" }] }],
      [{ interface: "eth1" }, { interface: "eth1" }],
      [{ advertInterval: 2 }, { advertInterval: 2 }],
      [{ version: 3 }, { version: 3 }],
      [
        { unicastSource: "10.0.0.1", unicastPeers: [{ address: "10.0.0.2" }] },
        { unicastSource: "10.0.0.2", unicastPeers: [{ address: "10.0.0.1" }] },
      ],
      [{ authentication: { type: "PASS", password: "other" } }, { authentication: { type: "PASS", password: "other" } }],
    ] as const)
      expect(stepsOf(pair(), pair(one, two))).toEqual(order)
  })
  test("real servers are ready before, and released after", () => {
    const call = (op: string) => ({ node: "r1", driver: "realserver", op, params: {} })
    const { steps } = planBalancer({
      ...{ engine: "keepalived", describe: describeCall, directors: [director("d1", "stopped")], dismissed: ["d9"] },
      ...{ prepare: [call("quiet"), call("hold")], release: [call("release")] },
    })
    expect(steps.map(({ call: { op }, ifItFails }) => `${op} ${ifItFails}`)).toEqual([
      "quiet giveUp",
      "hold giveUp",
      "configure giveUp",
      "load giveUp",
      "halt wait",
      "release goOn",
    ])
  })
  test("at no moment speak two that do not understand each other: whatever changes, wherever the job stops", () => {
    const over = fc.record({ routerId: fc.constantFrom(51, 52), priority: fc.constantFrom(90, 100), advertInterval: fc.constantFrom(1, 2) })
    fc.assert(
      fc.property(over, over, fc.constantFrom("active", "standby", "stopped", "unknown"), (before, after, second) => {
        const [was, model] = [pair(before, before), pair(after, after)]
        const speaks = new Map([
          ["d1", "old"],
          ["d2", second === "stopped" ? "" : "old"],
        ]) // "": it is silent
        for (const step of stepsOf(was, model, ["active", second as DirectorRole])) {
          const [node = "", op] = step.split(" ")
          if (op === "halt") speaks.set(node, "")
          if (op === "load") speaks.set(node, "new")
          const voices = new Set([...speaks.values()].filter((voice) => voice !== ""))
          expect(voices.size <= 1 || !changesIdentity(was, model)).toBe(true)
        }
        expect([...speaks.values()]).toEqual(["new", "new"])
      }),
    )
  })
})
const vs = { service: { kind: "address", address: "10.0.0.9", port: 80, protocol: "tcp" }, scheduler: "rr", forwarding: { method: "nat" } }

describe("a director that is stopped", () => {
  test("gets its file and is not started; a file that cannot be read is taken for another", () => {
    const { steps } = planBalancer({
      ...{ engine: "keepalived", ...nothing, describe: describeCall },
      directors: [director("d1", "active"), { ...director("d2", "stopped"), load: null }],
    })
    expect(steps.map(({ call }) => `${call.node} ${call.op}`)).toEqual(["d2 configure", "d1 configure", "d1 load"])
    expect(isOther(undefined, pair().directors[0])).toBe(true)
    expect(isOther(undefined, undefined)).toBe(false)
  })
})
