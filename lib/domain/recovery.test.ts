import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { judge, policyOf } from "./recovery"
import { resource, service } from "./request.fixture"
import { recoveries } from "./service"

describe("the policy after a failed check", () => {
  test.each([
    ["restart", 0, [], "restart"],
    ["restart", 2, [10, 20], "relocate"],
    ["restart", 2, [20], "restart"],
    ["relocate", 0, [], "relocate"],
    ["disable", 0, [], "disable"],
    ["restart-disable", 1, [20], "disable"],
    ["restart-disable", 1, [], "restartOnly"],
  ] as const)("%s, at most %i restarts, after %j: %s", (recovery, maxRestarts, times, policy) =>
    expect(policyOf({ recovery, maxRestarts, restartExpireMs: 0 }, times, 30).policy).toBe(policy),
  )
  test("never allows more restarts in place within the window than its limit", () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...recoveries),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 1_000 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 40 }),
        (recovery, maxRestarts, restartExpireMs, gaps) => {
          let [nowMs, counted]: [number, readonly number[]] = [0, []]
          const restarts: number[] = []
          for (const gap of gaps) {
            nowMs += gap
            const { policy, restartsAtMs } = policyOf({ recovery, maxRestarts, restartExpireMs }, counted, nowMs)
            counted = restartsAtMs
            // What is no restart begins a new count: it moves or ends the service.
            if (policy === "restart" || policy === "restartOnly") restarts.push(nowMs)
            else restarts.length = 0
            expect(restarts.filter((atMs) => nowMs - atMs <= restartExpireMs).length).toBeLessThanOrEqual(maxRestarts)
          }
        },
      ),
    ))
})

const tree = (independentSubtree: "independent" | "nonCritical", over = {}) =>
  service({
    resources: [
      resource("ip"),
      resource("httpd", { type: "script" }),
      resource("stats", { independentSubtree, ...over }),
      resource("plugin", { parent: "stats" }),
    ],
  })
const nothing = { counters: {}, off: [] }
describe("what a failed check means", () => {
  test("an ordinary resource fails the service, whatever else failed", () =>
    expect(judge(tree("nonCritical"), nothing, ["plugin", "httpd"], {}, 0)).toMatchObject({ failure: "service", resources: ["httpd"] }))
  test("what hangs below an independent resource fails that subtree alone", () =>
    expect(judge(tree("independent"), nothing, ["plugin"], {}, 0)).toMatchObject({ failure: "parts", restart: ["stats"], leaveOff: [] }))
  test("what was left off fails nothing", () =>
    expect(judge(tree("nonCritical"), { counters: {}, off: ["stats"] }, ["stats", "plugin"], {}, 0).failure).toBe("none"))
  const limited = { maxRestarts: 1, restartExpireMs: 100 }
  const once = { off: [], counters: { stats: { restartsAtMs: [50], failuresAtMs: [] } } }
  test("with its restarts used up, a non-critical subtree is left off and an independent one fails the service", () => {
    expect(judge(tree("nonCritical", limited), once, ["stats"], {}, 60)).toMatchObject({
      failure: "parts",
      leaveOff: ["stats"],
      restart: [],
    })
    expect(judge(tree("independent", limited), once, ["stats"], {}, 60)).toMatchObject({ failure: "service", resources: ["stats"] })
    expect(judge(tree("independent", limited), once, ["stats"], {}, 200)).toMatchObject({ failure: "parts", restart: ["stats"] })
  })
  test("one failed check counts once, however often it is looked at", () => {
    const patient = tree("independent", { maxFailures: 1, failureExpireMs: 1_000 })
    const first = judge(patient, nothing, ["stats"], { stats: 10 }, 20)
    expect(first.failure).toBe("tolerated")
    const again = judge(patient, { off: [], counters: first.counters }, ["stats"], { stats: 10 }, 500)
    expect(again).toMatchObject({ failure: "tolerated", counters: first.counters })
    expect(judge(patient, { off: [], counters: again.counters }, ["stats"], { stats: 510 }, 520).failure).toBe("parts")
  })
})
