import { afterAll, beforeAll, expect, test } from "vitest"
import { startDatabase } from "./database.fixture"
import { startSession } from "./session"
import { noteFailure, noteSuccess, waitOf } from "./throttle"

const NOW_MS = Date.UTC(2026, 0, 1)
let base: Awaited<ReturnType<typeof startDatabase>>
beforeAll(async () => {
  base = await startDatabase()
})
afterAll(() => base.stop())
/** As login does it: asks, takes its time, notes. True when a password was looked at. */
async function tryIt(keys: readonly string[], nowMs = NOW_MS): Promise<boolean> {
  if ((await waitOf(base.db, keys, nowMs)) > 0) return false
  await new Promise((resolve) => setTimeout(resolve, 5))
  await noteFailure(base.db, keys, nowMs)
  return true
}

test("of a hundred guesses at the same moment five are looked at", async () => {
  const looked = await Promise.all(Array.from({ length: 100 }, () => tryIt(["user:ann", "address:evil"])))
  expect(looked.filter(Boolean)).toHaveLength(5)
  expect(await waitOf(base.db, ["user:ann"], NOW_MS)).toBeGreaterThan(0)
})
test("when the wait is over, one is looked at, not a hundred", async () => {
  const laterMs = NOW_MS + 3_600_000
  const looked = await Promise.all(Array.from({ length: 100 }, () => tryIt(["user:ann"], laterMs)))
  expect(looked.filter(Boolean).length).toBeLessThanOrEqual(1)
  expect(await tryIt(["user:ann"], laterMs + 1_800_000)).toBe(true)
})
test("tries that were never answered keep nobody out for long", async () => {
  for (let i = 0; i < 10; i++) await waitOf(base.db, ["user:bob"], NOW_MS)
  expect(await waitOf(base.db, ["user:bob"], NOW_MS)).toBeGreaterThan(0)
  expect(await waitOf(base.db, ["user:bob"], NOW_MS + 30_000)).toBe(0)
  await noteSuccess(base.db, ["user:bob"])
  expect(await waitOf(base.db, ["user:bob"], NOW_MS)).toBe(0)
})
test("a login sweeps out the sessions that are over", async () => {
  const { id } = await base.db.user.create({ data: { name: "ann", role: "viewer", passwordHash: "x" } })
  await startSession(base.db, id, "old", NOW_MS)
  await startSession(base.db, id, "new", NOW_MS + 13 * 3_600_000)
  expect(await base.db.session.findMany({ select: { client: true } })).toEqual([{ client: "new" }])
})
