import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { mayAct, type RequiredRole, type Role, roles } from "../domain/roles"
import { PASSWORD } from "../server/world.fixture"
import { everyVerb, sampleOf } from "../verbs/called.fixture"
import expectedRoles from "../verbs/roles.json"
import { type Door, startDoor } from "./door.fixture"

let d: Door
beforeAll(async () => {
  d = await startDoor()
  const resources = [{ name: "x", driver: "ocf", params: { class: "systemd", unit: "off.service" } }]
  await d.w.admin.service.save({
    clusterId: d.w.clusterId,
    was: null,
    service: { name: "off", domain: null, isExclusive: false, autostart: false, resources },
  })
  await Promise.all([
    d.w.serviceIs("httpd", "started", "h1"),
    d.w.serviceIs("named", "started", "h2"),
    d.w.serviceIs("mail", "started", "h3"),
  ])
})
afterAll(() => d.stop())
afterEach(() => expect(d.w.errors).toEqual([]))

const pathOf = (verb: string) => verb.replace(".", "/")
const methodOf = (verb: string) => (everyVerb.get(verb)?.kind === "query" ? "GET" : "POST")
const lastAudit = async () => (await d.w.db.audit.findFirst({ orderBy: { id: "desc" } }))?.id ?? 0
const auditAfter = (id: number) => d.w.db.audit.findMany({ where: { id: { gt: id }, NOT: { userName: "keeper" } }, orderBy: { id: "asc" } })
const restart = () => d.w.admin.plan.make({ clusterId: d.w.clusterId, service: "named", action: "restart" }).catch(() => undefined)
async function call(verb: string, token: string | undefined, headers: Record<string, string> = {}) {
  const plan = verb === "plan.apply" ? (await d.w.until("named can be restarted", restart)).id : ""
  const input = sampleOf(verb, { cluster: d.w.clusterId, plan })
  await d.w.db.loginThrottle.deleteMany()
  const before = await lastAudit()
  const answer = await d.ask(pathOf(verb), { method: methodOf(verb), input, headers, ...(token === undefined ? {} : { token }) })
  return { ...answer, rows: await auditAfter(before) }
}

describe.each(Object.entries(expectedRoles))("%s by REST asks for %s", (verb, required) => {
  const isAllowed = (role: Role | undefined) => mayAct(role, required as RequiredRole)
  test.each([undefined, ...roles].filter((role) => !isAllowed(role)))("a token of %s is refused, which is on record", async (role) => {
    const { status, headers, json, rows } = await call(verb, role && d.tokenOf(role))
    expect([status, json.code]).toEqual(role === undefined ? [401, "loginNeeded"] : [403, "roleMissing"])
    expect(headers.get("content-type")).toBe("application/problem+json")
    expect(headers.get("www-authenticate")).toBe(role === undefined ? 'Bearer realm="moyai"' : null)
    expect(rows).toMatchObject([{ verb, userName: role ?? "", through: "api", outcome: "refused" }])
  })
  test.each([undefined, ...roles].filter(isAllowed))("a token of %s is let in", async (role) => {
    const { status, json, rows } = await call(verb, role && d.tokenOf(role), { "user-agent": "moyai-cli/1.0" })
    expect([200, 404, 409], JSON.stringify(json)).toContain(status)
    expect(rows.map(({ through }) => through)).toEqual(rows.map(() => "cli"))
    if (verb === "plan.apply") await d.w.jobIs(json.jobId, "succeeded")
    if (verb === "plan.apply") await d.w.serviceIs("named", "started", "h2")
  })
  test("a token that has expired, was revoked or never was is refused, which is on record", async () => {
    const { w } = d
    const dead = await d.tokenFor("admin", "admin", 1, "old")
    await w.db.apiToken.update({ where: { id: dead.id }, data: { expiresAt: new Date(w.clock.nowMs()) } })
    const expired = await call(verb, dead.token)
    await w.db.apiToken.update({ where: { id: dead.id }, data: { revokedAt: new Date(w.clock.nowMs()) } })
    const revoked = await call(verb, dead.token)
    const unknown = await call(verb, `moyai_${"x".repeat(43)}`)
    expect([expired, revoked, unknown].map(({ status, json }) => [status, json.code])).toEqual([
      [401, "tokenExpired"],
      [401, "tokenRevoked"],
      [401, "tokenUnknown"],
    ])
    for (const { headers } of [expired, revoked, unknown]) expect(headers.get("www-authenticate")).toContain('error="invalid_token"')
    expect([expired, revoked, unknown].flatMap(({ rows }) => rows)).toMatchObject([
      { verb, userName: "admin", outcome: "refused", input: { refused: "tokenExpired", name: "old" } },
      { verb, userName: "admin", outcome: "refused", input: { refused: "tokenRevoked", name: "old" } },
      { verb, userName: "", outcome: "refused", input: { refused: "tokenUnknown" } },
    ])
  })
})

