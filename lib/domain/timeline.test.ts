import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { serviceStates } from "./service"
import { buildTimeline, type Span, stateAt, type TimelineView } from "./timeline"
import cases from "./timeline.cases.json"
import { type ReportWords, toMarkdown } from "./timeline-report"
import { type EventView, nodeStates } from "./views"

const empty: TimelineView = {
  cluster: { id: "c", name: "zigsow" },
  window: { fromMs: 1_000, untilMs: 2_000 },
  nowMs: 2_000,
  cutBeforeMs: null,
  services: [],
  nodes: [],
  before: [],
  events: [],
}
const eventOf = (over: Partial<EventView>): EventView => ({
  ...{ id: 1, atMs: 1_500, code: "service.started", level: "ok", service: null, node: null, jobId: null, params: {} },
  ...over,
})
const names = ["httpd", "named", "constructor"]
const machines = ["h1", "h2", "__proto__"]
const WINDOW = 1_000

const anyEvent = (atMs: fc.Arbitrary<number>) =>
  fc
    .oneof(
      fc.record({
        atMs,
        code: fc.constantFrom(...serviceStates, "odd").map((s) => `service.${s}`),
        service: fc.constantFrom(...names),
        node: fc.option(fc.constantFrom(...machines)),
      }),
      fc.record({ atMs, code: fc.constantFrom(...nodeStates).map((s) => `node.${s}`), node: fc.constantFrom(...machines) }),
      fc.record({ atMs, code: fc.constantFrom("job.failed", "cluster.quorate") }),
    )
    .map((over) => eventOf(over))
/** A history with time before, in and after a window; the view is made as the verb makes it. */
const anyView = fc
  .record({
    history: fc.array(anyEvent(fc.integer({ min: 0, max: 4_000 })), { maxLength: 40 }),
    fromMs: fc.integer({ min: 0, max: 3_000 }),
    nowMs: fc.integer({ min: 0, max: 5_000 }),
    max: fc.integer({ min: 1, max: 60 }),
    services: fc.subarray(names),
    nodes: fc.subarray(machines),
  })
  .map(({ history, fromMs, nowMs, max, services, nodes }) => {
    const all = history.toSorted((a, b) => a.atMs - b.atMs).map((event, id) => ({ ...event, id }))
    const untilMs = fromMs + WINDOW
    const past = all.filter((e) => e.atMs <= nowMs)
    const within = past.filter((e) => e.atMs >= fromMs && e.atMs < untilMs)
    const events = within.slice(-max)
    const firstId = events[0]?.id ?? Number.POSITIVE_INFINITY
    const earlier = past.filter((e) => e.id < firstId && e.atMs < untilMs)
    const lastOf = (key: "service" | "node", name: string) => earlier.findLast((e) => e.code.startsWith(`${key}.`) && e[key] === name) ?? []
    const view: TimelineView = {
      ...{ ...empty, window: { fromMs, untilMs }, nowMs, nodes, events },
      cutBeforeMs: within.length > events.length ? (events[0]?.atMs ?? null) : null,
      services: services.map((name) => ({ name, addresses: [`${name}-ip`] })),
      before: [...names.flatMap((n) => lastOf("service", n)), ...machines.flatMap((n) => lastOf("node", n))],
    }
    return { view, past }
  })

const tiles = ({ fromMs, untilMs }: Span, segments: readonly Span[]) => {
  expect(segments.map((s) => s.fromMs)).toEqual([fromMs, ...segments.slice(0, -1).map((s) => s.untilMs)])
  expect(segments.at(-1)?.untilMs).toBe(untilMs)
  expect(segments.filter((s) => s.fromMs >= s.untilMs)).toEqual([])
}
test("the pieces of every lane tile the window, without a gap and without overlap", () =>
  fc.assert(
    fc.property(anyView, ({ view }) => {
      const { services, addresses, nodes } = buildTimeline(view)
      for (const { segments } of [...services, ...addresses, ...nodes]) tiles(view.window, segments)
    }),
  ))
test("at any moment the state is that of the last event before it, and unknown where there is none or nobody can tell", () =>
  fc.assert(
    fc.property(anyView, fc.integer({ min: 0, max: WINDOW - 1 }), ({ view, past }, offset) => {
      const atMs = view.window.fromMs + offset
      const isTold = atMs < view.nowMs && atMs >= (view.cutBeforeMs ?? 0)
      const moment = stateAt(buildTimeline(view), atMs)
      const expected = (room: "service" | "node", name: string) => {
        const last = past.findLast((e) => isTold && e.code.startsWith(`${room}.`) && e[room] === name && e.atMs <= atMs)
        return [last?.code.replace(/.*\./, "").replace("odd", "unknown") ?? "unknown", last?.id]
      }
      for (const room of ["service", "node"] as const)
        for (const { name, segment } of moment[`${room}s`]) expect([segment.state, segment.event?.id]).toEqual(expected(room, name))
    }),
  ))
