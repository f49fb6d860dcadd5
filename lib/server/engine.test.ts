import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { OutcomeUnknown } from "../node/session"
import { startWorld, type World } from "./world.fixture"

describe("three nodes, three services", () => {
  let w: World
  beforeAll(async () => {
    w = await startWorld()
  })
  afterAll(async () => {
    expect(w.errors).toEqual([])
    expect(w.cluster.violations).toEqual([])
    await w.stop()
  })
  const plan = (service: string, action: "relocate" | "stop" | "disable" | "start" | "restart", target?: string) =>
    w.admin.plan.make({ clusterId: w.clusterId, service, action, ...(target ? { target } : {}) })
  const apply = async (planId: string, why = "") => (await w.admin.plan.apply({ planId, why })).jobId

  test("each service is started where its domain prefers it", async () => {
    await Promise.all([w.serviceIs("httpd", "started", "h1"), w.serviceIs("named", "started", "h2"), w.serviceIs("mail", "started", "h3")])
    expect(w.cluster.nodeOf("h1").session).toBeDefined()
    const { quorum, nodes } = await w.admin.overview.get({ clusterId: w.clusterId })
    expect([quorum.isQuorate, nodes.map(({ state }) => state)]).toEqual([true, ["online", "online", "online"]])
  })
  test("a relocation shows what will happen, and then that happens", async () => {
    const shown = await plan("httpd", "relocate", "h2")
    expect(shown.steps.map(({ sentence, node }) => `${sentence.code} ${node}`)).toEqual([
      "checkAddressFree h2",
      "checkAddressFree h3",
      "stopResource h1",
      "stopResource h1",
      "startResource h2",
      "startResource h2",
    ])
    expect(shown.untouched).toEqual(["named", "mail"])
    expect(shown.fallbacks.map(({ node }) => node)).toEqual(["h3", "h1", "h1"])
    w.cluster.executed.length = 0
    const job = await w.jobIs(await apply(shown.id, "test"), "succeeded")
    expect(job).toMatchObject({ reason: { who: "admin", through: "panel", why: "test" }, pauseMs: expect.any(Number) })
    await w.serviceIs("httpd", "started", "h2")
    expect(w.cluster.executed.map((line) => line.replace(/ env .*INSTANCE=(\S+) .* /, " $1 "))).toEqual([
      "h1 systemctl stop -- apache2.service",
      "h1 httpd-ip stop",
      "h2 httpd-ip start",
      "h2 systemctl start -- apache2.service",
    ])
  })
  test("a job whose answers were lost on a node that was never away asks again by itself, and nothing runs twice", async () => {
    let lost = 0
    w.cluster.setFaults((_, { argv }) =>
      argv.some((word) => word === "moyai-claim" || word === "moyai-ask") && lost++ < 2
        ? { when: "after", error: new OutcomeUnknown("the link was cut") }
        : undefined,
    )
    const from = w.cluster.executed.length
    const jobId = await apply((await plan("httpd", "relocate", "h1")).id)
    await w.jobIs(jobId, "waiting")
    await w.jobIs(jobId, "succeeded")
    w.cluster.setFaults(() => undefined)
    await w.serviceIs("httpd", "started", "h1")
    await w.jobIs(await apply((await plan("httpd", "relocate", "h2")).id), "succeeded")
    await w.serviceIs("httpd", "started", "h2")
    expect(w.cluster.executed.slice(from)).toHaveLength(8)
  })
  test("the next plan knows how long it took", async () => {
    const { interrupted } = await plan("httpd", "relocate", "h1")
    expect(interrupted[0]?.expectedPauseMs).toBeGreaterThan(0)
  })
  test("one plan applied twice is one job", async () => {
    const { id } = await plan("httpd", "relocate", "h1")
    const [a, b] = await Promise.all([apply(id), apply(id)])
    expect(a).toBe(b)
    await w.jobIs(a, "succeeded")
    await w.serviceIs("httpd", "started", "h1")
  })
  test("a plan made before the world moved is refused, with the new one beside it", async () => {
    const old = await plan("named", "relocate", "h3")
    await w.jobIs(await apply((await plan("named", "relocate", "h1")).id), "succeeded")
    await w.serviceIs("named", "started", "h1")
    const error = await w.admin.plan.apply({ planId: old.id, why: "" }).catch((e: unknown) => e)
    expect(error).toMatchObject({ status: 409, data: { reports: [{ code: "planStale" }], plan: { subject: { from: "h1", to: "h3" } } } })
  })
  test("a unit stopped by hand is recoverable, and then started again in place", async () => {
    w.cluster.nodeOf("h1").disturb("stopUnit", "apache2.service")
    await w.until("recovered", async () =>
      (await w.admin.event.list({ clusterId: w.clusterId })).some((e) => e.service === "httpd" && e.code === "service.recoverable"),
    )
    await w.serviceIs("httpd", "started", "h1")
    const job = (await w.admin.job.list({ clusterId: w.clusterId }))[0]
    expect(job).toMatchObject({ subject: { kind: "recover", service: "httpd" }, reason: { who: "keeper", through: "keeper" } })
  })
  test("a stop that fails leaves the service failed, held where it is, until it is disabled", async () => {
    w.cluster.troubles.add("h3 stop postfix.service")
    const jobId = await apply((await plan("mail", "relocate", "h1")).id)
    await w.jobIs(jobId, "waiting")
    await w.serviceIs("mail", "failed", "h3")
    await expect(plan("mail", "relocate", "h2")).rejects.toMatchObject({ status: 409 })
    w.cluster.troubles.clear()
    await w.admin.job.resume({ id: jobId })
    await w.jobIs(jobId, "succeeded")
    await w.serviceIs("mail", "started", "h1")
  })
  test("a start that fails falls back in the order shown, as a job of its own", async () => {
    w.cluster.troubles.add("h2 start postfix.service")
    const shown = await plan("mail", "relocate", "h2")
    expect(shown.fallbacks.map(({ node }) => node).slice(0, 2)).toEqual(["h3", "h1"])
    const jobId = await apply(shown.id)
    await w.jobIs(jobId, "failed")
    const next = await w.jobIs(`${jobId}.f`, "succeeded")
    expect(next.follows).toBe(jobId)
    await w.serviceIs("mail", "started", "h3")
    w.cluster.troubles.clear()
  })
  test("an address that a silent hand put on another node stops the move before anything is touched", async () => {
    const shown = await plan("httpd", "relocate", "h2")
    const { session } = w.cluster.nodeOf("h3")
    const { sh } = await import("../node/sh")
    await session.run(
      sh`env OCF_ROOT=/usr/lib/ocf OCF_RESOURCE_INSTANCE=thief OCF_RESKEY_ip=192.168.10.246 OCF_RESKEY_cidr_netmask=24 /usr/lib/ocf/resource.d/heartbeat/IPaddr2 start`,
      { timeoutMs: 5_000 },
    )
    const answer = await apply(shown.id).then(
      (id) => w.jobIs(id, "failed"),
      (e: unknown) => e,
    )
    expect(answer).toSatisfy((a: { state?: string; status?: number }) => a.state === "failed" || a.status === 409)
    await session.run(
      sh`env OCF_ROOT=/usr/lib/ocf OCF_RESOURCE_INSTANCE=thief OCF_RESKEY_ip=192.168.10.246 OCF_RESKEY_cidr_netmask=24 /usr/lib/ocf/resource.d/heartbeat/IPaddr2 stop`,
      { timeoutMs: 5_000 },
    )
    await w.serviceIs("httpd", "started", "h1")
  })
  test("a lost node's service waits for fencing; the node comes back and is looked at first", async () => {
    w.cluster.power("h2", false)
    await w.until(
      "lost",
      async () => (await w.admin.overview.get({ clusterId: w.clusterId })).nodes.find((n) => n.name === "h2")?.state === "lost",
    )
    w.cluster.power("h1", false)
    await w.serviceIs("httpd", "blocked", "h1")
    const { quorum } = await w.admin.overview.get({ clusterId: w.clusterId })
    expect(quorum.isQuorate).toBe(false)
    await expect(plan("mail", "relocate")).rejects.toMatchObject({ status: 409, data: { reports: [{ code: "noQuorum" }] } })
    w.cluster.power("h1", true)
    w.cluster.power("h2", true)
    await w.serviceIs("httpd", "started", "h1")
  })
  test("a panel that is started again finds everything as it is", async () => {
    w.cluster.executed.length = 0
    await w.restart()
    await Promise.all([w.serviceIs("httpd", "started", "h1"), w.serviceIs("mail", "started", "h3")])
    expect(w.cluster.executed.filter((line) => / (stop|start)( |$)/.test(line) && /postfix|apache2/.test(line))).toEqual([])
  })
})

test("switching a unit off at boot says nothing of the service that it belongs to", async () => {
  const w = await startWorld()
  await w.serviceIs("httpd", "started", "h1")
  w.cluster.nodeOf("h2").disturb("enableAtBoot", "apache2.service")
  const { bootEnabled } = await w.until("seen", async () => {
    const view = await w.admin.service.get({ clusterId: w.clusterId, name: "httpd" })
    return view.bootEnabled.length > 0 ? view : undefined
  })
  expect(bootEnabled).toEqual([{ unit: "apache2.service", nodes: ["h2"] }])
  const { jobId } = await w.admin.service.bootDisable({ clusterId: w.clusterId, name: "httpd", unit: "apache2.service" })
  await w.jobIs(jobId, "succeeded")
  await w.until("on record", async () => (await w.admin.event.list({ clusterId: w.clusterId })).some((e) => e.jobId === jobId))
  expect((await w.admin.service.get({ clusterId: w.clusterId, name: "httpd" })).status).toMatchObject({ state: "started", owner: "h1" })
  await w.stop()
})
