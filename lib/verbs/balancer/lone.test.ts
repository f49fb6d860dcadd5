import { afterAll, afterEach, beforeAll, expect, test } from "vitest"
import { type Balancer, balancerSchema } from "../../domain/balancer"
import type { BalancerEngine } from "../../domain/balancer-definition"
import { sh } from "../../node/sh"
import type { World } from "../../server/world.fixture"
import { codesOf } from "../called.fixture"
import { startOnline } from "./online.fixture"

/** A director alone, without VRRP: nothing but a person, or Moyai, brings its addresses. */
const nodes = [
  { name: "d1", address: "192.168.10.230/24" },
  { name: "r1", address: "192.168.10.231/24" },
  { name: "d2", address: "192.168.10.234/24" },
]
const VIP = "192.168.10.249"
const KEY = `tcp ${VIP}:80`
const UNIT = "/etc/systemd/system/moyai-addresses.service"
let w: World
beforeAll(async () => {
  w = await startOnline(nodes)
})
afterAll(() => w.stop())
afterEach(() => expect(w.errors).toEqual([]))

const model = (over: object = {}): Balancer =>
  balancerSchema.parse({
    directors: [{}],
    virtualServers: [
      {
        ...{ service: { kind: "address", address: VIP, port: 80, protocol: "tcp" }, scheduler: "wrr", forwarding: { method: "nat" } },
        realServers: [{ address: "192.168.10.231", port: 80, weight: 10 }],
        ...over,
      },
    ],
  })
const plan = (wanted: Balancer, was: string | null = "web", engine: BalancerEngine = "ipvsadm", directors = ["d1"]) =>
  w.admin.plan.balancer({ clusterId: w.clusterId, was, balancer: { name: "web", engine, nodes: directors, model: wanted } })
const apply = async (planId: string) => w.jobIs((await w.admin.plan.apply({ planId, why: "test" })).jobId, "succeeded")
const disk = (node: string) => w.cluster.nodeOf(node).disk as Map<string, string> // as an editor there would
const named = { name: "web" }
const noneHolds = async () =>
  (await w.admin.balancer.doctor({ clusterId: w.clusterId, ...named })).findings.find(({ code }) => code === "noneHolds")
const fix = (node: string, address: string) =>
  w.as("operator").plan.doctorFix({ clusterId: w.clusterId, balancer: "web", fix: { kind: "hold", node, address } })

test("its plan says that nobody has the address, and of a pair without VRRP as well", async () => {
  const shown = await plan(model(), null)
  expect(shown.notes).toContainEqual({ code: "lbNobodyHolds", params: { addresses: VIP, node: "d1" } })
  const pair = await plan(model(), null, "ipvsadm", ["d1", "d2"])
  expect(pair.notes.map(({ code }) => code)).toContain("lbNobodyHoldsPair")
  await apply(shown.id)
})
test("the doctor's plan gives it the address, now and over a boot; none but the balancer's own", async () => {
  expect(await noneHolds()).toMatchObject({ level: "bad", fix: { kind: "hold", node: "d1", address: VIP } })
  expect(await codesOf(fix("d1", "192.168.10.1"))).toEqual(["notFound"])
  expect(await codesOf(fix("r1", VIP))).toEqual(["notFound"])
  const shown = await fix("d1", VIP)
  expect(shown.steps.map(({ node, sentence: { code } }) => `${node} ${code}`)).toEqual(["d1 ipvsHold"])
  await apply(shown.id)
  expect(await noneHolds()).toBeUndefined()
  const node = w.cluster.nodeOf("d1")
  node.powerOff()
  node.powerOn()
  await w.until("it is there after a boot", async () =>
    w.admin.balancer.live({ clusterId: w.clusterId, ...named }).then(({ directors }) => directors[0]?.holds?.[0] === VIP),
  )
  expect((await plan(model())).notes.map(({ code }) => code)).not.toContain("lbNobodyHolds")
})
test("without VRRP nothing would move the addresses: there is no hand-over", async () => {
  expect(await codesOf(w.admin.plan.handOver({ clusterId: w.clusterId, handOver: "web", to: "d1" }))).toEqual(["handOverNoVrrp"])
})
test("a slow start of a table without keepalived goes by ipvsadm, step by step from the one before", async () => {
  const reals = [{ server: KEY, real: "192.168.10.231:80" }]
  const ask = (action: "drain" | "return", more: object = {}) =>
    w.as("operator").plan.drain({ clusterId: w.clusterId, drain: "web", action, reals, ...more })
  await apply((await ask("drain")).id)
  const shown = await ask("return", { slowStartSeconds: 6 })
  expect(shown.steps.map(({ sentence: { code, params } }) => [code, params.seconds].filter(Boolean).join(" "))).toEqual([
    ...[1, 2, 3].flatMap(() => ["ipvsRestore", "slowStartDelay 2"]),
    ...["ipvsRestore", "ipvsPersist"],
  ])
  const { jobId } = await w.admin.plan.apply({ planId: shown.id, why: "" })
  await w.jobIs(jobId, "succeeded")
  await w.until("the weight is whole", async () =>
    w.admin.balancer.live({ clusterId: w.clusterId, ...named }).then((one) => one.virtualServers[0]?.realServers[0]?.live?.weight === 10),
  )
})
test("what somebody did to its table with ipvsadm is drift, which can be taken over with the names that a table does not know", async () => {
  const own = model({ name: "Shop", realServers: [{ name: "r1", address: "192.168.10.231", port: 80, weight: 10 }] })
  await apply((await plan(own)).id)
  const typed = await w.cluster
    .nodeOf("d1")
    .session.run(sh`ipvsadm -e -t ${`${VIP}:80`} -r 192.168.10.231:80 -m -w 4 -x 100`, { timeoutMs: 5_000 })
  expect(typed).toMatchObject({ exitCode: 0 })
  const at = { clusterId: w.clusterId, name: "web", node: "d1" }
  const drift = await w.until("it is seen", async () => {
    const [director] = (await w.admin.balancer.live({ clusterId: w.clusterId, ...named })).directors
    return director?.drift?.length ? director.drift : undefined
  })
  expect(drift).toEqual([{ what: "changed", of: `${KEY} real 192.168.10.231:80`, field: "weight", from: "10", to: "4" }])
  const taken = await w.admin.balancer.takeDrift(at)
  expect(taken.model.virtualServers).toMatchObject([{ name: "Shop", realServers: [{ name: "r1", weight: 4, upperThreshold: 100 }] }])
  await apply((await plan(balancerSchema.parse(taken.model))).id)
  await w.until("it is none any more", async () =>
    w.admin.balancer.live({ clusterId: w.clusterId, ...named }).then(({ directors }) => directors[0]?.drift?.length === 0),
  )
})
test("an address that is no longer the balancer's is taken away again, before anything else", async () => {
  const shown = await plan(model({ service: { kind: "address", address: "192.168.10.250", port: 80, protocol: "tcp" } }))
  expect(shown.steps[0]).toMatchObject({ node: "d1", sentence: { code: "ipvsDrop", params: { address: VIP } } })
  await apply(shown.id)
  expect(disk("d1").has(UNIT)).toBe(false)
})
