import { beforeEach, expect, test } from "vitest"
import type { Fact } from "../../agents/contract"
import { sh } from "../node/sh"
import { createFactStore, type FactChange, factView } from "./store"

const MINUTE_MS = 60_000
const BEGIN_MS = Date.UTC(2026, 0, 1)
let nowMs = BEGIN_MS
let saved: FactChange[] = []
let changed: FactChange[] = []
let store = newStore()
function newStore() {
  return createFactStore({ nowMs: () => nowMs, save: (change) => void saved.push(change), changed: (change) => void changed.push(change) })
}
beforeEach(() => {
  ;[nowMs, saved, changed, store] = [BEGIN_MS, [], [], newStore()]
})
const fact = (more: Partial<Fact> = {}): Fact => ({
  name: "system.load",
  command: sh`cat /proc/loadavg`,
  parse: () => undefined,
  everyMs: 5_000,
  ...more,
})
const see = (value: unknown, afterMs: number, more?: Partial<Fact>) => {
  nowMs = BEGIN_MS + afterMs
  store.seen("c", "h1", fact(more), value, nowMs)
}
const valuesOf = (changes: readonly FactChange[]) => changes.map(({ observed }) => observed.value)
const reading = (afterMs: number) => {
  nowMs = BEGIN_MS + afterMs
  return store.reading("c", "h1", "system.load")
}

test("a value is fresh, then stale, then unknown: and an unknown one has no value", () => {
  see(1, 0, { everyMs: 10_000 })
  expect(reading(20_000)).toEqual({ state: "fresh", value: 1 })
  expect(reading(20_001)).toEqual({ state: "stale", value: 1 })
  expect(reading(50_000)).toEqual({ state: "stale", value: 1 })
  expect(reading(50_001)).toEqual({ state: "unknown" })
  expect(store.all("c", "h1")).toMatchObject([{ name: "system.load", value: 1, freshness: "unknown" }])
})
test("one that is read often is not unknown before half a minute; one from the future is", () => {
  see(1, 0, { everyMs: 1_000 })
  expect(reading(30_000).state).toBe("stale")
  expect(reading(30_001).state).toBe("unknown")
  expect(reading(-1).state).toBe("unknown")
})
test("what was never read is unknown", () => {
  expect(store.reading("c", "h1", "system.load")).toEqual({ state: "unknown" })
  store.failed("c", "h1", "system.load", "no answer")
  expect(store.get("c", "h1", "system.load")).toBeUndefined()
})
test("a failed read keeps the last value with its age, and says why; it makes nothing younger", () => {
  see(1, 0)
  nowMs += 8_000
  store.failed("c", "h1", "system.load", "no answer")
  expect(store.get("c", "h1", "system.load")).toMatchObject({ value: 1, atMs: BEGIN_MS, error: "no answer" })
  expect(reading(30_001)).toEqual({ state: "unknown" })
})
test("one failure after another is told once, a new reason anew, and the end of it as well", () => {
  see(1, 0)
  for (const why of ["no answer", "no answer", "refused"]) store.failed("c", "h1", "system.load", why)
  see(1, 10_000)
  expect(changed.map(({ observed }) => observed.error)).toEqual([undefined, "no answer", "refused", undefined])
})
test("an unchanged value is neither saved nor told within a minute, then once", () => {
  for (let ms = 0; ms <= 2 * MINUTE_MS; ms += 5_000) see({ b: 1, a: [2] }, ms)
  expect(saved.map(({ observed }) => observed.atMs - BEGIN_MS)).toEqual([0, MINUTE_MS, 2 * MINUTE_MS])
  expect(changed).toHaveLength(3)
})
test("the order of keys is no change", () => {
  see({ a: 1, b: 2 }, 0)
  see({ b: 2, a: 1 }, 5_000)
  expect(saved).toHaveLength(1)
})
test("a changed value is saved and told at once", () => {
  for (const [i, value] of [1, 2, 1].entries()) see(value, i * 1_000)
  expect([valuesOf(saved), valuesOf(changed)]).toEqual([
    [1, 2, 1],
    [1, 2, 1],
  ])
})
test("a volatile value is told at each change and saved once a minute", () => {
  for (let ms = 0; ms <= MINUTE_MS; ms += 5_000) see(ms, ms, { isVolatile: true })
  expect(changed).toHaveLength(13)
  expect(valuesOf(saved)).toEqual([0, MINUTE_MS])
})
test("a read that fails does not put off the minute's saving", () => {
  see(1, 0)
  store.failed("c", "h1", "system.load", "no answer")
  see(1, MINUTE_MS, { isVolatile: true })
  expect(saved).toHaveLength(2)
})
test("what the database knew is shown with its age, decides nothing, and is not written back unchanged", () => {
  store.restore("c", "h1", "system.load", { value: 1, atMs: BEGIN_MS - 20_000, everyMs: 5_000, from: "cat /proc/loadavg" })
  expect(store.all("c", "h1")).toMatchObject([{ value: 1, freshness: "stale" }])
  expect(reading(0)).toEqual({ state: "unknown" })
  see(1, 5_000)
  expect(reading(5_000)).toEqual({ state: "fresh", value: 1 })
  expect(saved).toEqual([])
  see(1, 40_000)
  expect(saved).toHaveLength(1)
})
test("a fact that a command is about to change decides nothing until it is read again; it goes on to be shown", () => {
  see(1, 0)
  store.outdate("c", "h1", "system.load")
  expect([reading(0).state, store.get("c", "h1", "system.load")?.value]).toEqual(["unknown", 1])
  store.failed("c", "h1", "system.load", "no answer")
  expect(reading(0).state).toBe("unknown")
  see(1, 1)
  expect(reading(1)).toEqual({ state: "fresh", value: 1 })
})
test("nodes and clusters of like names have facts of their own; what is forgotten is unknown", () => {
  store.seen("c", "h1", fact(), 1, nowMs)
  store.seen("c", "h2", fact(), 2, nowMs)
  store.seen("d", "h1", fact(), 3, nowMs)
  store.seen("c", "h1", fact({ name: "ocf.monitor:x" }), 4, nowMs)
  store.keep("c", "h1", new Set(["system.load"]))
  store.forget("c", "h2")
  const values = [
    ["c", "h1"],
    ["c", "h2"],
    ["d", "h1"],
  ].map(([c = "", n = ""]) => store.all(c, n).map(({ value }) => value))
  expect(values).toEqual([[1], [], [3]])
})
test("a view has the value with its freshness, and none of what it cannot parse", () => {
  const number = (value: unknown) => (typeof value === "number" ? value : undefined)
  see(1, 0)
  expect(factView(store.get("c", "h1", "system.load"), number, nowMs)).toMatchObject({ value: 1, freshness: "fresh" })
  see("x", 0)
  expect(factView(store.get("c", "h1", "system.load"), number, nowMs)).toBeNull()
  expect(factView(undefined, number, nowMs)).toBeNull()
})
