import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { statusAfter } from "./job-status"
import { decide } from "./keeper"
import { planEvacuation } from "./maintenance-plan"
import type { Candidate, FailoverDomain } from "./placement"
import type { Change, Plan } from "./plan"
import { ordered, request, resource, service, status } from "./request.fixture"
import type { ServiceStatus, States } from "./service"
import { planRecover, planRelocate, planRestart, planStart, planStop } from "./service-plan"
import type { PlannedResource, ServicePlanRequest } from "./service-request"

const names = ["h1", "h2", "h3", "h4"] as const
const types = ["ip", "fs", "lvm", "script", "apache", "mysql"]
/** A service's resources as any tree: parents come before their children. */
const anyResources = fc
  .array(fc.record({ type: fc.constantFrom(...types), parent: fc.nat(8), optional: fc.boolean() }), { minLength: 1, maxLength: 8 })
  .map((list) => list.map(({ type, parent }, i) => resource(`r${i}`, { type, parent: parent < i ? `r${parent}` : null })))
const all = (resources: readonly PlannedResource[], state: "started" | "stopped"): States =>
  Object.fromEntries(resources.map((r) => [r.name, state]))
type World = Record<string, Record<string, string>>
const resourceOf = (params: unknown): string => String(Object(params).name)

/** Carries the plan out on a model, and looks at every moment of it. */
function carriedOut({ steps }: Pick<Plan, "steps">, world: World, resources: readonly PlannedResource[]): World {
  for (const { call } of steps) {
    if (call.op !== "start" && call.op !== "stop") continue
    const name = resourceOf(call.params)
    world[call.node] = { ...world[call.node], [name]: call.op === "start" ? "started" : "stopped" }
    for (const r of resources) {
      const holders = Object.keys(world).filter((node) => world[node]?.[r.name] === "started")
      expect(holders.length, `${r.name} at one node`).toBeLessThanOrEqual(1)
      const [holder] = holders
      if (holder !== undefined && r.parent !== null) expect(world[holder]?.[r.parent], `${r.name} on its parent`).toBe("started")
    }
  }
  return world
}

type Asked = readonly [
  action: string,
  plan: (r: ServicePlanRequest) => ReturnType<typeof planStart>,
  kind: "start" | "stop" | "relocate" | "restart" | "recover",
  runs: boolean,
]
const asked: readonly Asked[] = [
  ["start", (r) => planStart(r), "start", false],
  ["relocate", (r) => planRelocate(r), "relocate", true],
  ["restart", (r) => planRestart(r), "restart", true],
  ["recover by restart", (r) => planRecover(r, "restart"), "recover", true],
  ["recover by relocation", (r) => planRecover(r, "relocate"), "recover", true],
  ["stop", (r) => planStop(r, "stop"), "stop", true],
]
/** A service where it runs, or nowhere, on four nodes that all answer. */
function scene(resources: readonly PlannedResource[], owner: string | undefined, domain: FailoverDomain) {
  const world: World = Object.fromEntries(names.map((n) => [n, { ...all(resources, n === owner ? "started" : "stopped") }]))
  const r = request({
    service: service({ resources }),
    state: owner === undefined ? "stopped" : "started",
    ...{ owner, domain, states: world as Record<string, States>, candidates: names.map((node) => ({ node, runs: "nothing" as const })) },
  })
  return { r, world }
}
type Ended = { readonly change: Change; readonly startedOn: string | undefined; readonly from: ServiceStatus }
/** The job has ended: what the keeper would do about the service now. */
function nothingToDo(r: ServicePlanRequest, world: World, { change, startedOn, from }: Ended): boolean {
  const ended = statusAfter(from, { change, state: "succeeded", startedOn, leftOff: [], waitingFor: null }, 5)
  const look = { ...r, state: ended.state, owner: ended.owner, states: world as Record<string, States> }
  const { action, status: now } = decide({ request: look, status: ended, missing: [], checkedAtMs: {}, isBusy: false, nowMs: 9 })
  return action === undefined && now === ended
}
/** One plan, carried out: what it said is what is there, nothing else is, and nothing is left to do. */
function holds([, plan, kind, runs]: Asked, resources: readonly PlannedResource[], home: string, domain: FailoverDomain) {
  const { r, world } = scene(resources, runs ? home : undefined, domain)
  const verdict = plan(r)
  if (!verdict.allowed) throw new Error(verdict.reports.map(({ code }) => code).join())
  const { to, changes } = verdict.value
  const after = carriedOut(verdict.value, world, resources)
  for (const node of names) expect(after[node]).toEqual(all(resources, node === to ? "started" : "stopped"))
  const [change = { service: "web", kind }] = changes
  const from = status(runs ? "stopping" : "starting", { owner: home })
  expect(nothingToDo(r, after, { change, startedOn: to, from })).toBe(true)
}
describe("what a plan leaves is what it said, and the keeper finds nothing to do", () => {
  test.each(asked)("%s", (...one) =>
    fc.assert(
      fc.property(anyResources, fc.constantFrom(...names), fc.boolean(), fc.boolean(), (resources, home, restricted, isOrdered) =>
        holds(one, resources, home, { ...ordered({ h1: 1, h2: 2, h3: 3, h4: 4 }), restricted, ordered: isOrdered }),
      ),
      { numRuns: 400 },
    ),
  )
})

