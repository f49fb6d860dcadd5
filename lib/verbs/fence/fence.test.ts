import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { PASSWORD, startWorld, type World } from "../../server/world.fixture"
import { codesOf } from "../called.fixture"

const SECRET = "canary-of-the-rack"
let w: World
beforeAll(async () => {
  w = await startWorld({ users: true })
  await Promise.all([w.serviceIs("httpd", "started", "h1"), w.serviceIs("named", "started", "h2"), w.serviceIs("mail", "started", "h3")])
})
afterAll(() => w.stop())
afterEach(() => expect(w.errors).toEqual([]))

const device = { name: "pdu", agent: "fence_sim", params: { ip: "pdu" }, runsOn: "panel" as const, unfences: false }
const save = (over: object = {}, secrets: Record<string, string> = { password: SECRET }, was: string | null = null) =>
  w.admin.fence.saveDevice({ clusterId: w.clusterId, was, device: { ...device, ...over }, secrets })
const give = (node: string, levels: readonly (readonly string[])[]) =>
  w.admin.fence.saveNode({
    clusterId: w.clusterId,
    node,
    fencing: { levels: levels.map((level) => level.map((d) => ({ device: d, params: { plug: node } }))), delayMs: 0 },
  })

describe("a device", () => {
  test("keeps its secrets from every table, answer and event", async () => {
    await save()
    await give("h1", [["pdu"]])
    await w.admin.fence.test({ clusterId: w.clusterId, node: "h1" })
    const plan = await w.admin.plan.power({ clusterId: w.clusterId, power: "h1", action: "off" })
    const answers = [
      plan,
      await w.admin.fence.devices({ clusterId: w.clusterId }),
      await w.admin.fence.nodes({ clusterId: w.clusterId }),
      await w.admin.fence.lost({ clusterId: w.clusterId, name: "h1" }),
    ]
    const { db } = w
    const tables = [db.fenceDevice, db.fenceMethod, db.planRow, db.audit, db.event, db.job, db.cluster] as unknown as {
      findMany: () => Promise<unknown>
    }[] // each has it
    const rows = await Promise.all(tables.map((table) => table.findMany()))
    expect(JSON.stringify([answers, rows])).not.toContain(SECRET)
    expect(await w.admin.fence.devices({ clusterId: w.clusterId })).toMatchObject([{ name: "pdu", secrets: ["password"], nodes: ["h1"] }])
  })
  test("refuses a secret among its open parameters, a name that is taken, and what only the panel says", async () => {
    expect(await codesOf(save({ name: "other", params: { ip: "x", passwd: "y" } }))).toEqual(["secretParameter device.params.passwd"])
    expect(await codesOf(save())).toEqual(["nameTaken device.name"])
    await expect(save({ name: "other", params: { action: "on" } })).rejects.toMatchObject({ status: 400 })
    await expect(save({ name: "other", params: { ip: "x\ny" } })).rejects.toMatchObject({ status: 400 })
    await expect(save({ name: "other", agent: "fence_sim; id" })).rejects.toMatchObject({ status: 400 })
  })
  test("keeps a secret that is left out, takes an empty one away, and forgets its test when it changes", async () => {
    const tested = async () =>
      (await w.admin.fence.nodes({ clusterId: w.clusterId })).find(({ node }) => node === "h1")?.levels[0]?.[0]?.test
    expect(await tested()).toMatchObject({ says: "on" })
    await save({}, {}, "pdu")
    expect((await w.admin.fence.devices({ clusterId: w.clusterId }))[0]?.secrets).toEqual(["password"])
    expect(await tested()).toBeNull()
    await save({}, { password: "" }, "pdu")
    expect((await w.admin.fence.devices({ clusterId: w.clusterId }))[0]?.secrets).toEqual([])
  })
  test("in use is not removed", async () => {
    expect(await codesOf(w.admin.fence.removeDevice({ clusterId: w.clusterId, name: "pdu" }))).toEqual(["inUse"])
  })
  test("says on when asked, an error when it is broken, and both are kept with their time", async () => {
    expect((await w.admin.fence.test({ clusterId: w.clusterId, node: "h1" })).levels).toMatchObject([[{ test: { says: "on" } }]])
    w.cluster.devices.set("pdu", "broken")
    expect(await w.admin.fence.test({ clusterId: w.clusterId, node: "h1" })).toMatchObject({
      readiness: "testFailed",
      levels: [[{ test: { says: "error", detail: expect.stringContaining("power switch does not answer") } }]],
    })
    w.cluster.devices.delete("pdu")
    expect(await codesOf(w.admin.fence.test({ clusterId: w.clusterId, node: "h3" }))).toEqual(["noFenceDevice"])
    expect(w.cluster.nodeOf("h1").isOn()).toBe(true)
  })
  test("has its form from the agent's own words, wherever it runs", async () => {
    for (const runsOn of ["panel", "peer"] as const) {
      expect((await w.admin.fence.agents({ clusterId: w.clusterId, runsOn })).agents).toContain("fence_sim")
      const { parameters, plug } = await w.admin.fence.metadata({ clusterId: w.clusterId, runsOn, agent: "fence_sim" })
      expect([parameters.map(({ name }) => name), plug]).toEqual([expect.arrayContaining(["ip"]), "plug"])
    }
    expect(await codesOf(w.admin.fence.metadata({ clusterId: w.clusterId, runsOn: "panel", agent: "fence_none" }))).toEqual(["invalid"])
  })
})

