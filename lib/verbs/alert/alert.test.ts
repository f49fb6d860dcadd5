import { readdirSync, readFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { ORPCError } from "@orpc/server"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { httpServer } from "../../alerts/servers.fixture"
import { refusalOf } from "../../client/api"
import type { EmailInput, WebhookInput } from "../../domain/alert-channel"
import { startWorld, type World } from "../../server/world.fixture"

const SECRET = "kanarienvogel-31be77"
let w: World
let hook: Awaited<ReturnType<typeof httpServer>>
beforeAll(async () => {
  w = await startWorld({ services: false })
  hook = await httpServer()
})
afterEach(async () => {
  await w.db.alertRule.deleteMany()
  await w.db.alertChannel.deleteMany()
  expect(w.errors).toEqual([])
})
afterAll(async () => {
  await w.stop()
  await hook.close()
})
const webhook = (over: Partial<WebhookInput> = {}): WebhookInput => ({
  ...{ name: "ops", language: "en", allowPrivate: true, url: hook.url, header: "X-Key" },
  ...over,
})
const email = (over: Partial<EmailInput> = {}): EmailInput => ({
  ...{ name: "mail", language: "ja", allowPrivate: false, host: "mail.example.net", port: 587, security: "starttls", user: "moyai" },
  ...{ from: "moyai@example.net", to: ["ann@example.net"] },
  ...over,
})
/** "field code" of each report that it was refused with. */
async function refusals(act: Promise<unknown>): Promise<readonly string[]> {
  const error = await act.then(
    () => undefined,
    (e: unknown) => e,
  )
  expect(error).toBeInstanceOf(ORPCError)
  return (refusalOf(error)?.reports ?? []).map(({ field, code, params }) => `${field} ${code === "invalid" ? params.detail : code}`)
}

describe("a channel's secret", () => {
  test("is nowhere in the database's bytes, the audit, answers or events; the receiver alone gets it", async () => {
    const told: unknown[] = []
    const unsubscribe = w.engine().bus.subscribe((event) => told.push(event))
    told.push(await w.admin.alert.saveWebhook({ was: null, channel: webhook(), secret: SECRET }))
    told.push(await w.admin.alert.saveEmail({ was: null, channel: email(), password: SECRET }))
    told.push(
      await w
        .as("viewer")
        .alert.saveWebhook({ was: null, channel: webhook(), secret: SECRET })
        .catch((e: unknown) => e),
    )
    told.push(await w.admin.alert.testChannel({ name: "ops" }))
    told.push(await w.admin.alert.channels({}), await w.admin.audit.list({}))
    unsubscribe()
    expect(hook.asked.at(-1)?.headers["x-key"]).toBe(SECRET)
    expect(await w.admin.alert.channels({})).toMatchObject([
      { name: "mail", hasSecret: true, last: null },
      { name: "ops", hasSecret: true, last: { ok: true } },
    ])
    expect(JSON.stringify(told)).not.toContain(SECRET)
    const [{ file = "" } = {}] = await w.db.$queryRawUnsafe<{ file: string }[]>("PRAGMA database_list")
    const files = readdirSync(dirname(file)).filter((name) => name.startsWith(basename(file)))
    expect(files.filter((name) => readFileSync(join(dirname(file), name)).includes(SECRET))).toEqual([])
  })
  test("stays when it is left out, and goes when it is taken away", async () => {
    await w.admin.alert.saveWebhook({ was: null, channel: webhook(), secret: SECRET })
    await w.admin.alert.saveWebhook({ was: "ops", channel: webhook({ name: "renamed", language: "ja" }) })
    await w.admin.alert.testChannel({ name: "renamed" })
    expect(hook.asked.at(-1)?.headers["x-key"]).toBe(SECRET)
    await w.admin.alert.saveWebhook({ was: "renamed", channel: webhook(), secret: null })
    await w.admin.alert.testChannel({ name: "ops" })
    expect(hook.asked.at(-1)?.headers["x-key"]).toBeUndefined()
  })
  test("is given again when it would go elsewhere", async () => {
    await w.admin.alert.saveWebhook({ was: null, channel: webhook(), secret: SECRET })
    await w.admin.alert.saveEmail({ was: null, channel: email(), password: SECRET })
    for (const over of [{ url: "https://elsewhere.example/" }, { header: "X-Other" }, { url: hook.url.replace("http:", "https:") }])
      expect(await refusals(w.admin.alert.saveWebhook({ was: "ops", channel: webhook(over) }))).toEqual(["secret secretAgain"])
    for (const over of [{ host: "elsewhere.example" }, { port: 25 }, { user: "other" }, { security: "none" as const }])
      expect(await refusals(w.admin.alert.saveEmail({ was: "mail", channel: email(over) }))).toEqual(["password secretAgain"])
    expect(await refusals(w.admin.alert.saveEmail({ was: "ops", channel: email({ name: "ops" }) }))).toEqual(["password secretAgain"])
  })
})
describe("a channel's form", () => {
  test.each([
    ...[
      "ftp://example.net/",
      "file:///etc/passwd",
      "http://user:pass@example.net/",
      "javascript:alert(1)",
      "http://",
      "http://a b/",
      "gopher://x/",
    ],
    ...["https://example.net/\r\nX: y", " https://example.net/"],
  ])("refuses the URL %j where it stands", async (url) =>
    expect(await refusals(w.admin.alert.saveWebhook({ was: null, channel: webhook({ url }) }))).toContain("channel.url webhookUrl"),
  )
  test.each(["Host", "Content-Length", "Transfer-Encoding", "X Key", "X-Key:", "", "X\r\nY"])("refuses the header %j", async (header) =>
    expect(await refusals(w.admin.alert.saveWebhook({ was: null, channel: webhook({ header }) }))).toContain("channel.header headerName"),
  )
  test("refuses a name that is taken, and one that is used is not removed", async () => {
    await w.admin.alert.saveWebhook({ was: null, channel: webhook() })
    expect(await refusals(w.admin.alert.saveEmail({ was: null, channel: email({ name: "ops" }) }))).toEqual(["channel.name nameTaken"])
    const { clusterId } = w
    await w.admin.alert.saveRules({ clusterId, rules: [{ kind: "quorumAtRisk", afterMs: 1_000, channels: ["ops"] }] })
    expect(await refusals(w.admin.alert.removeChannel({ name: "ops" }))).toEqual(["undefined inUse"])
    await w.admin.alert.saveRules({ clusterId, rules: [] })
    await w.admin.alert.removeChannel({ name: "ops" })
    expect(await w.admin.alert.channels({})).toEqual([])
  })
})
describe("rules", () => {
  test("are kept in their order, and viewers see them", async () => {
    await w.admin.alert.saveWebhook({ was: null, channel: webhook() })
    const rules = (["serviceFailed", "nodeLost", "nodeLost"] as const).map((kind, i) => ({ kind, afterMs: i * 1_000, channels: ["ops"] }))
    await w.admin.alert.saveRules({ clusterId: w.clusterId, rules })
    expect(await w.as("viewer").alert.rules({ clusterId: w.clusterId })).toEqual({ rules, canLink: false })
  })
  test("with a time that is none, without a channel, or with one that is not there are refused where they stand, and nothing is saved", async () => {
    await w.admin.alert.saveWebhook({ was: null, channel: webhook() })
    const good = { kind: "nodeLost" as const, afterMs: 0, channels: ["ops"] }
    const save = (over: object) => refusals(w.admin.alert.saveRules({ clusterId: w.clusterId, rules: [good, { ...good, ...over }] }))
    expect(await save({ afterMs: -1 })).toEqual(["rules.1.afterMs alertAfter"])
    expect(await save({ channels: [] })).toEqual(["rules.1.channels channelMissing"])
    expect(await save({ channels: ["ops", "nobodys"] })).toEqual(["rules.1.channels notFound"])
    expect((await w.admin.alert.rules({ clusterId: w.clusterId })).rules).toEqual([])
  })
})
test("a node that is lost is told once by a whole panel, across its death, and once that it is back", async () => {
  const said = () => hook.asked.map(({ body }) => JSON.parse(body)).filter(({ kind }) => kind === "nodeLost")
  await w.admin.alert.saveWebhook({ was: null, channel: webhook() })
  await w.admin.alert.saveRules({ clusterId: w.clusterId, rules: [{ kind: "nodeLost", afterMs: 2_000, channels: ["ops"] }] })
  w.cluster.cable("h3", false)
  const isWrittenDown = async () => (await w.as("viewer").alert.sent({ clusterId: w.clusterId })).every((s) => s.state === "delivered")
  await w.until("told", async () => said().length === 1)
  // What was received and not yet written down is told again: twice is better than never.
  await w.until("written down", isWrittenDown)
  await w.kill()
  await w.until("looked at again", async () =>
    (await w.admin.overview.get({ clusterId: w.clusterId })).nodes.some((n) => n.state === "online"),
  )
  w.cluster.cable("h3", true)
  await w.until("told that it is over", async () => said().length > 1)
  expect(said().map(({ phase, subject }) => `${phase} ${subject}`)).toEqual(["began h3", "over h3"])
  await w.until("written down", isWrittenDown)
})
