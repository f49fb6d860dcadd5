import { createHash } from "node:crypto"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type Role, roles } from "../domain/roles"
import { weaker } from "../domain/token"
import { startDatabase } from "./database.fixture"
import { findToken, startToken } from "./token"

const NOW_MS = Date.UTC(2026, 0, 1)
const DAY_MS = 24 * 3_600_000
let base: Awaited<ReturnType<typeof startDatabase>>
let userId = ""
beforeAll(async () => {
  base = await startDatabase()
  userId = (await base.db.user.create({ data: { name: "ann", role: "operator", passwordHash: "" } })).id
})
afterAll(() => base.stop())
const make = (role: Role = "viewer") => startToken(base.db, { userId, name: "ci", role, days: 2, kind: "settings" }, NOW_MS)

test("a token opens until the moment that it expires, and only its hash is kept", async () => {
  const { token, id, expiresMs } = await make()
  expect(expiresMs).toBe(NOW_MS + 2 * DAY_MS)
  const row = await base.db.apiToken.findUniqueOrThrow({ where: { id } })
  expect(row.hash).toBe(createHash("sha256").update(token).digest("hex"))
  expect(JSON.stringify(row)).not.toContain(token.slice(6))
  expect(await findToken(base.db, token, expiresMs - 1)).toEqual({ state: "valid", id, user: { id: userId, name: "ann", role: "viewer" } })
  expect(await findToken(base.db, token, expiresMs)).toEqual({ state: "expired", id, name: "ci", userName: "ann" })
})
test("one that differs by a letter, or is no token by its look, opens nothing", async () => {
  const { token } = await make()
  const last = token.endsWith("A") ? "B" : "A"
  for (const wrong of [token.slice(0, -1) + last, token.slice(0, -1), `${token}A`, token.slice(6), "", "moyai_", `Moyai${token.slice(5)}`])
    expect(await findToken(base.db, wrong, NOW_MS)).toBeUndefined()
})
test("its last use is written once a minute at most", async () => {
  const { token, id } = await make()
  const used = async (atMs: number) => {
    await findToken(base.db, token, atMs)
    return (await base.db.apiToken.findUniqueOrThrow({ where: { id } })).lastUsedAt?.getTime()
  }
  expect(await used(NOW_MS)).toBe(NOW_MS)
  expect(await used(NOW_MS + 60_000)).toBe(NOW_MS)
  expect(await used(NOW_MS + 60_001)).toBe(NOW_MS + 60_001)
})
test.each(roles.flatMap((a) => roles.map((b) => [a, b] as const)))("of %s and %s the weaker one counts", (a, b) => {
  expect(roles.indexOf(weaker(a, b))).toBe(Math.min(roles.indexOf(a), roles.indexOf(b)))
})