describe("power", () => {
  const plan = (power = "h1", action: "off" | "on" | "reboot" = "off") => w.admin.plan.power({ clusterId: w.clusterId, power, action })
  const apply = (planId: string, typed = "h1", password = PASSWORD) => w.admin.fence.apply({ planId, typed, password, why: "test" })
  test("is cut only with the name, the password, and by its own verb", async () => {
    const { id } = await plan()
    expect(await codesOf(w.admin.plan.apply({ planId: id, why: "" }))).toEqual(["onlyByPassword"])
    expect(await codesOf(apply(id, "h2"))).toEqual(["nameNotTyped typed"])
    expect(await codesOf(apply(id, "h1", "wrong"))).toEqual(["wrongPassword password"])
    const { id: other } = await w.admin.plan.make({ clusterId: w.clusterId, service: "named", action: "restart" })
    expect(await codesOf(apply(other))).toEqual(["invalid"])
    expect(await w.db.job.count({ where: { clusterId: w.clusterId, subject: { path: "$.kind", equals: "fence" } } })).toBe(0)
    expect(w.cluster.nodeOf("h1").isOn()).toBe(true)
  })
  test("shows what runs there, where it goes and whether quorum survives, and a node without a device says so", async () => {
    const { notes, steps, subject, untouched } = await plan("h1", "reboot")
    expect(subject).toMatchObject({ kind: "fenceReboot", node: "h1" })
    expect(notes.map(({ code }) => code)).toEqual(["fenceNotClean", "fenceMoves", "fenceQuorumKept", "fenceThenOn"])
    expect(untouched).not.toContain("httpd")
    expect(notes[1]?.params).toMatchObject({ service: "httpd", to: "h2" })
    expect(steps.map(({ sentence }) => sentence.code)).toEqual(["fenceOff"])
    expect(await codesOf(plan("h3"))).toEqual(["noFenceDevice"])
  })
  test("is cut: the services are recovered once nobody sees the node, who and why are on record, and it comes back when switched on", async () => {
    const { id } = await plan()
    const { jobId } = await apply(id)
    expect((await apply(id)).jobId).toBe(jobId)
    await w.serviceIs("httpd", "started", "h2")
    const [last] = await w.admin.fence.history({ clusterId: w.clusterId, node: "h1" })
    expect(last).toMatchObject({ action: "off", outcome: "succeeded", who: "admin", why: "test", jobId, evidence: { node: "h1" } })
    const { jobId: on } = await apply((await plan("h1", "on")).id)
    await w.jobIs(on, "succeeded")
    await w.until("h1 counts again", async () => (await w.admin.overview.get({ clusterId: w.clusterId })).nodes[0]?.state === "online")
    expect(w.cluster.violations).toEqual([])
  })
  test("no node may have the name of the panel's own machine", async () => {
    const node = { clusterId: w.clusterId, name: "moyai-panel", host: "10.9.9.9", port: 22, user: "root", isMember: true }
    expect(await codesOf(w.admin.node.add({ ...node, hostKey: `ssh-ed25519 ${"A".repeat(68)}` }))).toEqual(["nodeNameReserved name"])
  })
})

