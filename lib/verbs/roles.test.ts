import { readdirSync, readFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { ORPCError } from "@orpc/server"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { z } from "zod"
import { hashPassword } from "../auth/password"
import type { Db } from "../db/client"
import { mayAct, type RequiredRole, type Role, roles } from "../domain/roles"
import { startWorld, type World } from "../server/world.fixture"
import { callByName, everyVerb, sampleOf } from "./called.fixture"
import type { Ctx } from "./context"
import expectedRoles from "./roles.json"
import { router } from "./router"
import { login } from "./session/login"
import { callVerb, defineVerb, Refused } from "./verb"

let w: World
/** Writes of the verb under test, in their order: "audit.create pending", "service.delete". */
const writes: string[] = []
beforeAll(async () => {
  w = await startWorld()
  await w.admin.service.save({ clusterId: w.clusterId, was: null, service: offService })
  await Promise.all([w.serviceIs("httpd", "started", "h1"), w.serviceIs("named", "started", "h2"), w.serviceIs("mail", "started", "h3")])
})
afterAll(() => w.stop())
afterEach(() => expect(w.errors).toEqual([]))

const offService = {
  name: "off",
  domain: null,
  isExclusive: false,
  autostart: false,
  resources: [{ name: "x", driver: "ocf", params: { class: "systemd", unit: "off.service" } }],
}
const WRITE = /^(create|update|delete|upsert)/
/** As `role`, with each write through the verb's own database noted down. */
function ctxAs(role: Role | undefined): Ctx {
  const noting = w.db.$extends({
    query: {
      $allModels: {
        $allOperations: ({ model, operation, args, query }) => {
          const outcome = model === "Audit" ? ` ${(args as { data?: { outcome?: string } }).data?.outcome}` : ""
          if (WRITE.test(operation)) writes.push(`${model}.${operation}${outcome}`)
          return query(args)
        },
      },
    },
  })
  return { ...w.ctxAs(role), db: noting as unknown as Db } // it has all that a verb asks of one
}
/** What stands on record of a verb that made no job: its refusal, if its job would have been. */
const leftBy = (name: string, audit: "job" | "none"): readonly string[] => (audit === "job" || name === "token.login" ? ["refused"] : [])
const lastAudit = async () => (await w.db.audit.findFirst({ orderBy: { id: "desc" } }))?.id ?? 0
const auditAfter = (id: number) => w.db.audit.findMany({ where: { id: { gt: id }, NOT: { userName: "keeper" } }, orderBy: { id: "asc" } })
async function idsFor(name: string) {
  const restart = () => w.admin.plan.make({ clusterId: w.clusterId, service: "named", action: "restart" }).catch(() => undefined)
  const plan = name === "plan.apply" ? (await w.until("named can be restarted", restart)).id : ""
  return { cluster: w.clusterId, plan }
}
/** What came of it, and what it left on record. */
async function call(name: string, role: Role | undefined) {
  const input = sampleOf(name, await idsFor(name))
  const before = await lastAudit()
  writes.length = 0
  const error = await callByName(ctxAs(role), name, input).then(
    () => undefined,
    (e: unknown) => e,
  )
  if (error !== undefined && !(error instanceof ORPCError)) throw error
  return { status: error?.status ?? 200, rows: await auditAfter(before) }
}

test("roles.json and the router have every verb, and no other", () => {
  const names = [...everyVerb.keys()].sort()
  expect(Object.keys(expectedRoles).sort()).toEqual(names)
  expect(
    Object.entries(router)
      .flatMap(([room, inRoom]) => Object.keys(inRoom).map((name) => `${room}.${name}`))
      .sort(),
  ).toEqual(names)
  expect([...everyVerb].map(([name, verb]) => [name, verb.name])).toEqual([...everyVerb].map(([name]) => [name, name]))
})
test("what is audited otherwise than by callVerb is these verbs only", () => {
  const audited = [...everyVerb].flatMap(([name, { audit }]) => (audit === undefined ? [] : [`${name} ${audit}`]))
  expect(audited).toEqual([
    // As the login of the browser: what was typed as the name may be a password.
    "token.login none",
    "service.bootDisable job",
    "plan.make none",
    "plan.node none",
    "plan.power none",
    "plan.lock none",
    "plan.domain none",
    "plan.definition none",
    "plan.balancer none",
    "plan.handOver none",
    "plan.drain none",
    "plan.weights none",
    "plan.realServer none",
    "plan.doctorFix none",
    "plan.apply job",
    "balancer.read none",
    "balancer.look none",
    "fence.apply job",
    "conf.preview none",
  ])
})

describe.each(Object.entries(expectedRoles))("%s asks for %s", (name, required) => {
  const verb = everyVerb.get(name)
  const isAllowed = (role: Role | undefined) => mayAct(role, required as RequiredRole)
  test.each([undefined, ...roles].filter((role) => !isAllowed(role)))(
    "%s is refused, which is on record, and nothing else is written",
    async (role) => {
      const { status, rows } = await call(name, role)
      expect(status).toBe(role === undefined ? 401 : 403)
      expect(rows).toMatchObject([{ verb: name, userName: role ?? "", through: "panel", outcome: "refused", endedAt: expect.any(Date) }])
      expect(writes).toEqual(["Audit.create refused"])
    },
  )
  test.each([undefined, ...roles].filter(isAllowed))("%s is let in, and the record is kept", async (role) => {
    const { status, rows } = await call(name, role)
    expect(name === "plan.apply" ? [200] : [200, 404, 409]).toContain(status)
    if (verb?.kind === "query") expect([rows, writes]).toEqual([[], []])
    else if (verb?.audit === undefined) {
      expect(rows).toMatchObject([{ verb: name, userName: role, outcome: status === 200 ? "done" : "refused", endedAt: expect.any(Date) }])
      expect([writes.at(0), writes.at(-1)]).toEqual(["Audit.create pending", `Audit.update ${rows[0]?.outcome}`])
    } else if (verb.audit === "job" && status === 200) {
      expect(rows).toMatchObject([{ verb: name, userName: role, jobId: expect.any(String) }])
      expect(writes).toContain("Audit.create pending")
      await w.jobIs(rows[0]?.jobId ?? "", "succeeded")
      expect(await w.db.audit.findFirst({ where: { id: rows[0]?.id ?? 0 } })).toMatchObject({ outcome: "done", endedAt: expect.any(Date) })
      await w.serviceIs("named", "started", "h2")
    } else expect(rows.map(({ outcome }) => outcome)).toEqual(leftBy(name, verb.audit))
  })
})

describe("the record of a command", () => {
  const command = (run: (ctx: Ctx) => Promise<unknown>) =>
    defineVerb({ name: "test.act", kind: "command", role: "operator", input: z.object({}), run })
  const outcomeOf = async (run: (ctx: Ctx) => Promise<unknown>) => {
    await callVerb(command(run), w.ctxAs("operator"), {}).catch(() => undefined)
    return (await w.db.audit.findFirstOrThrow({ orderBy: { id: "desc" }, where: { verb: "test.act" } })).outcome
  }
  test("stands before the command acts", async () => {
    const seen: string[] = []
    await outcomeOf(async ({ db }) =>
      seen.push(...(await db.audit.findMany({ where: { verb: "test.act" } })).map(({ outcome }) => outcome)),
    )
    expect(seen).toEqual(["pending"])
  })
  test("says how it ended: done, refused or failed", async () => {
    expect(await outcomeOf(async () => undefined)).toBe("done")
    expect(await outcomeOf(() => Promise.reject(new Refused(409, [])))).toBe("refused")
    expect(await outcomeOf(() => Promise.reject(new Error("broken")))).toBe("failed")
  })
  test("a command whose record cannot be written does not act", async () => {
    let hasActed = false
    const { db, ...ctx } = w.ctxAs("operator")
    const full = { ...db, audit: { create: () => Promise.reject(new Error("disk full")) } } as unknown as Db // only this one is asked for
    const verb = command(async () => {
      hasActed = true
    })
    await expect(callVerb(verb, { ...ctx, db: full }, {})).rejects.toThrow("disk full")
    expect(hasActed).toBe(false)
  })
  test("is unknown, never lost, when the panel ended in between", async () => {
    const { id } = await w.db.audit.create({
      data: { userName: "ann", through: "panel", verb: "test.crash", input: {}, outcome: "pending" },
    })
    await w.restart()
    expect(await w.db.audit.findUnique({ where: { id } })).toMatchObject({ outcome: "unknown" })
  })
})

test("a secret is nowhere in the database's bytes, in events, jobs, answers or errors", async () => {
  const CANARY = "kanarienvogel-7f3a91"
  const told: unknown[] = []
  const unsubscribe = w.engine().bus.subscribe((event) => told.push(event))
  const ask = (name: string, ctx: Ctx, input: unknown) =>
    callByName(ctx, name, input).catch((e: ORPCError<string, unknown>) => void told.push(e.message, e.data))
  const { id } = await w.db.user.create({ data: { name: "canary", role: "admin", passwordHash: await hashPassword(CANARY) } })
  const canary: Ctx = { ...w.ctxAs("admin"), user: { id, name: "canary", role: "admin" } }
  for (const role of [undefined, "viewer", "admin"] as const) {
    const ctx = w.ctxAs(role)
    await ask("user.create", ctx, { name: "bird", role: "viewer", password: CANARY })
    await ask("user.setPassword", ctx, { current: CANARY, next: `${CANARY}-2` })
    await ask("node.prepare", ctx, { ...Object(sampleOf("node.prepare", { cluster: w.clusterId })), password: CANARY })
    for (const name of ["password", "passwd", "api_key", "apikey", "db_secret", "auth_token"]) {
      const params = { class: "ocf", provider: "heartbeat", agent: "Dummy", params: { [name]: CANARY } }
      const service = {
        name: "bird",
        domain: null,
        isExclusive: false,
        autostart: false,
        resources: [{ name: "bird", driver: "ocf", params }],
      }
      await ask("service.save", ctx, { clusterId: w.clusterId, was: null, service })
    }
  }
  await ask("user.setPassword", canary, { current: CANARY, next: `${CANARY}-2` })
  await ask("user.setPassword", canary, { current: "wrong", next: `${CANARY}-3` })
  const entrance = await login(w.ctxAs(undefined), { name: "canary", password: `${CANARY}-2` }, { address: "::1", agent: "" })
  await login(w.ctxAs(undefined), { name: "canary", password: CANARY }, { address: "::1", agent: "" })
  unsubscribe()
  // What is no secret stays readable: the record of a node says which host key was pinned.
  expect(await w.db.audit.findFirst({ where: { verb: "node.add" } })).toMatchObject({
    input: { hostKey: expect.stringContaining("ssh-ed25519") },
  })
  expect(entrance.ok && (await w.db.user.count({ where: { name: "bird" } }))).toBe(1)
  const secrets = [CANARY, entrance.ok ? entrance.token : ""]
  const [{ file = "" } = {}] = await w.db.$queryRawUnsafe<{ file: string }[]>("PRAGMA database_list")
  const files = readdirSync(dirname(file)).filter((name) => name.startsWith(basename(file)))
  expect(files.length).toBeGreaterThan(0)
  for (const text of secrets) {
    expect(files.filter((name) => readFileSync(join(dirname(file), name)).includes(text))).toEqual([])
    expect(JSON.stringify([told, w.errors.map(String), w.cluster.executed])).not.toContain(text)
  }
})
