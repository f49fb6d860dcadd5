import { createHash } from "node:crypto"
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import { startDatabase } from "./database.fixture"
import { endSession, findSession, startSession } from "./session"

const HOUR_MS = 3_600_000
const IDLE_MS = 12 * HOUR_MS
const ABSOLUTE_MS = 7 * 24 * HOUR_MS
const NOW_MS = Date.UTC(2026, 0, 1)
let base: Awaited<ReturnType<typeof startDatabase>>
let userId = ""
beforeAll(async () => {
  base = await startDatabase()
  userId = (await base.db.user.create({ data: { name: "ann", role: "operator", passwordHash: "x" } })).id
})
afterAll(() => base.stop())
beforeEach(() => base.db.session.deleteMany())
const start = () => startSession(base.db, userId, "Firefox", NOW_MS)
const find = (token: string, nowMs: number) => findSession(base.db, token, nowMs)

test("a token finds its user; the database holds its hash and nothing that opens a session", async () => {
  const { token, expiresAt } = await start()
  expect(Buffer.from(token, "base64url")).toHaveLength(32)
  expect(expiresAt.getTime()).toBe(NOW_MS + ABSOLUTE_MS)
  const hash = createHash("sha256").update(token).digest("hex")
  expect(await find(token, NOW_MS)).toEqual({ sessionId: hash, user: { id: userId, name: "ann", role: "operator" } })
  expect(JSON.stringify(await base.db.session.findMany())).not.toContain(token)
  expect(await find(hash, NOW_MS)).toBeNull()
  expect(await find("", NOW_MS)).toBeNull()
})
test("twelve hours without a request end it, and a request before that begins them anew", async () => {
  const { token } = await start()
  expect(await find(token, NOW_MS + IDLE_MS)).not.toBeNull()
  expect(await find(token, NOW_MS + 2 * IDLE_MS)).not.toBeNull()
  expect(await find(token, NOW_MS + 3 * IDLE_MS + 1)).toBeNull()
  expect(await base.db.session.count()).toBe(0)
  expect(await find(token, NOW_MS)).toBeNull()
})
test("seven days end it, however busy it was", async () => {
  const { token } = await start()
  for (let ms = 0; ms < ABSOLUTE_MS; ms += IDLE_MS) expect(await find(token, NOW_MS + ms)).not.toBeNull()
  expect(await find(token, NOW_MS + ABSOLUTE_MS)).toBeNull()
  expect(await base.db.session.count()).toBe(0)
})
test("the time of the last request is written once a minute at most", async () => {
  const { token } = await start()
  const seenMs = async (atMs: number) => {
    await find(token, NOW_MS + atMs)
    return (await base.db.session.findFirstOrThrow()).lastSeenAt.getTime() - NOW_MS
  }
  expect([await seenMs(60_000), await seenMs(60_001), await seenMs(61_000)]).toEqual([0, 60_001, 60_001])
})
test("ending one ends that one only", async () => {
  const [a, b] = [await start(), await start()]
  await endSession(base.db, a.token)
  expect([await find(a.token, NOW_MS), (await find(b.token, NOW_MS))?.user.name]).toEqual([null, "ann"])
})
test("a user who is removed has no session left", async () => {
  const { id } = await base.db.user.create({ data: { name: "bob", role: "viewer", passwordHash: "x" } })
  const { token } = await startSession(base.db, id, "", NOW_MS)
  await base.db.user.delete({ where: { id } })
  expect(await find(token, NOW_MS)).toBeNull()
})
test("a role that this version does not know lets nobody in", async () => {
  const { id } = await base.db.user.create({ data: { name: "eve", role: "superadmin", passwordHash: "x" } })
  expect(await find((await startSession(base.db, id, "", NOW_MS)).token, NOW_MS)).toBeNull()
})
test("what a client calls itself is kept up to a bound", async () => {
  await startSession(base.db, userId, "x".repeat(100_000), NOW_MS)
  expect((await base.db.session.findFirstOrThrow()).client).toHaveLength(200)
})
