import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { hashPassword, verifyPassword } from "../lib/auth/password"
import { openDatabase } from "../lib/db/client"
import { migrate } from "../lib/db/migrate"
import { PASSWORD, startWorld, type World } from "../lib/server/world.fixture"
import { called } from "./io.fixture"

let w: World
beforeAll(async () => {
  w = await startWorld({ users: true })
  await Promise.all([w.serviceIs("httpd", "started", "h1"), w.serviceIs("named", "started", "h2"), w.serviceIs("mail", "started", "h3")])
  await w.admin.fence.saveDevice({
    ...{ clusterId: w.clusterId, was: null, secrets: {} },
    device: { name: "pdu", agent: "fence_sim", params: { ip: "pdu" }, runsOn: "panel", unfences: false },
  })
  for (const node of ["h1", "h2"])
    await w.admin.fence.saveNode({
      ...{ clusterId: w.clusterId, node },
      fencing: { levels: [[{ device: "pdu", params: { plug: node } }]], delayMs: 0 },
    })
})
afterAll(() => w.stop())
afterEach(() => expect(w.cluster.violations).toEqual([]))
const moyai = (line: string, given: Parameters<typeof called>[1] = {}) => called(line, { panel: w.as("operator"), ...given })
const jobs = () => w.db.job.count()

