import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { statusAfter, statusDuring } from "./job-status"
import { afterEvent, decide, type Look, quorumOf } from "./keeper"
import { dead, down, request, service, status, up } from "./request.fixture"
import { type DomainEvent, importedStatus, serviceStates } from "./service"
import type { ServicePlanRequest } from "./service-request"
import { type Coded, type NodeState, nodeStates } from "./views"

type Over = Partial<Omit<Look, "request">> & Partial<Pick<ServicePlanRequest, "states" | "isQuorate" | "isLocked" | "service">>
const look = ({ states, isQuorate, isLocked, service: rules, ...over }: Over = {}): Look => {
  const now = over.status ?? status("started")
  const r = { state: now.state, owner: now.owner, isFrozen: now.isFrozen, leftOff: now.off }
  return {
    request: request({
      ...r,
      ...(states ? { states } : {}),
      ...(isQuorate === undefined ? {} : { isQuorate }),
      ...(isLocked === undefined ? {} : { isLocked }),
      ...(rules ? { service: rules } : {}),
    }),
    status: now,
    ...{ missing: [], checkedAtMs: {}, isBusy: false, nowMs: 1_000 },
    ...over,
  }
}
const brief = (l: Look) => {
  const { status: s, action } = decide(l)
  return { state: s.state, owner: s.owner, action: action?.type }
}

const standing = (state: NodeState) => ({ state, reason: null })
describe("quorum counts the members whose state is known", () => {
  const rows: readonly [readonly NodeState[], boolean][] = [
    [["online", "online", "online"], true],
    [["online", "online", "lost"], true],
    [["online", "lost", "lost"], false],
    [["online", "confirmed", "lost"], true],
    [["online", "fenced", "lost"], true],
    [["online", "lost"], false],
    [["online", "unreachable", "unknown"], false],
    [[], false],
  ]
  test.each(rows)("%j: %s", (members, isQuorate) => expect(quorumOf(members.map(standing)).isQuorate).toBe(isQuorate))
  test("a member that returns counts when it answers here, not while others alone see it", () => {
    const returns = (reason: Coded | null) => quorumOf([standing("online"), standing("lost"), { state: "returning", reason }]).isQuorate
    expect([returns(null), returns({ code: "seenByOthers", params: {} })]).toEqual([true, false])
  })
})

test("a started service that answers is left alone", () =>
  expect(brief(look())).toEqual({ state: "started", owner: "h1", action: undefined }))
test("a failed check leads to recoverable and a restart in place", () =>
  expect(brief(look({ states: { h1: dead, h2: down, h3: down } }))).toEqual({ state: "recoverable", owner: "h1", action: "recover" }))
test("without a known majority a failed check is shown and nothing is done", () =>
  expect(brief(look({ isQuorate: false, states: { h1: dead } }))).toEqual({ state: "recoverable", owner: "h1", action: undefined }))
test("an owner that does not answer is no failed check", () =>
  expect(brief(look({ states: { h2: down, h3: down }, missing: ["h1"] }))).toEqual({ state: "started", owner: "h1", action: undefined }))
test("while a job works on it, its states are the job's", () =>
  expect(brief(look({ isBusy: true, states: { h1: dead } })).action).toBeUndefined())

describe("a service of which nothing is known", () => {
  const fresh = { status: status("uninitialized", { owner: undefined }) }
  test("is started only when every member has said that it does not run there", () => {
    const stopped = decide(look({ ...fresh, states: { h1: down, h2: down, h3: down } })).status
    expect(stopped.state).toBe("stopped")
    expect(decide(look({ status: stopped, states: { h1: down, h2: down, h3: down } })).action).toEqual({ type: "start", target: "h1" })
    expect(brief(look({ ...fresh, states: { h1: down, h2: down }, missing: ["h3"] }))).toEqual({
      state: "uninitialized",
      owner: undefined,
      action: undefined,
    })
    expect(brief(look({ ...fresh, states: { h1: down }, isQuorate: false }))).toEqual({
      state: "uninitialized",
      owner: undefined,
      action: undefined,
    })
  })
  test("is found where it runs", () =>
    expect(brief(look({ ...fresh, states: { h1: down, h2: up, h3: down } }))).toEqual({ state: "started", owner: "h2", action: undefined }))
  test("found half alive is recovered there", () =>
    expect(brief(look({ ...fresh, states: { h1: down, h2: dead, h3: down } }))).toMatchObject({
      state: "recoverable",
      owner: "h2",
      action: "recover",
    }))
  test("found twice is failed and waits for a person", () =>
    expect(brief(look({ ...fresh, states: { h1: up, h2: up, h3: down } }))).toMatchObject({ state: "failed", action: undefined }))
  test("that was imported is found where it runs, else disabled whatever its autostart, and no event starts it", () => {
    const imported = { ...fresh, status: importedStatus(0), service: service({ autostart: true }) }
    expect(brief(look({ ...imported, states: { h1: down, h2: up, h3: down } }))).toMatchObject({ state: "started", owner: "h2" })
    const { status: off } = decide(look({ ...imported, states: { h1: down, h2: down, h3: down } }))
    expect([off.state, off.reason?.code]).toEqual(["disabled", "imported"])
    const told = afterEvent(off, { type: "quorumFormed" }, 0)
    expect(brief(look({ ...imported, status: told, states: { h1: down, h2: down, h3: down } }))).toMatchObject({
      state: "disabled",
      action: undefined,
    })
  })
  test("without autostart is disabled", () =>
    expect(brief(look({ ...fresh, service: service({ autostart: false }), states: { h1: down, h2: down, h3: down } }))).toMatchObject({
      state: "disabled",
      action: undefined,
    }))
})

