import { ORPCError } from "@orpc/server"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { z } from "zod"
import { hashPassword } from "../auth/password"
import { balancerSchema } from "../domain/balancer"
import type { DemoControl } from "../engine"
import { startWorld, type World } from "../server/world.fixture"
import { demoDomains, demoServices } from "../sim/demo"
import { callByName, everyVerb, sampleOf } from "./called.fixture"
import type { Ctx } from "./context"

const hostile: Readonly<Record<string, string>> = {
  semicolon: "a;id",
  substitution: "$(id)",
  backtick: "`id`",
  newline: "a\nid",
  nul: "a\0id",
  option: "-oProxyCommand=x",
  quotes: "‘a’ “b” ＇;id＇ '\"",
  path: "../../etc/passwd",
  markup: "<img src=x onerror=1>",
  proto: "__proto__",
  // Not hostile by its letters: a name that every object answers to.
  inherited: "constructor",
  long: "x".repeat(100_000),
  empty: "",
}
/** Fields for any words: a person's reason, a password, an agent's parameter. All others take names, which hold nothing of a shell's, a path's or a page's. */
const FREE = [
  "token.login password",
  "token.create password",
  "user.create password",
  "user.setPassword next",
  "plan.apply why",
  "service.save service.resources.*.params.params.state",
  "plan.definition definition.resources.*.params.params.state",
  "resource.save resource.params.params.state",
  "node.confirmOff saw",
  "node.confirmOff override",
  "node.confirmOff password",
  "node.confirmSecond password",
  // By stdin, a line each: no word of them reaches a command.
  "fence.saveDevice device.params.ip",
  "fence.saveDevice secrets.password",
  "fence.saveNode fencing.levels.*.*.params.plug",
  "fence.apply password",
  "fence.apply why",
  "alert.saveWebhook secret",
  "alert.saveEmail password",
]
const IN_MODEL = /^(?:plan\.balancer balancer\.|balancer\.tryCheck )model\./
const isName = (text: string) => /^\w*$/.test(text)
const HASHED = /password$|secret$|current$|next$/

type Path = readonly (string | number)[]
/** Where a schema takes a string: "service.resources.*.name"; "…~" where it takes any JSON. */
function stringPaths(schema: unknown, path = ""): readonly string[] {
  // A file's worth of words, of which nothing is a name: that they stay data is for the drivers' own tests.
  if (schema === balancerSchema) return [`${path}~`]
  const below = (inner: unknown, key: string) => stringPaths(inner, path === "" ? key : `${path}.${key}`)
  if (schema instanceof z.ZodObject) return Object.entries(schema.shape).flatMap(([key, inner]) => below(inner, key))
  if (schema instanceof z.ZodArray) return below(schema.element, "*")
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return stringPaths(schema.unwrap(), path)
  if (schema instanceof z.ZodLazy || schema instanceof z.ZodRecord) return [`${path}~`]
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => stringPaths(option, path))
  if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat || schema instanceof z.ZodEnum) return [path]
  if (schema instanceof z.ZodNumber || schema instanceof z.ZodBoolean || schema instanceof z.ZodLiteral) return []
  throw new Error(`${path}: a schema that this test cannot walk: ${Object(schema).constructor.name}`)
}
/** Every string of a value with the way to it. */
function leaves(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value === "string") return [path]
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, Array.isArray(value) ? Number(key) : key]))
}
const nameOf = (path: Path) => path.map((key) => (typeof key === "number" ? "*" : key)).join(".")
function withLeaf(value: unknown, [key, ...rest]: Path, leaf: string): unknown {
  if (key === undefined) return leaf
  if (Array.isArray(value)) return value.map((inner, i) => (i === key ? withLeaf(inner, rest, leaf) : inner))
  return Object.fromEntries(Object.entries(Object(value)).map(([k, inner]) => [k, k === key ? withLeaf(inner, rest, leaf) : inner]))
}

