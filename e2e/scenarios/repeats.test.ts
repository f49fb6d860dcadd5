import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { expect, test, vi } from "vitest"
import { startWorld } from "../../lib/server/world.fixture"
import { virtualClock } from "../../lib/sim/clock"
import { history } from "../nemesis/history"
import { play } from "./play"
import { Story } from "./story"

vi.mock("../../lib/auth/password", () => import("./plain-password"))

const folder = (name: string) => fileURLToPath(new URL(`${name}/scenario.json`, import.meta.url))

test.each(["lost-during-relocation", "worked-timeline"])("%s played twice is the same log to the byte", async (name) => {
  const story = Story.parse(JSON.parse(readFileSync(folder(name), "utf8")))
  expect((await play(story)).log).toEqual((await play(story)).log)
})

// 8 is refused over a lock, whose name has an id in it.
test.each([8, 21])("the nemesis of seed %i is the same history each time: a failure can be repeated", async (seed) => {
  expect(await history(seed)).toEqual(await history(seed))
})

test("what is waited for on a virtual clock comes in virtual time", async () => {
  const clock = virtualClock(Date.UTC(2026, 0, 1))
  const w = await startWorld({ clock })
  const beforeMs = clock.nowMs()
  await w.serviceIs("httpd", "started", "h1")
  expect(clock.nowMs() - beforeMs).toBeLessThan(10_000)
  w.cluster.power("h1", false)
  await w.serviceIs("httpd", "blocked", "h1")
  expect(w.errors).toEqual([])
  await expect(w.until("never", async () => false)).rejects.toThrow("never: not within 300 s")
  const stopped = w.stop()
  await clock.advance(10_000)
  await stopped
})