describe("a lost node", () => {
  const lost: DomainEvent = { type: "nodeLost", node: "h1" }
  test.each(serviceStates)("holds its service whatever state it was in (%s)", (state) => {
    const held = afterEvent(status(state), lost, 5)
    expect(held).toMatchObject({ state: "blocked", owner: "h1", reason: { code: "waitingForFencing", params: { node: "h1" } } })
    expect(decide(look({ status: held, states: { h2: down, h3: down } })).action).toBeUndefined()
  })
  test("leaves the services of others alone", () =>
    expect(afterEvent(status("started", { owner: "h2" }), lost, 5)).toEqual(status("started", { owner: "h2" })))
  test.each(["fenced", "confirmed"] as const)("frees its service when it is %s", (type) =>
    expect(afterEvent(status("blocked"), { type, node: "h1" }, 5)).toMatchObject({ state: "stopped", owner: undefined, lastOwner: "h1" }),
  )
  test("is looked at when it is back, before anything is decided", () => {
    const back = afterEvent(status("blocked"), { type: "nodeJoined", node: "h1" }, 5)
    expect(back.state).toBe("uninitialized")
    expect(brief(look({ status: back, states: { h2: down, h3: down }, missing: ["h1"] })).action).toBeUndefined()
    expect(brief(look({ status: back }))).toEqual({ state: "started", owner: "h1", action: undefined })
  })
})

test("whatever is seen and whatever state it is in: never a start while a member is silent, or anybody may hold it", () =>
  fc.assert(
    fc.property(
      fc.constantFrom(...serviceStates),
      fc.dictionary(fc.constantFrom("h1", "h2", "h3"), fc.constantFrom(up, down, dead)),
      fc.boolean(),
      fc.array(fc.constantFrom(...nodeStates), { minLength: 3, maxLength: 3 }),
      (state, states, isBusy, members) => {
        const missing = ["h1", "h2", "h3"].filter((n) => !(n in states))
        const { action } = decide(
          look({
            status: status(state, { pending: [{ type: "quorumFormed" }] }),
            states,
            missing,
            isBusy,
            isQuorate: quorumOf(members.map(standing)).isQuorate,
          }),
        )
        if (action === undefined) return
        expect(isBusy).toBe(false)
        expect(quorumOf(members.map(standing)).isQuorate).toBe(true)
        if (action.type === "start") expect([missing, Object.values(states).every((s) => s === down)]).toEqual([[], true])
      },
    ),
    { numRuns: 3_000 },
  ))

describe("a job tells the state", () => {
  const relocate = { service: "web", kind: "relocate" as const, from: "h1", to: "h2" }
  test("while it works", () => {
    expect(statusDuring(status("started"), relocate, { op: "stop", node: "h1" }, 5)).toMatchObject({ state: "stopping", owner: "h1" })
    expect(statusDuring(status("stopping"), relocate, { op: "start", node: "h2" }, 5)).toMatchObject({ state: "starting", owner: "h2" })
    expect(statusDuring(status("started"), relocate, { op: "addressIsFree", node: "h3" }, 5)).toEqual(status("started"))
    expect(statusDuring(status("recoverable"), { kind: "recover" }, { op: "stop", node: "h1" }, 5).state).toBe("recovering")
    expect(statusDuring(status("started"), { kind: "repair" }, { op: "stop", node: "h1" }, 5)).toEqual(status("started"))
  })
  const end = { change: relocate, state: "succeeded" as const, startedOn: "h2", leftOff: [], waitingFor: null }
  const off = { ...end, startedOn: undefined }
  test("and when it rests", () => {
    expect(statusAfter(status("starting", { owner: "h2" }), end, 5)).toMatchObject({ state: "started", owner: "h2" })
    expect(statusAfter(status("stopping"), { ...off, change: { service: "web", kind: "disable" } }, 5)).toMatchObject({
      state: "disabled",
      owner: undefined,
      lastOwner: "h1",
    })
    expect(statusAfter(status("stopping"), { ...end, state: "waiting", waitingFor: { code: "stopFailed", params: {} } }, 5).state).toBe(
      "failed",
    )
    expect(statusAfter(status("starting"), off, 5)).toMatchObject({ state: "stopped", reason: { code: "startFailed" } })
    expect(statusAfter(status("starting"), { ...end, change: { ...relocate, kind: "recover" } }, 5).restarts).toBe(1)
  })
  test("what could not be stopped stays failed when a person gives its job up: only disabling is left", () =>
    expect(statusAfter(status("failed"), { ...end, state: "failed" }, 5).state).toBe("failed"))
  test("a part that is left off makes the service partial, and convalescing makes it whole", () => {
    const partial = statusAfter(status("started"), { ...off, change: { service: "web", kind: "leaveOff", resources: ["httpd"] } }, 5)
    expect(partial).toMatchObject({ state: "started", off: ["httpd"] })
    expect(statusAfter(partial, { ...end, change: { service: "web", kind: "convalesce", resources: ["httpd"] } }, 5).off).toEqual([])
  })
})