test("an address is where its service is", () =>
  fc.assert(
    fc.property(anyView, ({ view }) => {
      const { services, addresses } = buildTimeline(view)
      for (const { service, segments } of addresses) expect(segments).toEqual(services.find(({ name }) => name === service)?.segments)
    }),
  ))

describe.each(cases)("$what", ({ before, events, cutBeforeMs, nowMs, httpd, h1 }) => {
  const { services, nodes } = buildTimeline({
    ...{ ...empty, cutBeforeMs, nowMs, nodes: ["h1"], services: [{ name: "httpd", addresses: [] }] },
    before: before.map((e, id) => eventOf({ ...e, id })),
    events: events.map((e, id) => eventOf({ ...e, id: id + before.length })),
  })
  test("the service's lane", () => expect(services[0]?.segments.map((s) => [s.fromMs, s.untilMs, s.state, s.node])).toEqual(httpd))
  test("the node's lane", () => expect(nodes[0]?.segments.map((s) => [s.fromMs, s.untilMs, s.state])).toEqual(h1))
})

test("what is not defined any more has a lane only where something happened to it", () => {
  const before = [eventOf({ id: 1, atMs: 1, service: "old" }), eventOf({ id: 2, atMs: 2, service: "older" })]
  const timeline = buildTimeline({ ...empty, before, events: [eventOf({ id: 3, service: "old", code: "service.stopped" })] })
  expect(timeline.services.map(({ name, isDefined }) => [name, isDefined])).toEqual([["old", false]])
})
test("marks are what is to be pointed at, in time order", () => {
  const codes = [
    ...["service.started", "service.recoverable", "service.blocked", "node.unreachable", "node.lost", "node.fenced"],
    ...["node.confirmed", "node.online", "job.succeeded", "job.failed", "cluster.inquorate"],
  ]
  const events = codes.map((code, i) => eventOf({ id: i, code, atMs: 1_900 - i }))
  expect(buildTimeline({ ...empty, events }).marks.map(({ code }) => code)).toEqual(
    codes.filter((code) => !/started|unreachable|online/.test(code)).reverse(),
  )
})

const words: ReportWords = {
  title: "Report",
  preface: ["From here to there"],
  headings: { facts: "Facts", services: "Services", addresses: "Addresses", nodes: "Nodes" },
  columns: { time: "Time", what: "What", why: "Why", job: "Job" },
  nothing: "Nothing happened.",
  time: (atMs) => `t${atMs}`,
  event: ({ code }) => code,
  why: ({ params }) => params.reason ?? "",
  service: ({ state, node }) => [node ?? [], state].flat().join(" "),
  node: ({ state }) => state,
}
describe("the report", () => {
  test("has the facts in time order and each lane as text", () => {
    const events = [
      eventOf({ id: 2, atMs: 1_700, code: "node.lost", node: "h1", params: { reason: "silent" } }),
      eventOf({ id: 1, service: "httpd", node: "h1", jobId: "j1" }),
    ]
    const view = { ...empty, services: [{ name: "httpd", addresses: ["192.0.2.1"] }], nodes: ["h1"], events }
    expect(toMarkdown(buildTimeline(view), words).split("\n")).toEqual([
      ...["# Report", "", "From here to there", "", "## Facts", ""],
      ...["| Time | What | Why | Job |", "|---|---|---|---|"],
      ...["| t1500 | service.started |  | j1 |", "| t1700 | node.lost | silent |  |", ""],
      ...["## Services", "", "### httpd", "", "- t1000 – t1500: unknown", "- t1500 – t2000: h1 started", ""],
      ...["## Addresses", "", "### 192.0.2.1", "", "- t1000 – t1500: unknown", "- t1500 – t2000: h1 started", ""],
      ...["## Nodes", "", "### h1", "", "- t1000 – t1700: unknown", "- t1700 – t2000: lost", ""],
    ])
  })
  test("says so when nothing happened", () => expect(toMarkdown(buildTimeline(empty), words)).toContain("Nothing happened."))
  test("nothing that a node or a person said is markup, or leaves its line", () =>
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("|", "\n", "<", "`", "[", "\\", "a", " ", "\r", "#") }), (text) => {
        const report = toMarkdown(buildTimeline({ ...empty, events: [eventOf({ params: { reason: text } })] }), words)
        const rows = report.split(/\r|\n/).filter((line) => line.startsWith("| t"))
        expect(rows).toHaveLength(1)
        // Four cells: five bars that no backslash takes away.
        expect(rows[0]?.replaceAll(/\\./g, "").match(/\|/g)).toHaveLength(5)
        expect(rows[0]?.replaceAll(/\\./g, "")).not.toMatch(/[<`[\\]/)
      }),
    ))
})
