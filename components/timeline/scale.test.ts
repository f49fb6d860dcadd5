import fc from "fast-check"
import { expect, test } from "vitest"
import { fieldTime, groupClose, ofField, ticksOf } from "./scale"

const anyWindow = fc
  .record({ fromMs: fc.integer({ min: 0, max: 4e12 }), length: fc.integer({ min: 1_000, max: 31 * 86_400_000 }) })
  .map(({ fromMs, length }) => ({ fromMs, untilMs: fromMs + length }))

test("ticks lie in the window, evenly, on round moments of the reader's clock, and there are few", () =>
  fc.assert(
    fc.property(anyWindow, fc.integer({ min: -12, max: 14 }), (window, hours) => {
      const zoneMs = hours * 3_600_000
      const { stepMs, atMs } = ticksOf(window, zoneMs)
      expect(atMs.length).toBeLessThanOrEqual(7)
      for (const ms of atMs) {
        expect(ms >= window.fromMs && ms < window.untilMs).toBe(true)
        expect(Math.abs((ms + zoneMs) % stepMs)).toBe(0)
      }
    }),
  ))
test("grouping loses no mark, keeps their order, and leaves the least distance between groups", () =>
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 999 })), (times) => {
      const marks = times.toSorted((a, b) => a - b).map((atMs) => ({ atMs }))
      const groups = groupClose(marks, { fromMs: 0, untilMs: 1_000 }, 0.04)
      expect(groups.flat()).toEqual(marks)
      const firsts = groups.map(([first]) => first?.atMs ?? 0)
      for (const [i, at] of firsts.entries()) if (i > 0) expect(at - (firsts[i - 1] ?? 0)).toBeGreaterThanOrEqual(40)
    }),
  ))
test("a time goes through its field unchanged, to the second", () => {
  for (const ms of [0, 1_000, 1_786_000_000_000]) expect(ofField(fieldTime(ms))).toBe(ms)
  expect(ofField("")).toBeUndefined()
})