describe("a token's role", () => {
  test("is capped by its user's at each use", async () => {
    const { db } = d.w
    await db.user.create({ data: { id: "falling", name: "falling", role: "admin", passwordHash: "" } })
    const { token } = await d.tokenFor("falling", "admin")
    expect((await d.ask("user/list", { token })).status).toBe(200)
    await db.user.update({ where: { id: "falling" }, data: { role: "viewer" } })
    expect((await d.ask("user/list", { token })).json).toMatchObject({ code: "roleMissing", reports: [{ params: { has: "viewer" } }] })
    await db.user.update({ where: { id: "falling" }, data: { role: "a role of another version" } })
    expect((await d.ask("cluster/list", { token })).json).toMatchObject({ code: "tokenUnknown" })
    await db.user.delete({ where: { id: "falling" } })
    expect((await d.ask("cluster/list", { token })).json).toMatchObject({ code: "tokenUnknown" })
  })
  test("is the token's own where that is the weaker one", async () => {
    const { token } = await d.tokenFor("admin", "viewer")
    expect((await d.ask("cluster/list", { token })).status).toBe(200)
    expect((await d.ask("user/list", { token })).status).toBe(403)
  })
})
describe("a token", () => {
  test("is made with the password, shown once, listed, used and revoked", async () => {
    await d.w.db.loginThrottle.deleteMany()
    const { passwordHash } = await d.w.db.user.findUniqueOrThrow({ where: { id: "second" } })
    await d.w.db.user.update({ where: { id: "operator" }, data: { passwordHash } })
    const token = d.tokenOf("operator")
    const input = { name: "夜間バッチ", role: "operator", days: 7, password: PASSWORD }
    const post = (path: string, body: unknown, by = token) => d.ask(path, { method: "POST", token: by, input: body })
    expect((await post("token/create", { ...input, password: "wrong" })).json).toMatchObject({ code: "wrongPassword" })
    expect((await post("token/create", { ...input, role: "admin" })).json).toMatchObject({
      code: "roleTooHigh",
      reports: [{ field: "role" }],
    })
    expect((await post("token/create", { ...input, days: 366 })).json).toMatchObject({ code: "invalid", reports: [{ field: "days" }] })
    const made = (await post("token/create", input)).json
    expect(made.token).toMatch(/^moyai_[\w-]{43}$/)
    const listed = async (by = token) => (await d.ask("token/list", { token: by })).json.find(({ id }: { id: string }) => id === made.id)
    expect(await listed()).toMatchObject({
      name: "夜間バッチ",
      user: "operator",
      role: "operator",
      state: "valid",
      lastUsedMs: null,
      isThis: false,
    })
    expect(await listed(made.token)).toMatchObject({ isThis: true, lastUsedMs: expect.any(Number) })
    expect(JSON.stringify(await listed())).not.toContain(made.token.slice(6))
    expect(await listed(d.tokenOf("viewer"))).toBeUndefined()
    expect((await post("token/revoke", { id: made.id }, d.tokenOf("viewer"))).status).toBe(404)
    expect((await post("token/revoke", { id: made.id }, d.tokenOf("admin"))).status).toBe(200)
    expect((await post("token/revoke", { id: made.id })).status).toBe(200)
    expect(await listed()).toMatchObject({ state: "revoked" })
    const [{ file = "" } = {}] = await d.w.db.$queryRawUnsafe<{ file: string }[]>("PRAGMA database_list")
    const { readdirSync, readFileSync } = await import("node:fs")
    const { dirname, join } = await import("node:path")
    const holding = readdirSync(dirname(file)).filter((name) => readFileSync(join(dirname(file), name)).includes(made.token.slice(6)))
    expect(holding).toEqual([])
  })
  test("of a program's login is of the user's role unless less is asked for, and ends with the password", async () => {
    await d.w.db.loginThrottle.deleteMany()
    const login = (input: object) => d.ask("token/login", { method: "POST", input })
    const before = await lastAudit()
    expect((await login({ name: "second", password: "wrong" })).json).toMatchObject({ status: 409, code: "wrongPassword" })
    const made = (await login({ name: "second", password: PASSWORD })).json
    expect(made).toMatchObject({ role: "admin", user: { id: "second", name: "second", role: "admin" } })
    expect((await login({ name: "second", password: PASSWORD, role: "viewer" })).json).toMatchObject({ role: "viewer" })
    expect((await auditAfter(before)).map(({ verb, outcome, userName }) => [verb, outcome, userName])).toEqual([
      ["token.login", "refused", "second"],
      ["token.login", "done", "second"],
      ["token.login", "done", "second"],
    ])
    const other = (await d.tokenFor("second", "admin")).token
    const change = { method: "POST", token: other, input: { current: PASSWORD, next: "another password of theirs" } }
    expect((await d.ask("user/setPassword", change)).status).toBe(200)
    expect((await d.ask("cluster/list", { token: made.token })).json).toMatchObject({ code: "tokenRevoked" })
    expect((await d.ask("cluster/list", { token: other })).status).toBe(200)
  })
  test("that is guessed at is slowed down by where it comes from, and the record is not filled with it", async () => {
    await d.w.db.loginThrottle.deleteMany()
    const before = await lastAudit()
    const guess = (address: string) => d.ask("cluster/list", { token: `moyai_${"y".repeat(43)}`, headers: { "x-moyai-address": address } })
    const statuses: number[] = []
    for (let i = 0; i < 8; i++) statuses.push((await guess("192.0.2.1")).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429])
    expect(await auditAfter(before)).toHaveLength(5)
    expect(Number((await guess("192.0.2.1")).headers.get("retry-after"))).toBeGreaterThan(0)
    expect((await guess("192.0.2.2")).status).toBe(401)
    expect((await d.ask("cluster/list", { token: d.tokenOf("viewer"), headers: { "x-moyai-address": "192.0.2.1" } })).status).toBe(200)
  })
  test.each(["Basic YTpi", "Bearer", "Bearer a b", "bearer", "Bearer ‘"])("is not read out of %s", async (authorization) => {
    await d.w.db.loginThrottle.deleteMany()
    const ask = () => d.ask("cluster/list", { headers: { authorization } })
    if (authorization.includes("‘")) return expect(ask()).rejects.toThrow() // no header may hold it
    expect((await ask()).json).toMatchObject({ code: "tokenUnknown" })
  })
  test("is asked for even where a browser sends its cookie along", async () => {
    const { startSession } = await import("../auth/session")
    const { token } = await startSession(d.w.db, "admin", "", d.w.clock.nowMs())
    expect((await d.ask("cluster/list", { headers: { cookie: `moyai=${token}` } })).json).toMatchObject({ code: "loginNeeded" })
  })
})

