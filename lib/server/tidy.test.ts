import { expect, test } from "vitest"
import { startDatabase } from "../auth/database.fixture"
import type { Engine } from "../engine"
import { tidyDaily } from "./tidy"

const DAY_MS = 24 * 3_600_000
const NOW_MS = Date.UTC(2026, 0, 31)
const ago = (ms: number) => new Date(NOW_MS - ms)

test("answers go after a day, tokens a month after their end, and what is still of use stays", async () => {
  const { db, stop } = await startDatabase()
  const { id: userId } = await db.user.create({ data: { name: "ann", role: "viewer", passwordHash: "" } })
  const token = (id: string, expiresAt: Date, revokedAt: Date | null) =>
    db.apiToken.create({
      data: { id, hash: id, userId, name: id, role: "viewer", kind: "settings", createdAt: ago(0), expiresAt, revokedAt },
    })
  await token("valid", new Date(NOW_MS + DAY_MS), null)
  await token("just expired", ago(1), null)
  await token("long expired", ago(31 * DAY_MS), null)
  await token("just revoked", new Date(NOW_MS + DAY_MS), ago(1))
  await token("long revoked", new Date(NOW_MS + DAY_MS), ago(31 * DAY_MS))
  const request = (id: string, createdAt: Date) => db.apiRequest.create({ data: { id, tokenId: "valid", bodyMac: "", createdAt } })
  await request("of today", ago(DAY_MS - 1))
  await request("of yesterday", ago(DAY_MS + 1))
  const end = new AbortController()
  let days = 0
  const clock = { nowMs: () => NOW_MS, sleep: async () => void (days++ === 1 && end.abort()) }
  const errors: unknown[] = []
  const engine = { db, clock, keeper: { clusters: () => [] }, inventory: {} } as unknown as Engine // no node is asked
  await tidyDaily(engine, end.signal, (error) => void errors.push(error))
  expect((await db.apiToken.findMany({ orderBy: { id: "asc" } })).map(({ id }) => id)).toEqual(["just expired", "just revoked", "valid"])
  expect((await db.apiRequest.findMany()).map(({ id }) => id)).toEqual(["of today"])
  expect(errors).toEqual([])
  await stop()
})