let w: World
let ctx: Ctx
/** A cluster without nodes, for the ones that are added. */
let spareId = ""
/** Every command that reached a pretend node, word by word. */
const arrived: (readonly string[])[] = []
beforeAll(async () => {
  w = await startWorld()
  spareId = (await w.admin.cluster.create({ name: "spare" })).id
  // Any name is a machine: a node that is added must be somewhere.
  const { nodeOf } = w.cluster
  Object.assign(w.cluster, { nodeOf: (name: string) => nodeOf(["h1", "h2", "h3"].includes(name) ? name : "h1") })
  w.cluster.setFaults((_, { argv }) => void arrived.push(argv))
  const { id } = await w.db.user.create({ data: { name: "ann", role: "admin", passwordHash: await hashPassword("correct horse battery") } })
  const nodes = () =>
    w.cluster.nodes().map(({ name, isOn, isPlugged, units }) => ({ name, isOn: isOn(), isPlugged: isPlugged(), units: units() }))
  const demo: DemoControl = {
    nodes,
    power: () => undefined,
    cable: () => undefined,
    stopUnit: (node, unit) => nodes().some((n) => n.name === node && n.units.some(({ name }) => name === unit)),
  }
  const asAdmin = w.ctxAs("admin")
  ctx = { ...asAdmin, engine: { ...asAdmin.engine, demo }, user: { id, name: "ann", role: "admin" } }
  await w.db.fenceDevice.create({ data: { clusterId: w.clusterId, name: "pdu", agent: "fence_sim", params: { ip: "pdu" } } })
  await Promise.all([w.serviceIs("httpd", "started", "h1"), w.serviceIs("named", "started", "h2"), w.serviceIs("mail", "started", "h3")])
})
afterAll(async () => {
  expect(w.cluster.violations).toEqual([])
  await w.stop()
})
afterEach(() => expect(w.errors).toEqual([]))

/** Takes away what an accepted input left, so that the next one meets the same world. */
async function reset() {
  const { db, clusterId } = w
  const passwordHash = (await db.user.findUniqueOrThrow({ where: { id: ctx.user?.id ?? "" } })).passwordHash
  if (passwordHash !== resetHash) await db.user.update({ where: { id: ctx.user?.id ?? "" }, data: { passwordHash: resetHash } })
  await db.service.deleteMany({ where: { name: { notIn: demoServices.map(({ name }) => name) } } })
  await db.sharedResource.deleteMany()
  await db.rolling.deleteMany()
  await db.alertChannel.deleteMany()
  await db.fenceMethod.deleteMany()
  await db.fenceDevice.deleteMany({ where: { name: { not: "pdu" } } })
  await db.user.deleteMany({ where: { name: { not: "ann" } } })
  await db.cluster.deleteMany({ where: { id: { notIn: [clusterId, spareId] } } })
  await db.node.deleteMany({ where: { clusterId: spareId } })
  for (const domain of demoDomains) {
    const row = await db.failoverDomain.findFirst({
      where: { services: { some: { name: demoServices.find((s) => s.domain === domain.name)?.name ?? "" } } },
    })
    if (row && row.name !== domain.name) await db.failoverDomain.update({ where: { id: row.id }, data: { name: domain.name } })
  }
  await w.engine().keeper.redefined()
}
let resetHash = ""
beforeAll(async () => {
  resetHash = (await w.db.user.findUniqueOrThrow({ where: { name: "ann" } })).passwordHash
})
/** The sample with the ids of this world; what is saved here is new, so that nothing refuses it but its words. */
async function inputFor(name: string): Promise<unknown> {
  // Each wrong password here would slow down the next one.
  if (name.startsWith("token.")) await w.db.loginThrottle.deleteMany()
  // A machine that is busy with something else sees the nodes late, and nothing is planned then.
  const restart = () => w.admin.plan.make({ clusterId: w.clusterId, service: "named", action: "restart" }).catch(() => undefined)
  const plan = name === "plan.apply" ? (await w.until("named can be restarted", restart)).id : ""
  const input = sampleOf(name, { cluster: w.clusterId, plan })
  return name === "service.save" || name === "fence.saveDevice"
    ? { ...Object(input), was: null }
    : name === "node.add"
      ? { ...Object(input), clusterId: spareId }
      : input
}
async function outcomeOf(name: string, input: unknown) {
  try {
    return { status: 200, answer: await callByName(ctx, name, input) }
  } catch (error) {
    // Whatever is no answer of ours would be a 500.
    if (!(error instanceof ORPCError))
      throw new Error(`${name} ${JSON.stringify(input).slice(0, 300)}: ${String(error).slice(0, 500)}`, { cause: error })
    return { status: error.status, answer: error.data }
  }
}
/** Whether a table holds the text, whole and unchanged. */
async function isStored(text: string): Promise<boolean> {
  const { db } = w
  const tables = await Promise.all(
    [
      db.user,
      db.cluster,
      db.node,
      db.failoverDomain,
      db.service,
      db.resource,
      db.sharedResource,
      db.job,
      db.planRow,
      db.audit,
      db.alertChannel,
      db.apiToken,
    ].map((table) => (table as typeof db.user).findMany()),
  ) // each has it
  const holds = (value: unknown): boolean =>
    value === text || (typeof value === "object" && value !== null && !(value instanceof Date) && Object.values(value).some(holds))
  return holds(tables)
}

