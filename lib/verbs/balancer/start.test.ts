import { afterAll, afterEach, beforeAll, expect, test } from "vitest"
import { balancerSchema } from "../../domain/balancer"
import type { World } from "../../server/world.fixture"
import { codesOf } from "../called.fixture"
import { startOnline } from "./online.fixture"

const nodes = ["d1", "d2"].map((name, i) => ({ name, address: `192.168.10.23${i}/24` }))
const FILE = "/etc/keepalived/keepalived.conf"
let w: World
beforeAll(async () => {
  w = await startOnline(nodes)
})
afterAll(() => w.stop())
afterEach(() => expect(w.errors).toEqual([]))

const instance = (priority: number) => ({
  ...{ name: "VI_1", state: "BACKUP", interface: "eth0", routerId: 51, priority, nopreempt: true },
  addresses: [{ address: "192.168.10.249", prefix: 24 }],
})
const model = balancerSchema.parse({ directors: [{ instances: [instance(100)] }, { instances: [instance(90)] }], virtualServers: [] })
const start = () => w.as("operator").plan.doctorFix({ clusterId: w.clusterId, balancer: "web", fix: { kind: "start", node: "d2" } })

test("a stopped director is not started beside one with another file: neither would hear the other, and both would have the addresses", async () => {
  const balancer = { name: "web", engine: "keepalived" as const, nodes: ["d1", "d2"], model }
  const { id } = await w.admin.plan.balancer({ clusterId: w.clusterId, balancer, was: null })
  await w.jobIs((await w.admin.plan.apply({ planId: id, why: "test" })).jobId, "succeeded")
  expect(w.cluster.nodeOf("d2").disturb("stopUnit", "keepalived")).toBe(true)
  const disk = w.cluster.nodeOf("d1").disk as Map<string, string> // as an editor there would
  const own = disk.get(FILE) ?? ""
  disk.set(FILE, own.replace("virtual_router_id 51", "virtual_router_id 52"))
  await w.until("its file is seen", async () => (await codesOf(start())).includes("directorIsOther"))
  disk.set(FILE, own)
  const plan = await w.until("it may be started", async () => start().catch(() => undefined))
  expect(plan.steps.map(({ node, sentence: { code } }) => `${node} ${code}`)).toEqual(["d2 keepalivedLoad"])
})
