import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { afterEvent, type DomainEvent, decide, type Look, quorumOf, statusAfter, statusDuring } from "./keeper"
import { type ServiceState, type ServiceStatus, type States, serviceStates } from "./service"
import { type NodeState, nodeStates } from "./views"

const up: States = { ip: "started", httpd: "started" }
const down: States = { ip: "stopped", httpd: "stopped" }
const dead: States = { ip: "started", httpd: "stopped" }
const status = (state: ServiceState, over: Partial<ServiceStatus> = {}): ServiceStatus => ({
  state,
  owner: "h1",
  lastOwner: undefined,
  restarts: 0,
  sinceMs: 0,
  reason: undefined,
  ...over,
})
const look = (over: Partial<Look> = {}): Look => ({
  service: { name: "web", autostart: true, resources: [{ name: "ip" }, { name: "httpd" }] },
  status: status("started"),
  states: { h1: up, h2: down, h3: down },
  missing: [],
  isQuorate: true,
  isBusy: false,
  nowMs: 1_000,
  ...over,
})
const brief = (l: Look) => {
  const { status: s, action } = decide(l)
  return { state: s.state, owner: s.owner, action }
}

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
  test.each(rows)("%j: %s", (members, isQuorate) => expect(quorumOf(members).isQuorate).toBe(isQuorate))
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
    expect(brief(look({ ...fresh, states: { h1: down, h2: down, h3: down } }))).toEqual({
      state: "stopped",
      owner: undefined,
      action: "start",
    })
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
  test("without autostart is disabled", () =>
    expect(
      brief(look({ ...fresh, service: { ...look().service, autostart: false }, states: { h1: down, h2: down, h3: down } })),
    ).toMatchObject({ state: "disabled", action: undefined }))
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
        const { action } = decide(look({ status: status(state), states, missing, isBusy, isQuorate: quorumOf(members).isQuorate }))
        if (action === undefined) return
        expect(isBusy).toBe(false)
        expect(quorumOf(members).isQuorate).toBe(true)
        if (action === "start") expect([missing, Object.values(states).every((s) => s === down)]).toEqual([[], true])
      },
    ),
    { numRuns: 3_000 },
  ))

describe("a job tells the state", () => {
  const subject = { kind: "relocate" as const, service: "web", from: "h1", to: "h2" }
  test("while it works", () => {
    expect(statusDuring(status("started"), subject, { op: "stop", node: "h1" }, 5)).toMatchObject({ state: "stopping", owner: "h1" })
    expect(statusDuring(status("stopping"), subject, { op: "start", node: "h2" }, 5)).toMatchObject({ state: "starting", owner: "h2" })
    expect(statusDuring(status("started"), subject, { op: "addressIsFree", node: "h3" }, 5)).toEqual(status("started"))
    expect(statusDuring(status("recoverable"), { ...subject, kind: "recover" }, { op: "stop", node: "h1" }, 5).state).toBe("recovering")
  })
  const end = { subject, state: "succeeded" as const, startedOn: "h2", waitingFor: null }
  test("and when it rests", () => {
    expect(statusAfter(status("starting", { owner: "h2" }), end, 5)).toMatchObject({ state: "started", owner: "h2" })
    expect(statusAfter(status("stopping"), { ...end, subject: { ...subject, kind: "disable" }, startedOn: undefined }, 5)).toMatchObject({
      state: "disabled",
      owner: undefined,
      lastOwner: "h1",
    })
    expect(statusAfter(status("stopping"), { ...end, state: "waiting", waitingFor: { code: "stopFailed", params: {} } }, 5).state).toBe(
      "failed",
    )
    expect(statusAfter(status("starting"), { ...end, startedOn: undefined }, 5)).toMatchObject({
      state: "stopped",
      reason: { code: "startFailed" },
    })
    expect(statusAfter(status("starting"), { ...end, subject: { ...subject, kind: "recover" } }, 5).restarts).toBe(1)
  })
})
