import { randomBytes } from "node:crypto"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { sealerOf } from "../auth/seal"
import { type Db, openDatabase } from "../db/client"
import { type ClusterDefinition, loadClusters } from "../db/definitions"
import { migrate } from "../db/migrate"
import type { ServiceState } from "../domain/service"
import type { NodeState } from "../domain/views"
import { virtualClock } from "../sim/clock"
import { createAlerts } from "./alerts"
import { createSender } from "./send"
import { httpServer, smtpServer } from "./servers.fixture"

const SECRET = "kanarienvogel-5c1d"
const START_MS = 1_700_000_000_000
const HOUR_MS = 3_600_000
let dir = ""
let db: Db
let hook: Awaited<ReturnType<typeof httpServer>>
/** What the hook answers with. */
let status = 204
let clusterId = ""
const errors: unknown[] = []
const sealer = sealerOf(randomBytes(32))
/** Conversations with real servers go on while the virtual clock waits. */
let open = 0
const send = createSender(sealer)
const clock = virtualClock(START_MS, () => open > 0)
let panel: ReturnType<typeof start> | undefined

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "moyai-alerts-"))
  await migrate(join(dir, "moyai.db"))
  db = await openDatabase(join(dir, "moyai.db"))
  await db.$queryRawUnsafe("PRAGMA synchronous=OFF")
  status = 204
  hook = await httpServer((response) => void response.writeHead(status).end())
  const nodes = ["h1", "h2", "h3"].map((name) => ({ name, host: name, user: "root", hostKey: "" }))
  const made = await db.cluster.create({
    data: {
      ...{ name: "zigsow", publicKey: "", privateKeySealed: "" },
      nodes: { create: nodes },
      services: { create: [{ name: "httpd" }] },
    },
  })
  clusterId = made.id
  for (const name of ["h1", "h2", "h3"]) await node(name, "online")
  await service("started")
})
afterEach(async () => {
  await panel?.stop()
  panel = undefined
  await db.$disconnect()
  await hook.close()
  rmSync(dir, { recursive: true })
  expect(errors.splice(0)).toEqual([])
})

/** As the keeper writes it. */
async function node(name: string, state: NodeState, reason: string | null = "noAnswer") {
  const { id } = await db.node.findUniqueOrThrow({ where: { clusterId_name: { clusterId, name } } })
  const data = { state, since: new Date(clock.nowMs()), ...(reason === null ? {} : { reason: { code: reason, params: {} } }) }
  await db.nodeStatus.upsert({ where: { nodeId: id }, create: { nodeId: id, ...data }, update: data })
}
async function service(state: ServiceState) {
  const { id } = await db.service.findUniqueOrThrow({ where: { clusterId_name: { clusterId, name: "httpd" } } })
  const data = { state, since: new Date(clock.nowMs()) }
  await db.serviceStatus.upsert({ where: { serviceId: id }, create: { serviceId: id, ...data }, update: data })
}
function start() {
  const held: { clusters: readonly ClusterDefinition[] } = { clusters: [] }
  const alerts = createAlerts({
    send: async (...message) => {
      open += 1
      return send(...message).finally(() => {
        open -= 1
      })
    },
    ...{ db, clock, sealer, publicUrl: "https://moyai.example.net", onError: (error: unknown) => void errors.push(error) },
    keeper: () => ({ clusters: () => held.clusters }),
  })
  const look = async () => {
    held.clusters = await loadClusters(db)
  }
  return { alerts, look, stop: alerts.stop }
}
async function run() {
  panel = start()
  await panel.look()
  panel.alerts.start()
}
/** Lets time pass, with what is on its way to a real server arriving in between. */
async function pass(ms: number) {
  await panel?.look()
  await clock.advance(ms)
}
async function webhook(name = "ops") {
  const settings = { language: "en", allowPrivate: true, url: hook.url, header: "X-Key" }
  const secretSealed = start().alerts.sealed(name, SECRET)
  await db.alertChannel.create({ data: { id: name, name, kind: "webhook", settings, secretSealed } })
}
const rule = (kind: string, afterMs: number, ...channels: string[]) =>
  db.alertRule.create({ data: { clusterId, kind, afterMs, channels: { connect: channels.map((id) => ({ id })) } } })
const said = () => hook.asked.map(({ body }) => JSON.parse(body)).map(({ kind, phase, subject }) => `${kind} ${phase} ${subject}`.trim())
const rows = async () =>
  (await db.alertSent.findMany({ orderBy: { createdAt: "asc" } })).map(
    ({ phase, subject, channelName, state, attempts }) => `${phase} ${subject} ${channelName} ${state} ${attempts}`,
  )

