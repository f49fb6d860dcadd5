import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Balancer, balancerSchema } from "./balancer"
import { risingTo, slowStart, slowStartNotes } from "./slow-start"

const model = (weights: readonly number[], scheduler = "wlc"): Balancer =>
  balancerSchema.parse({
    virtualServers: [
      {
        service: { kind: "address", address: "10.0.0.1", port: 80, protocol: "tcp" },
        ...{ scheduler, forwarding: { method: "nat" } },
        realServers: weights.map((weight, i) => ({ address: `10.0.1.${i + 1}`, weight })),
      },
    ],
  })
const weightsOf = ({ virtualServers }: Balancer) => virtualServers[0]?.realServers.map(({ weight }) => weight)
const isBack = (pair: readonly [number, number] | undefined) => pair !== undefined && pair[0] === 0 && pair[1] > 0
const inside = (now = 0, whole = 0) => now >= 1 && now <= whole
const weight = fc.integer({ min: 0, max: 65_535 })

describe("a slow start", () => {
  test.each([
    [1, [1]],
    [2, [1, 2]],
    [4, [1, 2, 4]],
    [10, [1, 3, 5, 10]],
    [100, [10, 25, 50, 100]],
  ])("to weight %i goes by %j", (to, steps) => expect(risingTo(to)).toEqual(steps))
  test("rises at every step, is never 0, and ends below the whole, which is the document's own", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65_535 }), (to) => {
        const steps = risingTo(to)
        expect(steps.at(-1)).toBe(to)
        expect(steps.every((one, i) => one >= 1 && one > (steps[i - 1] ?? 0))).toBe(true)
        expect(slowStart(model([0]), model([to])).map((stage) => weightsOf(stage)?.[0])).toEqual(steps.slice(0, -1))
      }),
    )
  })
  test("changes no weight but of those that come back, whatever the others are", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(weight, weight), { minLength: 1, maxLength: 8 }), (pairs) => {
        const [before, after] = [model(pairs.map(([was]) => was)), model(pairs.map(([, is]) => is))]
        const others = (stage: Balancer) => weightsOf(stage)?.map((now, i) => (isBack(pairs[i]) ? null : now))
        const back = (stage: Balancer) => weightsOf(stage)?.every((now, i) => !isBack(pairs[i]) || inside(now, pairs[i]?.[1]))
        for (const stage of slowStart(before, after)) expect([others(stage), back(stage)]).toEqual([others(after), true])
      }),
    )
  })
  test("says where there is nothing to raise, and where the scheduler does not look", () => {
    expect(slowStart(model([0, 5]), model([1, 5]))).toEqual([])
    expect(slowStartNotes(model([0, 5]), model([1, 5]), 60)).toEqual([{ code: "lbSlowStartNone", params: { reals: "10.0.1.1:80" } }])
    expect(slowStartNotes(model([0, 0], "rr"), model([10, 1], "rr"), 60)).toEqual([
      { code: "lbSlowStart", params: { reals: "10.0.1.1:80", weights: "1 → 3 → 5 → 10", seconds: "60" } },
      { code: "lbSlowStartNone", params: { reals: "10.0.1.2:80" } },
      { code: "lbSlowStartBlind", params: { scheduler: "rr", reals: "10.0.1.1:80" } },
    ])
  })
})