const withStrings = [...everyVerb].filter(
  ([, { input }]) => stringPaths(input instanceof z.ZodOptional ? input.unwrap() : input).length > 0,
)
test("the samples have every string that a schema takes", () => {
  for (const [name, { input }] of everyVerb) {
    const sampled = leaves(sampleOf(name, { cluster: "c", plan: "p" })).map(nameOf)
    const taken = stringPaths(input)
    for (const path of taken)
      expect(
        path.endsWith("~")
          ? sampled.some((leaf) => leaf.startsWith(`${path.slice(0, -1)}.`))
          : sampled.includes(path) || path === "service.was" || path === "was",
        `${name} ${path}`,
      ).toBe(true)
  }
})
test("each sample as it is gets through where the world allows it: refusals below are for the words", async () => {
  const statuses: Record<string, number> = {}
  for (const [name] of withStrings) {
    const { status, answer } = await outcomeOf(name, await inputFor(name))
    statuses[name] = status
    if (name === "plan.apply") await w.jobIs(Object(answer).jobId, "succeeded")
    await reset()
  }
  expect(Object.fromEntries(Object.entries(statuses).filter(([, status]) => status !== 200))).toEqual({
    // Asks for one that is not there.
    ...{ "session.end": 404, "token.revoke": 404, "user.setRole": 404, "user.remove": 404, "node.acceptHostKey": 404 },
    ...{ "job.get": 404, "job.seen": 404, "job.resume": 404, "job.giveUp": 404, "job.endDelays": 404 },
    ...{
      "balancer.get": 404,
      "balancer.live": 404,
      "balancer.history": 404,
      "balancer.changes": 404,
      "balancer.version": 404,
      "balancer.remove": 404,
    },
    ...{ "balancer.connections": 404, "balancer.ignoreDrift": 404, "balancer.takeDrift": 404, "balancer.whoAnswers": 404 },
    ...{ "plan.handOver": 404, "plan.drain": 404, "plan.weights": 404, "plan.doctorFix": 404, "balancer.doctor": 404 },
    // Nothing runs there that could be taken over.
    "balancer.adopt": 409,
    // Asks for one that is in use, or for a machine that does not answer.
    ...{
      "node.remove": 409,
      "domain.remove": 409,
      "service.remove": 409,
      "service.bootDisable": 409,
      "resource.remove": 404,
      "node.confirmOff": 409,
      "node.scan": 409,
      "node.prepare": 409,
      "alert.removeChannel": 404,
      "alert.testChannel": 404,
      "alert.saveRules": 409,
      // The plan is none of power, the node has no device, and nobody waits for a second person.
      "plan.power": 409,
      "fence.apply": 404,
      "fence.test": 409,
      "fence.removeDevice": 404,
      "node.confirmSecond": 404,
    },
  })
})
describe.each(withStrings.map(([name]) => name))("%s", (name) => {
  test.each(Object.entries(hostile))("%s in any field is refused, or kept as exactly that", async (_, text) => {
    for (const path of leaves(sampleOf(name, { cluster: w.clusterId, plan: "p" }))) {
      const input = withLeaf(await inputFor(name), path, text)
      const { status, answer } = await outcomeOf(name, input)
      expect([200, 400, 404, 409], `${name} ${nameOf(path)}`).toContain(status)
      if (status !== 200 || IN_MODEL.test(`${name} ${nameOf(path)}`)) continue
      if (!isName(text)) expect(FREE, `${text.slice(0, 80)} was taken`).toContain(`${name} ${nameOf(path)}`)
      if (!HASHED.test(nameOf(path))) expect(await isStored(text), `${name} ${nameOf(path)} is stored`).toBe(true)
      if (name === "plan.apply") await w.jobIs(Object(answer).jobId, "succeeded")
      await reset()
    }
  })
})

