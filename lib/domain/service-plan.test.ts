import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { down, ordered, request, up } from "./request.fixture"
import type { ServiceState } from "./service"
import { planDigest, planRecover, planService, type ServicePlanRequest } from "./service-plan"

const steps = (verdict: ReturnType<typeof planService>) =>
  verdict.allowed
    ? verdict.value.steps.map(({ call }) => `${call.op} ${call.node} ${Object(call.params).name ?? Object(call.params).ip}`)
    : []

test("a relocation looks for the address first, stops in reverse, starts in order, and falls back in order and home", () => {
  const verdict = planService(request(), "relocate")
  expect(steps(verdict)).toEqual([
    "addressIsFree h2 10.0.0.80",
    "addressIsFree h3 10.0.0.80",
    "stop h1 httpd",
    "stop h1 ip",
    "start h2 ip",
    "start h2 httpd",
  ])
  if (!verdict.allowed) throw new Error("refused")
  const { fallbacks, interrupted, from, to } = verdict.value
  expect(fallbacks.map(({ sentence, node }) => `${sentence.code} ${node}`)).toEqual([
    "fallbackNode h3",
    "fallbackHome h1",
    "fallbackStop h1",
  ])
  expect(interrupted).toEqual([{ service: "web", fromStep: 2, untilStep: 5 }])
  expect([from, to]).toEqual(["h1", "h2"])
})
test("nothing is stopped before the last look, and a look that says no gives up instead of falling back", () => {
  const verdict = planService(request(), "relocate")
  if (!verdict.allowed) throw new Error("refused")
  const kinds = verdict.value.steps.map(({ ifItFails }) => ifItFails)
  expect(kinds).toEqual(["giveUp", "giveUp", "wait", "wait", "fallBack", "fallBack"])
})

type Refusal = readonly [string, Parameters<typeof planService>[1], Partial<ServicePlanRequest>, string | undefined, string]
const refusals: readonly Refusal[] = [
  ["nobody runs it", "relocate", { states: { h1: down, h2: down, h3: down } }, undefined, "serviceNotRunning"],
  ["its owner is silent", "relocate", { states: { h2: down, h3: down } }, undefined, "ownerUnknown"],
  ["two hold a part of it", "relocate", { states: { h1: up, h2: { ip: "failed", httpd: "stopped" }, h3: down } }, undefined, "runsTwice"],
  ["the target is silent", "relocate", { states: { h1: up, h2: down } }, "h3", "targetIllegal"],
  ["the target is the owner", "relocate", {}, "h1", "targetIllegal"],
  ["no node is left", "relocate", { domain: ordered({ h1: 1 }, { restricted: true }) }, undefined, "noTarget"],
  ["no majority is known", "relocate", { isQuorate: false }, undefined, "noQuorum"],
  ["it is disabled", "relocate", { state: "disabled" }, undefined, "serviceDisabled"],
  ["it waits for fencing", "relocate", { state: "blocked" }, undefined, "serviceBlocked"],
  ["its stop failed", "restart", { state: "failed" }, undefined, "serviceFailed"],
  ["it runs already", "start", { state: "stopped" }, undefined, "serviceRunning"],
  ["a silent node may still run it", "start", { state: "stopped", states: { h2: down, h3: down } }, undefined, "ownerUnknown"],
  ["it does not run", "stop", { state: "stopped", states: { h1: down, h2: down, h3: down } }, undefined, "serviceStoppedAlready"],
  [
    "an exclusive one finds no empty node",
    "relocate",
    {
      service: { ...request().service, isExclusive: true },
      candidates: ["h1", "h2", "h3"].map((node) => ({ node, runs: "services" as const })),
    },
    undefined,
    "noTarget",
  ],
]
describe("refused with its reason when", () => {
  test.each(refusals)("%s (%s)", (_, action, over, target, code) =>
    expect(planService(request(over), action, target)).toMatchObject({ allowed: false, reports: [{ code }] }),
  )
})
test("a node that is known to be off holds nothing: the service starts elsewhere", () => {
  const verdict = planService(request({ state: "stopped", owner: undefined, states: { h2: down, h3: down }, off: ["h1"] }), "start")
  expect(steps(verdict)).toEqual(["addressIsFree h2 10.0.0.80", "addressIsFree h3 10.0.0.80", "start h2 ip", "start h2 httpd"])
})
test("what is failed or runs twice can be switched off everywhere", () => {
  expect(steps(planService(request({ state: "failed" }), "disable"))).toEqual(["stop h1 httpd", "stop h1 ip"])
  expect(steps(planService(request({ states: { h1: up, h2: up, h3: down } }), "disable"))).toEqual([
    "stop h1 httpd",
    "stop h1 ip",
    "stop h2 httpd",
    "stop h2 ip",
  ])
})
test("the digest tells a state, a definition and a domain that moved, and nothing else", () => {
  const same = planDigest(request())
  expect(planDigest(request({ states: { h3: down, h2: down, h1: { httpd: "started", ip: "started" } } }))).toBe(same)
  expect(planDigest(request({ states: { h1: up, h2: down } }))).not.toBe(same)
  expect(planDigest(request({ state: "recoverable" }))).not.toBe(same)
  expect(planDigest(request({ domain: ordered({ h1: 2, h2: 1, h3: 3 }) }))).not.toBe(same)
})

const states = fc.constantFrom(up, down, { ip: "started", httpd: "stopped" } as const, { ip: "stopped", httpd: "failed" } as const)
test("in any situation: never a start anywhere while another node may hold it, always every stop before the first start", () =>
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("h1", "h2", "h3"), states),
      fc.constantFrom<ServiceState>("started", "stopped", "disabled", "recoverable", "uninitialized"),
      fc.option(fc.constantFrom("h1", "h2", "h3"), { nil: undefined }),
      fc.constantFrom("start", "relocate", "restart", "recover", "stop", "disable"),
      fc.option(fc.constantFrom("h1", "h2", "h3"), { nil: undefined }),
      (seen, state, owner, action, target) => {
        const r = request({ states: seen, state, owner })
        const verdict = action === "recover" ? planRecover(r, "restart") : planService(r, action, target)
        if (!verdict.allowed) return
        const calls = verdict.value.steps.map(({ call }) => call)
        const lastStop = calls.findLastIndex(({ op }) => op === "stop")
        const firstStart = calls.findIndex(({ op }) => op === "start")
        if (firstStart < 0) return
        expect(lastStop).toBeLessThan(firstStart)
        expect(new Set(calls.filter(({ op }) => op === "start").map(({ node }) => node)).size).toBe(1)
        const stopped = new Set(calls.filter(({ op }) => op === "stop").map(({ node }) => node))
        for (const [node, s] of Object.entries(seen)) if (Object.values(s).some((one) => one !== "stopped")) expect(stopped).toContain(node)
        // A member that says nothing and is not known to be off may run it: then nothing is started.
        if (action === "start") expect(Object.keys(seen)).toHaveLength(3)
      },
    ),
    { numRuns: 3_000 },
  ))
