import { describe, expect, test } from "vitest"
import { type Balancer, balancerSchema } from "./balancer"
import { comesBack, exchanged, planHalt, planPreemption, raised, seenToMove, takeOverS } from "./balancer-hand-over"
import { changesIdentity } from "./balancer-plan"

const instance = (over: object) => ({
  ...{ name: "VI_1", interface: "eth0", routerId: 51, nopreempt: true, addresses: [{ address: "10.0.0.9", prefix: 24 }] },
  ...over,
})
const pair = (one: object = {}, two: object = {}): Balancer =>
  balancerSchema.parse({
    directors: [{ instances: [instance({ priority: 100, ...one })] }, { instances: [instance({ priority: 90, ...two })] }],
  })
const call = (node: string, op: string, params: object = {}) => ({
  node,
  driver: "keepalived",
  op,
  params: JSON.parse(JSON.stringify(params)),
})
const describeCall = ({ driver, op }: { driver: string; op: string }) => ({
  sentence: { code: op, params: {} },
  command: `${driver} ${op}`,
})
const move = { from: "d1", to: "d2", addresses: ["10.0.0.9"], withinS: 20, describe: describeCall }
const file = (name: string) => ({ configure: call("d2", "configure", { name }), load: call("d2", "load", { name }) })

describe("a hand-over with nopreempt", () => {
  test("leaves the active one alone until it has heard the other, and gives the other its own file back, also if it did not work", () => {
    const { steps, fallbacks } = planPreemption({ ...move, high: file("high"), own: file("own") })
    expect(steps.map(({ call: { node, op, params }, ifItFails }) => [node, op, params, ifItFails])).toEqual([
      ["d2", "configure", { name: "high" }, "fallBack"],
      ["d2", "load", { name: "high" }, "fallBack"],
      ["d2", "takeOver", { addresses: ["10.0.0.9"], withinS: 20 }, "fallBack"],
      ["d1", "stepDown", { addresses: ["10.0.0.9"] }, "tryNext"],
      ["d2", "configure", { name: "own" }, "wait"],
      ["d2", "load", { name: "own" }, "wait"],
    ])
    expect(fallbacks.map(({ node, steps: back }) => [node, ...back.map(({ call: { params } }) => params)])).toEqual([
      ["d1", { name: "own" }, { name: "own" }],
    ])
  })
  test("raises nobody but the one that is to take over, above everybody, and nothing that a neighbour recognises it by", () => {
    const model = pair({}, { preemptDelay: 30 })
    const high = raised(model, 1)
    expect(high?.directors[0]).toEqual(model.directors[0])
    expect(high?.directors[1]?.instances).toEqual([{ ...pair().directors[1]?.instances[0], priority: 254, nopreempt: undefined }])
    expect(changesIdentity(model, high ?? pair({ routerId: 9 }))).toBe(false)
    expect([raised(pair({ priority: 254 }), 1), raised(pair({ priority: 255 }), 1), raised(balancerSchema.parse({}), 1)]).toEqual([
      null,
      null,
      null,
    ])
  })
  test("by a stop: one says goodbye, the other is seen to have the addresses, and it starts again, also if they did not move", () => {
    const { steps, fallbacks } = planHalt({ ...move, again: call("d1", "load") })
    expect(steps.map(({ call: { node, op }, ifItFails }) => [node, op, ifItFails])).toEqual([
      ["d1", "halt", "wait"],
      ["d2", "takeOver", "tryNext"],
      ["d1", "load", "wait"],
    ])
    expect(fallbacks.map(({ node, steps: [step] }) => [node, step?.call.node, step?.call.op])).toEqual([["d1", "d1", "load"]])
  })
  test.each([
    [{}, 19],
    [{ advertInterval: 0.3 }, 19],
    [{ advertInterval: 10 }, 55],
    [{ preemptDelay: 60 }, 79],
  ])("waits as long as VRRP may need: %j is %d s", (over, withinS) => {
    expect(takeOverS(pair({}, over))).toBe(withinS)
  })
})
describe("a hand-over without nopreempt", () => {
  test.each([
    ["the preferred one alone has nopreempt, and gets them back", { priority: 150 }, { priority: 100, nopreempt: undefined }, 1, 0, false],
    ["the preferred one alone has nopreempt, and gives them", { priority: 150 }, { priority: 100, nopreempt: undefined }, 0, 1, false],
    ["the preferred one would take them again", { priority: 150, nopreempt: undefined }, { priority: 100 }, 0, 1, true],
    [
      "the lower one is active while a delay runs",
      { priority: 100, nopreempt: undefined },
      { priority: 150, nopreempt: undefined },
      0,
      1,
      false,
    ],
    ["a tie", { priority: undefined, nopreempt: undefined }, { priority: 100, nopreempt: undefined }, 0, 1, false],
    ["what is not written is 100", { priority: 150, nopreempt: undefined }, { priority: undefined, nopreempt: undefined }, 0, 1, true],
  ] as const)("%s", (_, one, two, from, to, back) => {
    const model = pair(one, two)
    expect(comesBack(model, from, to)).toBe(back)
    if (back) expect(comesBack(exchanged(model), from, to)).toBe(false)
  })
  test("the one that is to have them may take them, whatever it said before", () => {
    const [was, is] = exchanged(pair({ priority: 150, nopreempt: undefined }, { priority: undefined })).directors
    expect([was?.instances[0], is?.instances[0]]).toMatchObject([{ priority: 100, nopreempt: true }, { priority: 150 }])
    expect(is?.instances[0]).not.toHaveProperty("nopreempt")
  })
  test("exchanges the priorities, and exchanging twice is as before", () => {
    const preempting = pair({ nopreempt: false }, { nopreempt: undefined })
    expect(comesBack(preempting, 0, 1)).toBe(true)
    expect(comesBack(pair(), 0, 1)).toBe(false)
    expect(exchanged(preempting).directors.map(({ instances }) => instances[0]?.priority)).toEqual([90, 100])
    expect(exchanged(exchanged(preempting))).toEqual(preempting)
    expect(changesIdentity(preempting, exchanged(preempting))).toBe(false)
    expect(seenToMove(move).map(({ call: { node, op }, ifItFails }) => `${node} ${op} ${ifItFails}`)).toEqual([
      "d2 takeOver wait",
      "d1 stepDown wait",
    ])
  })
})