/** With one resource more; what it is called is up to its parameters. */
const saved = (name: string, params: object) =>
  outcomeOf("service.save", {
    clusterId: w.clusterId,
    was: null,
    service: { name, domain: null, isExclusive: false, autostart: false, resources: [{ name, driver: "ocf", params }] },
  })
const run = async (service: string, action: "start" | "disable") => {
  const { id } = await w.admin.plan.make({ clusterId: w.clusterId, service, action })
  await w.jobIs((await w.admin.plan.apply({ planId: id, why: "" })).jobId, "succeeded")
}
describe("an agent's parameter", () => {
  const oneLine = Object.entries(hostile).filter(([, text]) => text.length <= 4_096 && !/\p{Cc}/u.test(text))
  test("arrives at the node as one word, exactly, whatever is in it", async () => {
    expect(oneLine.map(([name]) => name)).toEqual(
      expect.arrayContaining(["semicolon", "substitution", "backtick", "option", "quotes", "path", "markup", "proto"]),
    )
    const params = Object.fromEntries(oneLine)
    expect((await saved("agent", { class: "ocf", provider: "heartbeat", agent: "Dummy", params })).status).toBe(200)
    arrived.length = 0
    w.cluster.executed.length = 0
    await run("agent", "start")
    const starts = arrived.filter((argv) => argv.includes("OCF_RESOURCE_INSTANCE=agent") && argv.at(-1) === "start")
    expect(starts.length).toBeGreaterThan(0)
    for (const argv of starts) expect(argv).toEqual(expect.arrayContaining(oneLine.map(([name, text]) => `OCF_RESKEY_${name}=${text}`)))
    const words = oneLine.map(([name, text]) => `OCF_RESKEY_${name}=${text}`).join(" ")
    expect(w.cluster.executed.filter((line) => line.includes(words) && line.endsWith(" start"))).toHaveLength(1)
    await run("agent", "disable")
    await reset()
  })
  test.each(Object.entries(hostile).filter(([name]) => !oneLine.some(([known]) => known === name)))(
    "of more than a line or a page is refused: %s",
    async (_, text) => {
      expect((await saved("agent", { class: "ocf", provider: "heartbeat", agent: "Dummy", params: { state: text } })).status).toBe(409)
    },
  )
  test.each(["a;id", "$(id)", "a b", "a=b", "a\nb", "", "-x", "LD_PRELOAD=x;"])(
    "named %j is refused: its name is part of an environment variable's",
    async (name) => {
      const params: unknown = JSON.parse(`{ ${JSON.stringify(name)}: "x" }`) // an own "__proto__"
      expect((await saved("agent", { class: "ocf", provider: "heartbeat", agent: "Dummy", params })).status).toBe(409)
    },
  )
})
test("a key __proto__ is kept nowhere and makes nobody anything", async () => {
  const params: unknown = JSON.parse('{ "__proto__": { "isAdmin": "x" }, "state": "y" }') // an own key
  expect((await saved("agent", { class: "ocf", provider: "heartbeat", agent: "Dummy", params })).status).toBe(200)
  expect((await w.db.resource.findFirstOrThrow({ where: { name: "agent" } })).params).toMatchObject({ params: { state: "y" } })
  expect(JSON.stringify(await w.db.resource.findMany())).not.toContain("isAdmin")
  expect(Object.keys(Object.prototype)).toEqual([])
  expect(({} as { isAdmin?: string }).isAdmin).toBeUndefined()
  await reset()
})
test("a service and its resource may be called like what every object has", async () => {
  for (const name of ["constructor", "toString", "hasOwnProperty", "valueOf"]) {
    expect((await saved(name, { class: "ocf", provider: "heartbeat", agent: "Dummy", params: {} })).status, name).toBe(200)
    await run(name, "start")
    await w.serviceIs(name, "started")
    expect(await callByName(ctx, "overview.get", { clusterId: w.clusterId })).toMatchObject({
      services: expect.arrayContaining([expect.objectContaining({ name, status: expect.objectContaining({ state: "started" }) })]),
    })
    await run(name, "disable")
    await reset()
  }
})
test("an input of another shape is refused", async () => {
  for (const [name] of withStrings)
    for (const input of [undefined, null, [], "x", 1, { __proto__: null }, JSON.parse('{"__proto__":{"clusterId":"x"}}')])
      expect((await outcomeOf(name, input)).status, name).toBe(400)
})