describe("confirming by hand", () => {
  const said = { typed: "h3", isSure: true, saw: "power light off", password: PASSWORD }
  const confirm = (who: "admin" | "operator", over: object = {}) =>
    w.as(who).node.confirmOff({ clusterId: w.clusterId, name: "h3", ...said, ...over })
  const lost = () => w.admin.fence.lost({ clusterId: w.clusterId, name: "h3" })
  test("is refused without the name, the tick, what was seen, or the password, each at its field", async () => {
    expect(await codesOf(confirm("operator", { typed: "h2", isSure: false, saw: " " }))).toEqual([
      "nameNotTyped typed",
      "notSure isSure",
      "sawNothing saw",
    ])
    expect(await codesOf(confirm("operator", { password: "wrong" }))).toEqual(["wrongPassword password"])
    expect(await codesOf(confirm("operator"))).toEqual(["nodeNotLost"])
  })
  test("is refused while others see the node; an operator cannot insist, an admin needs a reason, and a second person where it is set", async () => {
    w.cluster.nodeOf("h3").cutFromPanel(true)
    await w.until("h3 is seen by others", async () => (await lost()).judgement === "alive")
    expect(await codesOf(confirm("operator"))).toEqual(["witnessAgainst"])
    expect(await codesOf(confirm("operator", { override: "I stand right before the machine" }))).toEqual(["witnessAgainst"])
    expect(await codesOf(confirm("admin", { override: "too short" }))).toEqual(["reasonTooShort override"])
    const { settings } = await w.admin.fence.settings({ clusterId: w.clusterId })
    await w.admin.fence.saveSettings({ clusterId: w.clusterId, settings: { ...settings, needsTwo: true } })
    const asked = await confirm("admin", { override: "I stand right before the machine" })
    expect(asked.state).toBe("secondPerson")
    const second = { clusterId: w.clusterId, name: "h3", id: asked.id, typed: "h3", password: PASSWORD }
    expect(await codesOf(w.admin.node.confirmSecond(second))).toEqual(["samePerson"])
    expect((await lost()).asked).toMatchObject({ id: asked.id, who: "admin" })
    expect((await w.admin.service.get({ clusterId: w.clusterId, name: "mail" })).status).toMatchObject({ state: "started", owner: "h3" })
    w.cluster.nodeOf("h3").cutFromPanel(false)
    await w.until("h3 answers", async () => (await lost()).judgement === "heard")
    expect(await codesOf(w.as("second").node.confirmSecond(second))).toEqual(["nodeNotLost"])
  })
  test("is offered of a lost node that others see again while the panel does not: its services wait for somebody", async () => {
    w.cluster.cable("h3", false)
    await w.until("h3 is lost", async () => (await lost()).judgement === "lost")
    w.cluster.nodeOf("h3").cutFromPanel(true)
    w.cluster.cable("h3", true)
    await w.until("h3 is seen by others", async () => (await lost()).judgement === "alive")
    await w.until("h3 returns", async () => (await w.admin.node.get({ clusterId: w.clusterId, name: "h3" })).state === "returning")
    expect(await codesOf(confirm("operator"))).toEqual(["witnessAgainst"])
  })
  test("a device that is no longer the node's says nothing against it", async () => {
    w.cluster.nodeOf("h3").cutFromPanel(false)
    await w.until("h3 answers", async () => (await lost()).judgement === "heard")
    await save({ name: "spare" })
    await give("h3", [["spare"]])
    w.cluster.nodeOf("h3").cutFromPanel(true)
    await w.until("the device says on", async () => (await lost()).against.includes("spare"))
    await give("h3", [])
    await w.until("it is not asked any more", async () => !(await lost()).evidence.witnesses.some(({ name }) => name === "spare"))
    await w.until("the others still see it", async () => (await lost()).judgement === "alive")
  })
})
