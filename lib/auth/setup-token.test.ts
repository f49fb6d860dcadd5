import { afterEach, beforeEach, expect, test } from "vitest"
import { startWorld, type World } from "../server/world.fixture"
import { setup } from "../verbs/session/setup"
import { isSetupToken, setupLine, useSetupToken } from "./setup-token"

const PASSWORD = "correct horse battery"
let w: World
beforeEach(async () => {
  w = await startWorld({ services: false })
})
afterEach(() => w.stop())
const tokenOf = (line: string | undefined) => line?.split(": ").at(-1) ?? ""
const newToken = async () => tokenOf(await setupLine(w.db, "http://localhost:3636"))
const enter = (token: string, name: string, password = PASSWORD) => setup(w.ctxAs(undefined), { token, name, password }, { agent: "" })
const admins = async () => (await w.db.user.findMany({ where: { role: "admin" } })).map(({ name }) => name)
const codesOf = (entrance: Awaited<ReturnType<typeof setup>>) => (entrance.ok ? [] : entrance.reports.map(({ code }) => code))

test("the token makes the first admin, once; the database has only its hash", async () => {
  const token = await newToken()
  expect(token.length).toBeGreaterThanOrEqual(24)
  expect(JSON.stringify(await w.db.setting.findMany())).not.toContain(token)
  expect(await enter(token, "ann")).toMatchObject({ ok: true })
  expect(codesOf(await enter(token, "bob"))).toEqual(["tokenWrong"])
  expect(await admins()).toEqual(["ann"])
  expect(await w.db.audit.findMany({ where: { verb: "session.setup" } })).toMatchObject([{ userName: "ann", outcome: "done" }])
})
test("two who give the right token at once make one admin", async () => {
  const token = await newToken()
  const both = await Promise.all(["ann", "bob", "cid"].map((name) => enter(token, name)))
  expect(both.filter(({ ok }) => ok)).toHaveLength(1)
  expect(await admins()).toHaveLength(1)
})
test("of two who use the token up, one does", async () => {
  await newToken()
  expect((await Promise.all([useSetupToken(w.db), useSetupToken(w.db)])).filter(Boolean)).toHaveLength(1)
})
test("it is gone when there is an admin: no new one is made, and the one before opens nothing", async () => {
  const token = await newToken()
  await w.db.user.create({ data: { name: "zoe", role: "admin", passwordHash: "x" } })
  expect(await setupLine(w.db, "")).toBeUndefined()
  expect(await isSetupToken(w.db, token)).toBe(false)
  expect(codesOf(await enter(token, "ann"))).toEqual(["tokenWrong"])
})
test("a start makes the token of the start before worthless", async () => {
  const [old, token] = [await newToken(), await newToken()]
  expect([await isSetupToken(w.db, old), await isSetupToken(w.db, token)]).toEqual([false, true])
})
test("a wrong token costs nothing four times, then waiting, and the right one waits with it", async () => {
  const token = await newToken()
  for (let i = 0; i < 5; i++) expect(codesOf(await enter("x", "ann"))).toEqual(["tokenWrong"])
  await w.db.loginThrottle.updateMany({ data: { blockedUntil: new Date(w.clock.nowMs() + 600_000) } })
  expect(codesOf(await enter(token, "ann"))).toEqual(["tooManyAttempts"])
  await w.db.loginThrottle.deleteMany()
  expect(await enter(token, "ann")).toMatchObject({ ok: true })
})
test("a password that is too short uses nothing up", async () => {
  const token = await newToken()
  expect(codesOf(await enter(token, "ann", "short"))).toEqual(["invalid"])
  expect(await enter(token, "ann")).toMatchObject({ ok: true })
})