describe("an error", () => {
  const shape = {
    type: expect.stringMatching(/^\/api\/docs#\w+$/),
    title: expect.any(String),
    status: expect.any(Number),
    detail: expect.any(String),
    code: expect.any(String),
    reports: expect.any(Array),
  }
  test.each([
    ["an input that does not fit", "domain/list", { input: { clusterId: "‘" } }, 400, "invalid"],
    ["what is not there", "cluster/nothing", {}, 404, "verbUnknown"],
    ["another method", "cluster/list", { method: "POST" }, 405, "methodWrong"],
    ["a body that is no JSON", "cluster/create", { method: "POST", body: "{" }, 400, "notJson"],
    ["a form", "cluster/create", { method: "POST", headers: { "content-type": "text/plain" } }, 415, "notJson"],
    ["too much", "cluster/create", { method: "POST", body: `"${"x".repeat(256 * 1_024)}"` }, 413, "tooLarge"],
    [
      "as much as a thousand virtual servers, and no such file",
      "balancer/read",
      { method: "POST", body: `"${"x".repeat(7_000 * 1_024)}"` },
      400,
      "invalid",
    ],
    ["more than that", "balancer/read", { method: "POST", body: `"${"x".repeat(8_192 * 1_024)}"` }, 413, "tooLarge"],
    ["a key with a line break", "cluster/create", { method: "POST", headers: { "idempotency-key": "é" } }, 400, "keyInvalid"],
    ["what is refused as things are", "cluster/create", { method: "POST", input: { name: "zigsow-cluster" } }, 409, "nameTaken"],
  ])("for %s has the shape of a problem", async (_, path, asked, status, code) => {
    const { json, headers, status: answered } = await d.ask(path, { token: d.tokenOf("admin"), ...asked })
    expect(json).toEqual(shape)
    expect([answered, json.status, json.code]).toEqual([status, status, code])
    for (const { text } of json.reports) expect(text.length).toBeGreaterThan(10)
    expect(headers.get("content-type")).toBe("application/problem+json")
    expect(headers.get("cache-control")).toBe("no-store")
  })
  test("is in the language that is asked for", async () => {
    const texts = await Promise.all(
      ["en", "ja,en;q=0.8", "de"].map(async (language) => {
        const { json } = await d.ask("user/list", { token: d.tokenOf("viewer"), headers: { "accept-language": language } })
        return json.reports[0].text
      }),
    )
    expect(texts[0]).toContain("needs the role")
    expect(texts[1]).toMatch(/[぀-ヿ]/)
    expect(texts[2]).toBe(texts[0])
  })
  test("of a plan that the world overtook brings the new plan along", async () => {
    const { id } = await d.w.admin.plan.make({ clusterId: d.w.clusterId, service: "mail", action: "restart" })
    await d.w.db.planRow.update({ where: { id }, data: { createdAt: new Date(0) } })
    const { json } = await d.ask("plan/apply", { method: "POST", token: d.tokenOf("operator"), input: { planId: id, why: "" } })
    expect(json).toMatchObject({ ...shape, code: "planExpired", plan: { id: expect.any(String) } })
  })
  test("of the panel itself says nothing of its inside", async () => {
    const { audit } = d.w.db
    const broken = { ...d.w.engine(), db: { ...d.w.db, apiToken: { findUnique: () => Promise.reject(new Error("disk full")) } } }
    const { createDoor } = await import("./answer")
    const faults: unknown[] = []
    const door = createDoor(
      () => broken as never, // only this table is asked
      (error) => void faults.push(error),
    )
    const headers = { authorization: `Bearer ${d.tokenOf("admin")}` }
    const response = await door(new Request("http://panel/api/v1/cluster/list", { headers }))
    expect([response.status, await response.json()]).toMatchObject([500, { code: "fault" }])
    expect(faults.map(String)).toEqual(["Error: disk full"])
    expect(await audit.count()).toBeGreaterThan(0)
  })
})
test("a number in a query is one, and one that is none is refused", async () => {
  const token = d.tokenOf("admin")
  expect((await d.ask("audit/list", { token, input: { beforeId: 3 } })).json.map(({ id }: { id: number }) => id)).toEqual([2, 1])
  expect((await d.ask("audit/list", { token, input: { beforeId: "three" } })).json).toMatchObject({
    code: "invalid",
    reports: [{ field: "beforeId" }],
  })
  expect((await d.ask("cluster/create", { method: "POST", token, input: { name: 5 } })).status).toBe(400)
})
test("an answer of nothing is null", async () => {
  expect((await d.ask("rolling/get", { token: d.tokenOf("viewer"), input: { clusterId: d.w.clusterId } })).text).toBe("null")
})