type Cast = {
  readonly home: string
  readonly isExclusive: boolean
  readonly first: string
  readonly restricted: boolean
  readonly priority: number
}
/** Services as they may run: who is exclusive runs alone. */
function staged(list: readonly Cast[]) {
  const placed = list.filter(({ home, isExclusive }, i) => !list.some((o, j) => j < i && o.home === home && (isExclusive || o.isExclusive)))
  const runsAt = (node: string, except: number): Candidate["runs"] => {
    const here = placed.filter((s, i) => i !== except && s.home === node)
    return here.length === 0 ? "nothing" : here.some((s) => s.isExclusive) ? "exclusive" : "services"
  }
  const requests = placed.map(({ home, isExclusive, first, restricted, priority }, i) =>
    request({
      service: service({ name: `s${i}`, isExclusive, priority, resources: [resource(`s${i}-d`)] }),
      ...{ state: "started", owner: home, domain: ordered({ [first]: 1, h2: 2 }, { restricted }) },
      candidates: names.map((node) => ({ node, runs: runsAt(node, i) })),
      states: Object.fromEntries(names.map((n) => [n, { [`s${i}-d`]: n === home ? ("started" as const) : ("stopped" as const) }])),
    }),
  )
  return { placed, requests }
}
test("an evacuation leaves nothing on its node, and no exclusive service beside another", () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          home: fc.constantFrom(...names),
          isExclusive: fc.boolean(),
          first: fc.constantFrom(...names),
          restricted: fc.boolean(),
          priority: fc.nat(3),
        }),
        { minLength: 1, maxLength: 6 },
      ),
      fc.constantFrom(...names),
      (list, out) => {
        const { placed, requests } = staged(list)
        const verdict = planEvacuation(out, requests)
        if (!verdict.allowed) throw new Error(verdict.reports.map(({ code }) => code).join())
        const place = new Map(placed.map(({ home }, i) => [`s${i}`, home as string | undefined]))
        for (const { service: name, to } of verdict.value.changes) place.set(name, to)
        for (const [i, s] of placed.entries()) {
          const at = place.get(`s${i}`)
          expect(at).not.toBe(out)
          if (at !== undefined && s.isExclusive) expect([...place.values()].filter((node) => node === at)).toHaveLength(1)
        }
        expect(
          [...verdict.value.stopped, ...verdict.value.stays].length + verdict.value.changes.filter((c) => c.kind === "relocate").length,
        ).toBe(placed.length)
      },
    ),
    { numRuns: 1_500 },
  ))
