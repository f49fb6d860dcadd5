import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import { startDatabase } from "./database.fixture"
import { noteFailure, noteSuccess, waitOf } from "./throttle"

const NOW_MS = Date.UTC(2026, 0, 1)
const WAIT_MAX_MS = 15 * 60_000
let base: Awaited<ReturnType<typeof startDatabase>>
beforeAll(async () => {
  base = await startDatabase()
})
afterAll(() => base.stop())
beforeEach(() => base.db.loginThrottle.deleteMany())
const wait = (keys: readonly string[], atMs = 0) => waitOf(base.db, keys, NOW_MS + atMs)
const fail = async (keys: readonly string[], times: number, atMs = 0) => {
  for (let i = 0; i < times; i++) await noteFailure(base.db, keys, NOW_MS + atMs)
}

test("five tries are free, then the wait doubles up to a quarter of an hour and no further", async () => {
  const waits: number[] = []
  for (let i = 0; i < 40; i++) {
    await fail(["user:ann"], 1)
    waits.push(await wait(["user:ann"]))
  }
  expect(waits.slice(0, 7)).toEqual([0, 0, 0, 0, 5_000, 10_000, 20_000])
  expect(Math.max(...waits)).toBe(WAIT_MAX_MS)
  expect(waits.slice(-20).every((ms) => ms === WAIT_MAX_MS)).toBe(true)
})
test("nobody is locked out for ever: after a thousand failures, a quarter of an hour is enough", async () => {
  await fail(["user:ann"], 1)
  await base.db.loginThrottle.updateMany({ data: { failures: 1_000 } })
  await fail(["user:ann"], 1)
  expect([await wait(["user:ann"], WAIT_MAX_MS - 1), await wait(["user:ann"], WAIT_MAX_MS)]).toEqual([1, 0])
})
test("success makes the tries free again", async () => {
  await fail(["user:ann", "address:a"], 6)
  await noteSuccess(base.db, ["user:ann", "address:a"])
  await fail(["user:ann", "address:a"], 4)
  expect(await wait(["user:ann", "address:a"])).toBe(0)
})
test("an address that tries many users waits, and so does a user tried from many addresses; others do not", async () => {
  for (let i = 0; i < 5; i++) await fail([`user:u${i}`, "address:evil"], 1)
  for (let i = 0; i < 5; i++) await fail(["user:ann", `address:a${i}`], 1)
  expect(await wait(["user:new", "address:evil"])).toBeGreaterThan(0)
  expect(await wait(["user:ann", "address:new"])).toBeGreaterThan(0)
  expect(await wait(["user:new", "address:new"])).toBe(0)
})
test("failures at the same moment are all counted", async () => {
  await fail(["user:ann"], 1)
  await Promise.all(Array.from({ length: 4 }, () => fail(["user:ann"], 1)))
  expect((await base.db.loginThrottle.findFirstOrThrow()).failures).toBe(5)
})
