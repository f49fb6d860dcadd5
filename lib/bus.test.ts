import { expect, test } from "vitest"
import { createBus, type Numbered } from "./bus"
import type { StreamEvent } from "./domain/stream"

const KEPT_MAX = 2_000
const event = (key: string): StreamEvent => ({ type: "changed", what: "job", key })
const keysOf = (numbered: readonly Numbered[] | "gap") =>
  numbered === "gap" ? numbered : numbered.map(({ event }) => ("key" in event ? event.key : null))
const filled = (count: number, run = "run1") => {
  const bus = createBus(run)
  const ids: string[] = []
  bus.subscribe(({ id }) => ids.push(id))
  for (let i = 1; i <= count; i++) bus.publish(event(String(i)))
  return { bus, ids, idOf: (count: number) => ids[count - 1] ?? "" }
}

test("every listener hears every event, in order, until it stops", () => {
  const bus = createBus("run1")
  const [a, b]: [Numbered[], Numbered[]] = [[], []]
  bus.subscribe((e) => a.push(e))
  const stop = bus.subscribe((e) => b.push(e))
  bus.publish(event("1"))
  stop()
  stop()
  bus.publish(event("2"))
  expect([keysOf(a), keysOf(b)]).toEqual([["1", "2"], ["1"]])
  expect(new Set(a.map(({ id }) => id)).size).toBe(2)
})
test("who resumes gets what it missed: no event twice, none left out", () => {
  const { bus, idOf } = filled(5)
  expect(keysOf(bus.since(idOf(3)))).toEqual(["4", "5"])
  expect(bus.since(idOf(5))).toEqual([])
})
test("a resumption and a listener begun together meet without a seam", () => {
  const { bus, idOf } = filled(3)
  const seen = [...(bus.since(idOf(1)) as readonly Numbered[])] // it is no gap
  bus.subscribe((e) => seen.push(e))
  bus.publish(event("4"))
  expect(keysOf(seen)).toEqual(["2", "3", "4"])
})
test("the oldest is forgotten first, and who was away longer is told of the gap", () => {
  const { bus, idOf } = filled(KEPT_MAX + 1)
  expect(bus.since(idOf(1))).toBe("gap")
  expect(bus.since(idOf(2))).toHaveLength(KEPT_MAX - 1)
})
test("an id of another run, one not yet given, and a made-up one are gaps", () => {
  const { bus, idOf } = filled(3)
  for (const id of [filled(3, "run2").idOf(2), "run1-4", "run1-", "", "__proto__"]) expect(bus.since(id), id).toBe("gap")
  expect(idOf(2)).not.toBe("")
})
test("a run in which nothing has happened yet: its own beginning is no gap, another run's is", () => {
  expect(createBus("run1").since("run1-0")).toEqual([])
  expect(createBus("run1").since("run0-0")).toBe("gap")
})
