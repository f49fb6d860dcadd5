import { afterAll, beforeAll, expect, test } from "vitest"
import { buildTimeline, EVENTS_MAX, WINDOW_MAX_MS } from "../../domain/timeline"
import { startWorld, type World } from "../../server/world.fixture"

let w: World
const BASE = 1_000_000
beforeAll(async () => {
  w = await startWorld()
  // A history of long ago, beside what the world itself writes now.
  const past = (atMs: number, code: string, about: object) => ({
    ...{ clusterId: w.clusterId, at: new Date(BASE + atMs), code, level: "ok", params: {}, ...about },
  })
  await w.db.event.createMany({
    data: [
      past(0, "service.started", { service: "httpd", node: "h1" }),
      past(10, "node.online", { node: "h1" }),
      past(20, "job.succeeded", { service: "httpd", node: "h1" }),
      past(1_500, "service.stopped", { service: "httpd", node: "h1" }),
      ...Array.from({ length: EVENTS_MAX + 5 }, (_, i) => past(10_000 + i, "service.starting", { service: "named", node: "h2" })),
    ],
  })
})
afterAll(() => w.stop())
const ask = (fromMs: number, untilMs: number) =>
  w.admin.timeline.get({ clusterId: w.clusterId, fromMs: BASE + fromMs, untilMs: BASE + untilMs })

test("a window has its own events, and each one's last before them", async () => {
  const view = await ask(1_000, 2_000)
  expect(view.events.map(({ code }) => code)).toEqual(["service.stopped"])
  expect(view.before.map(({ code }) => code)).toEqual(["service.started", "node.online"])
  expect(view.cutBeforeMs).toBeNull()
  expect(view.services.map(({ name, addresses }) => [name, addresses])).toContainEqual(["httpd", ["192.168.10.246"]])
  const lane = buildTimeline(view).services.find(({ name }) => name === "httpd")
  expect(lane?.segments.map(({ state, node }) => [state, node])).toEqual([
    ["started", "h1"],
    ["stopped", null],
  ])
})
test("of a window without events, what went before is known all the same", async () => {
  const view = await ask(2_000, 3_000)
  expect(view.events).toEqual([])
  expect(view.before.map(({ code }) => code)).toEqual(["node.online", "service.stopped"])
})
test("of more events than it takes it keeps the newest, and says from when on", async () => {
  const view = await ask(1_000, 20_000)
  expect(view.events).toHaveLength(EVENTS_MAX)
  expect(view.events.at(-1)?.atMs).toBe(BASE + 10_000 + EVENTS_MAX + 4)
  expect(view.cutBeforeMs).toBe(BASE + 10_005)
  const lane = buildTimeline(view).services.find(({ name }) => name === "httpd")
  expect(lane?.segments.map(({ state }) => state)).toEqual(["unknown", "stopped"])
})
test.each([
  ["that ends before it begins", 1_000, 1_000],
  ["longer than 31 days", 0, WINDOW_MAX_MS + 1],
])("a window %s is refused", async (_, fromMs, untilMs) => {
  await expect(ask(fromMs, untilMs)).rejects.toMatchObject({ status: 400 })
})