describe("--plan", () => {
  test.each([
    ["relocate named h3 --plan", ["Relocate named", "systemctl stop -- named.service", "If h3 cannot start named: h1"]],
    ["stop named --plan", ["comes back at the next event"]],
    ["disable named --plan", ["stays off until somebody starts it"]],
    ["freeze named --plan", ["goes on running on h2 unwatched"]],
    ["lock --plan", ["Nothing is started, moved or recovered"]],
    ["maintenance h2 --plan", ["Take h2 out for maintenance", "named moves from h2 to h1"]],
    ["fence h2 --action off --plan", ["Power off h2", "its services are cut off, not stopped"]],
  ])("%s tells steps and consequences, and does nothing", async (line, texts) => {
    const before = await jobs()
    const { exit, out, asked } = await moyai(line)
    for (const text of texts) expect(out).toContain(text)
    expect([exit, asked, await jobs()]).toEqual([0, [], before])
    expect(w.cluster.nodeOf("h2").isOn()).toBe(true)
  })
  test("as JSON is the plan that the screen shows", async () => {
    const { out } = await moyai("restart named --plan --json")
    expect(JSON.parse(out)).toMatchObject({
      subject: { kind: "restart", service: "named" },
      steps: expect.any(Array),
      untouched: ["httpd", "mail"],
    })
  })
})
describe("a confirmation", () => {
  test("is asked for at a terminal, with the plan before it; anything but yes does nothing", async () => {
    const before = await jobs()
    const said = await moyai("restart named", { isTerminal: true, answers: ["n"] })
    expect(said).toMatchObject({
      exit: 3,
      asked: ["Restart named? [y/N] "],
      err: expect.stringContaining("systemctl stop -- named.service"),
    })
    expect(await moyai("restart named", { isTerminal: true })).toMatchObject({ exit: 3 })
    expect(await jobs()).toBe(before)
    expect(await moyai("restart named --wait", { isTerminal: true, answers: ["y"] })).toMatchObject({ exit: 0 })
  })
  test("without a terminal needs --yes", async () => {
    const before = await jobs()
    expect(await moyai("restart named")).toMatchObject({ exit: 2, asked: [], out: "" })
    expect(await moyai("restart named --json", { isTerminal: true })).toMatchObject({ exit: 2, asked: [] })
    expect(await jobs()).toBe(before)
  })
})
describe("--wait", () => {
  test("without it, the job's id is the answer", async () => {
    const { exit, out } = await moyai("restart mail --yes --json")
    expect(exit).toBe(0)
    await w.jobIs(JSON.parse(out).jobId, "succeeded")
  })
  test("ends with 1 when another node had to take it, and says which", async () => {
    w.cluster.troubles.add("h3 start named-ip")
    expect(await moyai("relocate named h3 --yes --wait")).toMatchObject({ exit: 1, err: expect.stringContaining("it went to h1") })
    w.cluster.troubles.clear()
    expect(await moyai("relocate named h2 --yes --wait")).toMatchObject({ exit: 0 })
  })
  test("ends with 5 when the job waits for a person", async () => {
    w.cluster.troubles.add("h2 stop named-ip")
    const said = await moyai("stop named --yes --wait --json")
    expect([said.exit, JSON.parse(said.out).error.code]).toEqual([5, "waiting"])
    w.cluster.troubles.clear()
    await moyai("clusvcadm -d named")
    expect(await moyai("enable named --yes --wait")).toMatchObject({ exit: 0 })
    await w.serviceIs("named", "started", "h2")
  })
})
describe("power", () => {
  const cut = "fence h1 --action off --wait"
  test("is cut only with the node's name typed and the password; --yes is no option there", async () => {
    expect(await moyai(`${cut} --yes`)).toMatchObject({ exit: 2 })
    expect(await moyai(cut, { answers: ["h2", PASSWORD] })).toMatchObject({ exit: 3 })
    expect(await moyai(cut, { answers: ["h1", "wrong password"] })).toMatchObject({ exit: 3, err: expect.stringContaining("wrong") })
    expect(await moyai(cut, { answers: ["h1"] })).toMatchObject({ exit: 2 })
    expect(w.cluster.nodeOf("h1").isOn()).toBe(true)
  })
  test("is asked of every device", async () => {
    expect(await moyai("fence h1 --action status")).toMatchObject({ exit: 0, out: expect.stringMatching(/^h1: on\n/) })
    expect(await moyai("fence h3 --action status")).toMatchObject({ exit: 3 })
  })
  test("of a device that lies is no success: a witness still sees the node", async () => {
    w.cluster.devices.set("pdu", "lies")
    expect(await moyai(cut, { answers: ["h1", PASSWORD] })).toMatchObject({
      exit: 1,
      err: expect.stringContaining("does not count as fenced"),
    })
    expect(await moyai("fence_node h1", { answers: [PASSWORD] })).toMatchObject({ exit: 1, err: "fence h1 failed\n" })
    w.cluster.devices.clear()
    await w.until("h1 counts", async () => (await w.admin.overview.get({ clusterId: w.clusterId })).nodes[0]?.state === "online")
  })
  test("is cut, the services go elsewhere, and the old way switches it on again", async () => {
    const said = await moyai(cut, { answers: ["h1", PASSWORD] })
    expect([said.exit, said.asked]).toEqual([0, ["Type the name of the node, h1: ", "Your password again: "]])
    await w.serviceIs("httpd", "started", "h2")
    expect(await moyai("fence_node -U h1", { answers: [PASSWORD] })).toMatchObject({ exit: 0, out: "unfence h1 success\n" })
    await w.until("h1 counts again", async () => (await w.admin.overview.get({ clusterId: w.clusterId })).nodes[0]?.state === "online")
    expect(await moyai("fence_node h3", { answers: [PASSWORD] })).toMatchObject({
      exit: 1,
      err: expect.stringContaining("no fence device"),
    })
  })
})
describe("a node is confirmed to be off", () => {
  const ack = (answers: readonly string[]) => moyai("fence_ack_manual -n h3", { answers })
  test("never while nobody waits for it, and the word alone is not enough", async () => {
    expect(await ack(["absolutely", "light off", PASSWORD])).toMatchObject({ exit: 1, err: expect.stringContaining("not lost") })
    for (const word of ["yes", "Absolutely", "absolutely "])
      expect(await ack([word, "light off", PASSWORD])).toMatchObject({
        exit: 1,
        out: expect.stringContaining("Aborted."),
        asked: [expect.any(String)],
      })
  })
  test("the word works nowhere else", async () => {
    for (const line of ["confirm h3", "fence h1 --action off", "fence_node h1"])
      expect((await moyai(line, { answers: ["absolutely", "absolutely", "absolutely", "absolutely"] })).exit).not.toBe(0)
    expect(await moyai("restart named", { isTerminal: true, answers: ["absolutely"] })).toMatchObject({ exit: 3 })
  })
  test("not against a witness who still sees it", async () => {
    w.cluster.nodeOf("h3").cutFromPanel(true)
    await w.until(
      "h3 is seen by others",
      async () => (await w.admin.fence.lost({ clusterId: w.clusterId, name: "h3" })).judgement === "alive",
    )
    expect(await ack(["absolutely", "light off", PASSWORD])).toMatchObject({
      exit: 1,
      err: expect.stringContaining("says that h3 is not off"),
    })
    w.cluster.nodeOf("h3").cutFromPanel(false)
    await w.until("h3 answers", async () => (await w.admin.fence.lost({ clusterId: w.clusterId, name: "h3" })).judgement === "heard")
  })
  test("once it is dead: the word, what was seen, the password; then its services go on", async () => {
    w.cluster.nodeOf("h3").powerOff()
    await w.until("h3 is lost", async () => (await w.admin.overview.get({ clusterId: w.clusterId })).nodes[2]?.state === "lost")
    expect((await moyai("clustat -s mail")).exit).toBe(117)
    expect((await moyai("clusvcadm -r mail")).exit).toBe(243)
    expect((await moyai("fence_tool ls")).out).toContain("victim now    3\n")
    expect(await ack(["absolutely"])).toMatchObject({ exit: 1, err: expect.stringContaining("Nothing was done") })
    expect(await ack(["absolutely", "light off", "wrong password"])).toMatchObject({ exit: 1 })
    const said = await ack(["absolutely", "light off", PASSWORD])
    expect(said).toMatchObject({ exit: 0, out: expect.stringMatching(/Done\n$/) })
    await w.until("mail runs elsewhere", async () => {
      const { status } = await w.admin.service.get({ clusterId: w.clusterId, name: "mail" })
      return status.state === "started" && status.owner !== "h3"
    })
    expect((await moyai("clustat -s mail")).exit).toBe(0)
  })
})
test("names for completion, one a line; nothing where there is no panel", async () => {
  expect((await moyai("names services")).out).toBe("httpd\nnamed\nmail\n")
  expect(await called("names nodes")).toEqual({ exit: 0, out: "", err: "", asked: [] })
})
test("the man page and every shell's completion are those of the commands", async () => {
  expect((await called("manual")).out).toBe(readFileSync("cli/man/moyai.1", "utf8"))
  for (const shell of ["bash", "zsh", "fish"]) {
    const { out } = await called(`completion ${shell}`)
    for (const word of ["relocate", "reset-password", "services", "clusvcadm", "action"]) expect(out).toContain(word)
  }
})
test("docs/cli.md names every command, every option and every exit code", async () => {
  const docs = readFileSync("docs/cli.md", "utf8")
  const page = readFileSync("cli/man/moyai.1", "utf8").replaceAll("\\-", "-")
  const missing = [...page.matchAll(/^\.B (?:moyai )?(\S+)/gm)]
    .map(([, word = ""]) => word.replace(/,$/, ""))
    .filter((word) => !docs.includes(word))
  expect(missing).toEqual([])
})