describe("a node that is lost", () => {
  beforeEach(async () => {
    await webhook()
    await rule("nodeLost", 30_000, "ops")
    await run()
  })
  test("is told after the rule's time, once, and once that it is over", async () => {
    await node("h3", "lost")
    await pass(29_000)
    expect(said()).toEqual([])
    await pass(2_000)
    expect(said()).toEqual(["nodeLost began h3"])
    expect(hook.asked[0]?.headers["x-key"]).toBe(SECRET)
    expect(JSON.parse(hook.asked[0]?.body ?? "")).toMatchObject({
      cluster: "zigsow",
      link: `https://moyai.example.net/c/${clusterId}/nodes/h3?open=confirm`,
    })
    await pass(HOUR_MS / 10)
    await node("h3", "online")
    await pass(2_000)
    await pass(HOUR_MS / 10)
    expect(said()).toEqual(["nodeLost began h3", "nodeLost over h3"])
    await node("h3", "lost")
    await pass(32_000)
    expect(said()).toEqual(["nodeLost began h3", "nodeLost over h3", "nodeLost began h3"])
  })
  test("that is back before the rule's time is told to nobody", async () => {
    await node("h3", "lost")
    await pass(29_000)
    await node("h3", "online")
    await pass(60_000)
    expect([said(), await rows()]).toEqual([[], []])
  })
  test("is told once across a restart of the panel, while its nodes are not asked yet too; that it is over is told by the next panel", async () => {
    await node("h3", "lost")
    await pass(32_000)
    await panel?.stop()
    await node("h1", "unreachable", null)
    await node("h3", "unreachable", null)
    await run()
    await pass(60_000)
    await node("h1", "online")
    await node("h3", "lost")
    await pass(120_000)
    expect(said()).toEqual(["nodeLost began h3"])
    await panel?.stop()
    await node("h3", "fenced")
    await run()
    await pass(2_000)
    expect(said()).toEqual(["nodeLost began h3", "nodeLost over h3"])
  })
  test("that was to be told when the panel died is told by the next one", async () => {
    status = 500
    await node("h3", "lost")
    await pass(32_000)
    await panel?.stop()
    status = 204
    await run()
    await pass(60_000)
    expect(await rows()).toEqual(["began h3 ops delivered 2"])
    // A receiver can tell that it is the same.
    expect(new Set(hook.asked.map(({ body }) => JSON.parse(body).id)).size).toBe(1)
  })
})
describe("a delivery that fails", () => {
  beforeEach(async () => {
    await webhook()
    await rule("serviceFailed", 0, "ops")
    await run()
    status = 503
    await service("failed")
  })
  test("is tried again after 30 s, 2 min, 10 min, then hourly, and its state can be seen", async () => {
    await pass(2_000)
    expect(await db.alertSent.findFirst()).toMatchObject({
      state: "waiting",
      attempts: 1,
      detail: { code: "status", params: { status: "503" } },
    })
    expect(await db.alertChannel.findFirst()).toMatchObject({ lastOk: false, lastDetail: { code: "status" } })
    await pass(27_000)
    expect(hook.asked).toHaveLength(1)
    await pass(4_000)
    expect(hook.asked).toHaveLength(2)
    await pass(121_000)
    expect(hook.asked).toHaveLength(3)
    await pass(602_000)
    expect(hook.asked).toHaveLength(4)
    await pass(HOUR_MS - 10_000)
    expect(hook.asked).toHaveLength(4)
    status = 200
    await pass(12_000)
    expect([hook.asked.length, await rows()]).toEqual([5, ["began httpd ops delivered 5"]])
    expect(await db.alertChannel.findFirst()).toMatchObject({ lastOk: true })
  })
  test("holds its `over` back until it has arrived", async () => {
    await pass(2_000)
    await service("started")
    await pass(10_000)
    expect(await rows()).toEqual(["began httpd ops waiting 1", "over httpd ops waiting 0"])
    status = 200
    await pass(30_000)
    expect(await rows()).toEqual(["began httpd ops delivered 2", "over httpd ops delivered 1"])
    expect(said()).toEqual(["serviceFailed began httpd", "serviceFailed began httpd", "serviceFailed over httpd"])
  })
  test("for a day is given up, and nobody hears that it is over who did not hear that it began", async () => {
    await pass(2_000)
    const dayAgo = { createdAt: new Date(clock.nowMs() - 24 * HOUR_MS) }
    await service("started")
    await pass(3_000)
    await db.alertSent.updateMany({ where: { phase: "began" }, data: dayAgo })
    await pass(35_000)
    expect(await rows()).toEqual(["began httpd ops givenUp 2", "over httpd ops dropped 0"])
    await service("failed")
    await pass(3_000)
    await db.alertSent.updateMany({ where: { state: "waiting" }, data: dayAgo })
    await pass(35_000)
    await service("started")
    await pass(3_000)
    expect((await rows()).toSorted()).toEqual(["began httpd ops givenUp 2", "began httpd ops givenUp 2", "over httpd ops dropped 0"])
    expect(said()).toEqual(Array(4).fill("serviceFailed began httpd"))
  })
  test("to a channel that is removed ends", async () => {
    await pass(2_000)
    await db.alertChannel.deleteMany()
    await pass(40_000)
    expect(await db.alertSent.findMany()).toMatchObject([
      { channelId: null, channelName: "ops", state: "givenUp", detail: { code: "channelGone" } },
    ])
  })
  test("to one channel holds up no other", async () => {
    const mail = await smtpServer()
    const settings = {
      language: "ja",
      allowPrivate: true,
      host: "127.0.0.1",
      port: mail.port,
      security: "none",
      user: "",
      from: "a@b",
      to: ["c@d"],
    }
    await db.alertChannel.create({ data: { id: "mail", name: "mail", kind: "email", settings } })
    await rule("serviceFailed", 0, "mail")
    await pass(3_000)
    expect((await rows()).toSorted()).toEqual(["began httpd mail delivered 1", "began httpd ops waiting 1"])
    expect(mail.mails).toHaveLength(1)
    await mail.close()
  })
})
test("a fence device's failed test and the majority at risk are told with the page where something can be done", async () => {
  await webhook()
  await rule("deviceTestFailed", 0, "ops")
  await rule("quorumAtRisk", 0, "ops")
  const device = await db.fenceDevice.create({ data: { clusterId, name: "ipmi", agent: "fence_ipmilan", params: {} } })
  const h1 = await db.node.findFirstOrThrow({ where: { name: "h1" } })
  const method = { nodeId: h1.id, level: 0, position: 0, deviceId: device.id, params: {} }
  await db.fenceMethod.create({ data: { ...method, tested: "error", testedAt: new Date(clock.nowMs()) } })
  await node("h3", "unreachable")
  await run()
  await pass(2_000)
  expect(hook.asked.map(({ body }) => JSON.parse(body)).map(({ subject, link }) => `${subject} ${link}`)).toEqual([
    `h1/ipmi https://moyai.example.net/c/${clusterId}/fencing/nodes/h1`,
    ` https://moyai.example.net/c/${clusterId}`,
  ])
  await db.fenceMethod.updateMany({ data: { tested: "on" } })
  await pass(2_000)
  expect(said()).toEqual(["deviceTestFailed began h1/ipmi", "quorumAtRisk began", "deviceTestFailed over h1/ipmi"])
})
describe("a channel", () => {
  test("is tested at once, and how that went is kept", async () => {
    await webhook()
    const { alerts } = start()
    expect(await alerts.test("ops")).toEqual({ ok: true, detail: { code: "delivered", params: {} } })
    status = 401
    expect(await alerts.test("ops")).toEqual({ ok: false, detail: { code: "status", params: { status: "401" } } })
    expect(await alerts.test("nobodys")).toBeUndefined()
    expect(hook.asked.map(({ body }) => JSON.parse(body))).toMatchObject([{ kind: "test" }, { kind: "test" }])
    expect(await db.alertChannel.findFirst()).toMatchObject({ lastOk: false, lastDetail: { code: "status" } })
  })
  test("keeps its secret sealed: not in the database's bytes, and opened for no other channel", async () => {
    await webhook()
    await webhook("other")
    await db.$queryRawUnsafe("PRAGMA wal_checkpoint")
    const files = readdirSync(dir)
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) expect(readFileSync(join(dir, file)).includes(SECRET), file).toBe(false)
    const { secretSealed } = await db.alertChannel.findUniqueOrThrow({ where: { id: "ops" } })
    await db.alertChannel.update({ where: { id: "other" }, data: { secretSealed } })
    expect(await start().alerts.test("other")).toEqual({ ok: false, detail: { code: "secretLost", params: {} } })
    expect(hook.asked).toEqual([])
  })
})
