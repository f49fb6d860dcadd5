import fc from "fast-check"
import { afterAll, afterEach, beforeAll, expect, test } from "vitest"
import { PASSWORD } from "../server/world.fixture"
import { type Door, startDoor } from "./door.fixture"
import { once } from "./idempotency"

let d: Door
beforeAll(async () => {
  d = await startDoor()
  await d.w.serviceIs("named", "started", "h2")
})
afterAll(() => d.stop())
afterEach(() => expect(d.w.errors).toEqual([]))

let count = 0
const newKey = () => `key-${++count}`
const post = (path: string, input: unknown, key: string, token = d.tokenOf("admin"), headers: Record<string, string> = {}) =>
  d.ask(path, { method: "POST", token, input, headers: { "idempotency-key": key, ...headers } })
const clustersNamed = (name: string) => d.w.db.cluster.count({ where: { name } })
const audited = (verb: string) => d.w.db.audit.count({ where: { verb } })

test("a command under a key is carried out once, and its repetition is answered alike", async () => {
  const key = newKey()
  const first = await post("cluster/create", { name: "once" }, key)
  const second = await post("cluster/create", { name: "once" }, key)
  expect([first.status, second.status, second.text]).toEqual([200, 200, first.text])
  expect([first.headers.get("idempotency-replayed"), second.headers.get("idempotency-replayed")]).toEqual([null, "true"])
  expect(await clustersNamed("once")).toBe(1)
})
test("so are many at once", async () => {
  const key = newKey()
  const before = await audited("cluster.create")
  const answers = await Promise.all(Array.from({ length: 12 }, () => post("cluster/create", { name: "at-once" }, key)))
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set([`200 ${answers[0]?.text}`]))
  expect(answers.filter(({ headers }) => headers.get("idempotency-replayed") === null)).toHaveLength(1)
  expect((await audited("cluster.create")) - before).toBe(1)
})
test("a plan that is applied twice at once under one key makes one job", async () => {
  const { id } = await d.w.admin.plan.make({ clusterId: d.w.clusterId, service: "named", action: "restart" })
  const key = newKey()
  const answers = await Promise.all([1, 2, 3].map(() => post("plan/apply", { planId: id, why: "" }, key, d.tokenOf("operator"))))
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  expect(answers[0]?.json).toEqual({ jobId: expect.any(String) })
  await d.w.jobIs(answers[0]?.json.jobId, "succeeded")
})
test("a refusal under a key stays that refusal, in the language of whoever asks again", async () => {
  const key = newKey()
  expect((await post("cluster/create", { name: "zigsow-cluster" }, key)).json).toMatchObject({ status: 409, code: "nameTaken" })
  const again = await post("cluster/create", { name: "zigsow-cluster" }, key, d.tokenOf("admin"), { "accept-language": "ja" })
  expect(again.json).toMatchObject({ status: 409, code: "nameTaken", detail: expect.stringMatching(/[぀-ヿ]/) })
  expect(again.headers.get("idempotency-replayed")).toBe("true")
})
test("what was refused before anything began leaves its key free", async () => {
  const key = newKey()
  expect((await post("cluster/create", { name: "‘" }, key)).status).toBe(400)
  expect((await post("cluster/create", { name: "freed" }, key, d.tokenOf("viewer"))).status).toBe(403)
  expect((await post("cluster/create", { name: "freed" }, key)).status).toBe(200)
})
test("a used key with another body or for another verb is refused, and carries nothing out", async () => {
  const key = newKey()
  await post("cluster/create", { name: "mine" }, key)
  expect((await post("cluster/create", { name: "other" }, key)).json).toMatchObject({ status: 422, code: "keyReused" })
  expect((await post("domain/remove", { name: "mine" }, key)).json).toMatchObject({ status: 422, code: "keyReused" })
  expect(await clustersNamed("other")).toBe(0)
})
test("a key is its token's own", async () => {
  const key = newKey()
  await post("cluster/create", { name: "theirs" }, key)
  const { token } = await d.tokenFor("second", "admin")
  expect((await post("cluster/create", { name: "theirs" }, key, token)).json).toMatchObject({ code: "nameTaken" })
})
test("a restart forgets no answer, and what it cut off is unknown and not done again", async () => {
  const [done, cut] = [newKey(), newKey()]
  const first = await post("cluster/create", { name: "before" }, done)
  await post("cluster/create", { name: "cut" }, cut)
  // As it stands when the panel ends in the middle.
  const row = await d.w.db.apiRequest.findFirstOrThrow({ orderBy: { createdAt: "desc" } })
  await d.w.db.apiRequest.update({ where: { id: row.id }, data: { status: null, answer: null } })
  await d.w.restart()
  expect((await post("cluster/create", { name: "before" }, done)).text).toBe(first.text)
  const before = await audited("cluster.create")
  expect((await post("cluster/create", { name: "cut" }, cut)).json).toMatchObject({ status: 409, code: "outcomeUnknown" })
  expect(await audited("cluster.create")).toBe(before)
})
test("after a day the key is free", async () => {
  const key = newKey()
  await post("cluster/create", { name: "yesterday" }, key)
  const old = new Date(d.w.clock.nowMs() - 24 * 3_600_000)
  await d.w.db.apiRequest.updateMany({ data: { createdAt: old } })
  expect((await post("cluster/create", { name: "yesterday" }, key)).json).toMatchObject({ code: "nameTaken" })
})
test("an answer that held a secret is kept nowhere", async () => {
  const key = newKey()
  const { token } = await d.tokenFor("second", "admin")
  const input = { name: "ci", role: "viewer", days: 1, password: PASSWORD }
  const made = await post("token/create", input, key, token)
  expect(made.status).toBe(200)
  expect((await post("token/create", input, key, token)).json).toMatchObject({ status: 409, code: "answerGone" })
  expect(JSON.stringify(await d.w.db.apiRequest.findMany())).not.toContain(made.json.token)
  expect(await d.w.db.apiToken.count({ where: { name: "ci" } })).toBe(1)
})
test("whatever comes in whatever order: one execution a key, and every answer to it is the first one", async () => {
  const Ask = fc.record({
    key: fc.constantFrom("a", "b", "c"),
    body: fc.constantFrom("x", "y"),
    status: fc.constantFrom(200, 404, 409, 400, 500),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(Ask, { minLength: 1, maxLength: 12 }), fc.scheduler(), async (asks, scheduler) => {
      await d.w.db.apiRequest.deleteMany()
      const { id: tokenId } = await d.w.db.apiToken.findFirstOrThrow()
      const executed: { readonly key: string; readonly body: string; readonly status: number }[] = []
      const answers = asks.map(async ({ key, body, status }) => {
        const run = () =>
          scheduler.schedule(Promise.resolve()).then(() => {
            executed.push({ key, body, status })
            return { status, body: `${key} ${body} ${executed.length}` }
          })
        const keyed = { tokenId, token: "t", key, request: body, isSecret: false }
        return once(d.w.db, keyed, d.w.clock.nowMs, run).catch((error: { status: number }) => ({ status: error.status, body: "" }))
      })
      const all = await scheduler.waitFor(Promise.all(answers))
      for (const key of ["a", "b", "c"]) {
        const kept = executed.filter((one) => one.key === key && one.status !== 400)
        expect(kept.length).toBeLessThanOrEqual(1)
        const told = all.filter((_, i) => asks[i]?.key === key && asks[i]?.body === kept[0]?.body).filter(({ status }) => status !== 400)
        expect(new Set(told.map(({ status, body }) => `${status} ${body}`)).size).toBeLessThanOrEqual(1)
      }
    }),
    { numRuns: 40 },
  )
})