describe("without a panel", () => {
  const conf = `<?xml version="1.0"?><cluster name="a" config_version="1"><clusternodes><clusternode name="h1" nodeid="1"/><clusternode name="h2" nodeid="2"/></clusternodes><rm><service name="s"><script name="x" file="/x"/><ip address="10.0.0.1"/></service></rm></cluster>`
  test("the tools for a cluster.conf read standard input, and print exactly the object", async () => {
    const { exit, out } = await called("services order - --json", { input: conf })
    expect([exit, JSON.parse(out)]).toEqual([
      0,
      { services: { s: { start: ["service:s", "ip:10.0.0.1", "script:x"], stop: ["script:x", "ip:10.0.0.1", "service:s"] } } },
    ])
  })
  test("a diff takes one of its files from standard input, and not both", async () => {
    const dir = mkdtempSync(join(tmpdir(), "moyai-conf-"))
    writeFileSync(join(dir, "old.conf"), conf)
    const said = await called(`services diff ${dir}/old.conf - --json`, { input: conf.replace("10.0.0.1", "10.0.0.2") })
    rmSync(dir, { recursive: true })
    expect([said.exit, JSON.parse(said.out)]).toEqual([0, { stop: ["ip:10.0.0.1"], start: ["ip:10.0.0.2"], reconfigure: [] }])
    expect(await called("services diff - -", { input: conf })).toMatchObject({ exit: 2 })
  })
  test("places are asked for with who is online and what runs where", async () => {
    const said = await called("services place - --online h1,h2 --owner s=h1 --json", { input: conf })
    expect([said.exit, Object.keys(JSON.parse(said.out).services)]).toEqual([0, ["s"]])
    expect(await called("services place -", { input: conf })).toMatchObject({ exit: 2, err: expect.stringContaining("--online") })
    expect(await called("services place - --online h1 --owner s", { input: conf })).toMatchObject({ exit: 2 })
  })
  test("a file that is none ends with 2 and its line; findings with 1 when one is an error", async () => {
    expect(await called("services order -", { input: "<cluster>\n<" })).toMatchObject({
      exit: 2,
      err: expect.stringMatching(/^moyai: -:\d+: /),
    })
    expect(await called("services order /nowhere/cluster.conf")).toMatchObject({ exit: 2 })
    const said = await called("services check - --json", { input: "<cluster" })
    expect([said.exit, JSON.parse(said.out).findings[0].severity]).toEqual([1, "error"])
  })
})
describe("admin reset-password", () => {
  test("sets a password on the panel's machine, ends what was open, and is on record", async () => {
    const dir = mkdtempSync(join(tmpdir(), "moyai-admin-"))
    await migrate(join(dir, "moyai.db"))
    const db = await openDatabase(join(dir, "moyai.db"))
    const { id } = await db.user.create({ data: { name: "ann", role: "admin", passwordHash: await hashPassword("forgotten it all") } })
    const at = new Date()
    await db.session.create({ data: { id: "x", userId: id, expiresAt: at } })
    const token = { userId: id, name: "t", role: "admin", kind: "login", createdAt: at, expiresAt: at }
    await db.apiToken.create({ data: { ...token, hash: "h" } })
    const given = { env: { MOYAI_DATA: dir, USER: "root" } }
    expect(await called("admin reset-password bob", given)).toMatchObject({ exit: 3 })
    expect(await called("admin reset-password ann", { ...given, answers: ["short"] })).toMatchObject({ exit: 3 })
    expect(await called("admin reset-password ann", { ...given, answers: ["a brand new password"] })).toMatchObject({ exit: 0 })
    expect(await verifyPassword((await db.user.findUniqueOrThrow({ where: { id } })).passwordHash, "a brand new password")).toBe(true)
    expect([await db.session.count(), await db.apiToken.count({ where: { revokedAt: null } })]).toEqual([0, 0])
    const [row] = await db.audit.findMany()
    expect(row).toMatchObject({ userName: "shell:root", verb: "admin.resetPassword", through: "cli", outcome: "done" })
    expect(JSON.stringify(row)).not.toContain("brand new")
    await db.$disconnect()
    rmSync(dir, { recursive: true })
  })
  test("where there is no database says where it looked", async () => {
    expect(await called("admin reset-password ann", { env: { MOYAI_DATA: "/nowhere" } })).toMatchObject({
      exit: 2,
      err: expect.stringContaining("/nowhere/moyai.db"),
    })
  })
})
