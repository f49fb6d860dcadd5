import { afterAll, afterEach, beforeAll, expect, test } from "vitest"
import { type Balancer, balancerSchema } from "../../domain/balancer"
import type { World } from "../../server/world.fixture"
import { codesOf } from "../called.fixture"
import { startOnline } from "./online.fixture"

/** A pair with VRRP; one real server comes back. */
const nodes = [
  { name: "h0", address: "192.168.10.230/24" },
  { name: "h1", address: "192.168.10.231/24" },
  { name: "h2", address: "192.168.10.232/24" },
  { name: "h4", address: "192.168.10.234/24" },
]
const VIP = "192.168.10.249"
const KEY = `tcp ${VIP}:80`
let w: World
beforeAll(async () => {
  w = await startOnline(nodes)
})
afterAll(() => w.stop())
afterEach(() => expect(w.errors).toEqual([]))

const instance = (priority: number) => ({
  ...{ name: "VI_1", state: "BACKUP", interface: "eth0", routerId: 51, priority, nopreempt: true, advertInterval: 1 },
  addresses: [{ address: VIP, prefix: 24 }],
})
const model: Balancer = balancerSchema.parse({
  directors: [{ instances: [instance(100)] }, { instances: [instance(90)] }],
  virtualServers: [
    {
      ...{ service: { kind: "address", address: VIP, port: 80, protocol: "tcp" }, scheduler: "wlc", forwarding: { method: "nat" } },
      realServers: ["192.168.10.231", "192.168.10.232"].map((address) => ({ address, port: 80, weight: 10 })),
    },
  ],
})
const apply = async (planId: string) => w.jobIs((await w.admin.plan.apply({ planId, why: "test" })).jobId, "succeeded")
const get = () => w.admin.balancer.get({ clusterId: w.clusterId, name: "web" })
const reals = [{ server: KEY, real: "192.168.10.231:80" }]
const ask = (action: "drain" | "return", slowStartSeconds?: number) =>
  w.as("operator").plan.drain({
    ...{ clusterId: w.clusterId, drain: "web", action, reals },
    ...(slowStartSeconds === undefined ? {} : { slowStartSeconds }),
  })
const start = async () => (await w.as("operator").plan.apply({ planId: (await ask("return", 1_500)).id, why: "" })).jobId
const weight = async () => (await get()).virtualServers[0]?.realServers[0]?.live?.weight
const delayed = (jobId: string, step: number) =>
  w.until(`step ${step} waits`, async () => (await w.db.journalEntry.count({ where: { jobId, step, state: "started" } })) > 0)

test("a slow start is planned on the director that serves, step by step; the other gets the whole weight first", async () => {
  const balancer = { name: "web", engine: "keepalived" as const, nodes: ["h0", "h4"], model }
  await apply((await w.admin.plan.balancer({ clusterId: w.clusterId, balancer, was: null })).id)
  await w.until("h0 serves", async () => (await get()).virtualServers[0]?.state === "up")
  await apply((await ask("drain")).id)
  const shown = await ask("return", 300)
  expect(shown.notes).toContainEqual({
    code: "lbSlowStart",
    params: { reals: "192.168.10.231:80", weights: "1 → 3 → 5 → 10", seconds: "300" },
  })
  expect(shown.steps.map(({ node, sentence: { code, params } }) => [node, code, params.seconds].filter(Boolean).join(" "))).toEqual([
    ...["h4 keepalivedConfigure", "h4 keepalivedLoad"],
    ...[1, 2, 3].flatMap(() => ["h0 keepalivedConfigure", "h0 keepalivedLoad", "h0 slowStartDelay 100"]),
    ...["h0 keepalivedConfigure", "h0 keepalivedLoad"],
  ])
})
test("it outlives the panel, reads as no drift, and ends at the whole weight at a person's word", async () => {
  const jobId = await start()
  await delayed(jobId, 4)
  await w.until("the weight is 1", async () => (await weight()) === 1)
  expect((await get()).directors.map(({ drift }) => drift)).toEqual([[], []])
  const { findings } = await w.admin.balancer.doctor({ clusterId: w.clusterId, name: "web" })
  expect(findings.filter(({ code }) => code === "fileDiffers" || code === "tableDiffers")).toEqual([])
  await w.kill()
  await w.until("it is taken up", async () => (await w.db.job.findUniqueOrThrow({ where: { id: jobId } })).state === "running")
  await w.until("a word is heard", async () =>
    w
      .as("operator")
      .job.endDelays({ id: jobId, how: "goOn" })
      .then(
        () => true,
        () => undefined,
      ),
  )
  await w.jobIs(jobId, "succeeded")
  await w.until("the weight is whole", async () => (await weight()) === 10)
  expect(await codesOf(w.as("operator").job.endDelays({ id: jobId, how: "goOn" }))).toEqual(["jobHasNoDelay"])
  expect(await codesOf(w.as("viewer").job.endDelays({ id: jobId, how: "stop" }))).toEqual(["roleMissing"])
})
test("one that is stopped leaves the weight of its step, says that it is another than wanted, and frees the balancer", async () => {
  await apply((await ask("drain")).id)
  const jobId = await start()
  await delayed(jobId, 4)
  await w.as("operator").job.endDelays({ id: jobId, how: "stop" })
  await w.jobIs(jobId, "cancelled")
  await w.until("it is seen", async () => (await get()).directors[0]?.drift?.some(({ field, to }) => field === "weight" && to === "1"))
  await apply((await ask("drain")).id)
  await apply((await ask("return")).id)
  await w.until("the weight is whole", async () => (await weight()) === 10)
})
