import { afterAll, afterEach, beforeAll, expect, test } from "vitest"
import { type Balancer, balancerSchema } from "../../domain/balancer"
import type { World } from "../../server/world.fixture"
import { codesOf } from "../called.fixture"
import { startOnline } from "./online.fixture"

const nodes = [
  { name: "d1", address: "192.168.10.230/24" },
  { name: "r1", address: "192.168.10.231/24" },
  { name: "d2", address: "192.168.10.234/24" },
]
const VIP = "192.168.10.249"
const FILE = "/etc/moyai-marks.nft"
let w: World
beforeAll(async () => {
  w = await startOnline(nodes)
})
afterAll(() => w.stop())
afterEach(() => expect(w.errors).toEqual([]))

const instance = (priority: number) => ({
  ...{ name: "VI_1", state: "BACKUP", interface: "eth0", routerId: 51, priority, nopreempt: true },
  addresses: [{ address: VIP, prefix: 24 }],
})
const match = (from: number, to = from) => ({ protocol: "tcp", address: VIP, from, to })
const model = (matches: readonly object[]): Balancer =>
  balancerSchema.parse({
    directors: [{ instances: [instance(100)] }, { instances: [instance(90)] }],
    virtualServers: [
      {
        ...{ service: { kind: "mark", mark: 7, match: matches }, scheduler: "rr", forwarding: { method: "nat" } },
        realServers: [{ address: "192.168.10.231", port: 80, weight: 1 }],
      },
    ],
  })
const plan = (wanted: Balancer, was: string | null = "web") =>
  w.admin.plan.balancer({
    clusterId: w.clusterId,
    was,
    balancer: { name: "web", engine: "keepalived", nodes: ["d1", "d2"], model: wanted },
  })
const apply = async (planId: string) => w.jobIs((await w.admin.plan.apply({ planId, why: "test" })).jobId, "succeeded")
const disk = (node: string) => w.cluster.nodeOf(node).disk as Map<string, string> // as an editor there would
const drift = async () => (await w.admin.balancer.get({ clusterId: w.clusterId, name: "web" })).directors.map((one) => one.drift)

test("rules are loaded on both directors before keepalived reads its file, and the plan shows them", async () => {
  const shown = await plan(model([match(80), match(8000, 8010)]), null)
  const words = shown.steps.map(({ node, sentence: { code } }) => `${node} ${code}`)
  for (const node of ["d1", "d2"]) expect(words.indexOf(`${node} ipvsMark`)).toBeLessThan(words.indexOf(`${node} keepalivedLoad`))
  expect(words.filter((word) => word.endsWith("ipvsMark"))).toHaveLength(2)
  expect(
    shown.files.filter(({ path }) => path === FILE).flatMap(({ lines }) => lines.filter((line) => line.includes("8000"))),
  ).toHaveLength(2)
  await apply(shown.id)
  for (const node of ["d1", "d2"]) expect(disk(node).get(FILE)).toContain(`ip daddr ${VIP} tcp dport 8000-8010 meta mark set 7`)
  await w.until("no drift", async () => (await drift()).every((one) => one?.length === 0))
})
test("rules that are gone from a director are drift, and the same plan brings them back", async () => {
  // As `systemctl disable --now` and a reboot would leave it.
  const node = w.cluster.nodeOf("d2")
  disk("d2").delete("/etc/systemd/system/moyai-marks.service")
  node.powerOff()
  node.powerOn()
  await w.until("it is seen", async () =>
    (await drift())[1]?.some(({ what, of }) => what === "removed" && of === `fwmark 7 nft tcp ${VIP}:80`),
  )
  const shown = await plan(model([match(80), match(8000, 8010)]))
  expect(shown.steps.map(({ node: at, sentence: { code } }) => `${at} ${code}`)).toContain("d2 ipvsMark")
  await apply(shown.id)
  await w.until("no drift", async () => (await drift()).every((one) => one?.length === 0))
})
test("a changed rule is changed alone; without any the table and its file go, after keepalived has let the service go", async () => {
  const changed = await plan(model([match(81)]))
  expect(changed.steps.filter(({ sentence: { code } }) => code === "ipvsMark")).toHaveLength(2)
  await apply(changed.id)
  expect(disk("d1").get(FILE)).not.toContain("8000")
  const shown = await plan({ ...model([]), virtualServers: [] })
  const words = shown.steps.map(({ node, sentence: { code } }) => `${node} ${code}`)
  for (const node of ["d1", "d2"]) expect(words.indexOf(`${node} ipvsUnmark`)).toBeGreaterThan(words.indexOf(`${node} keepalivedLoad`))
  await apply(shown.id)
  for (const node of ["d1", "d2"]) expect(disk(node).has(FILE)).toBe(false)
})
test("an address that a mark still brings stays on its real servers when its own service goes, and goes with the mark", async () => {
  const direct = { scheduler: "rr", forwarding: { method: "direct" }, realServers: [{ address: "192.168.10.231", port: 80, weight: 1 }] }
  const own = { ...direct, service: { kind: "address", address: VIP, port: 80, protocol: "tcp" } }
  const byMark = {
    ...direct,
    realServers: [{ address: "192.168.10.231", weight: 1 }],
    service: { kind: "mark", mark: 7, match: [match(443)] },
  }
  const wanted = (...virtualServers: readonly object[]) => balancerSchema.parse({ ...model([]), virtualServers })
  const onR1 = async (next: Balancer) => {
    const shown = await plan(next)
    await apply(shown.id)
    return shown.steps.filter(({ node }) => node === "r1").map(({ sentence: { code } }) => code)
  }
  expect(await onR1(wanted(own, byMark))).toEqual(["realServerQuiet", "realServerHold"])
  expect(await onR1(wanted(byMark))).toEqual([])
  expect(await onR1(wanted())).toEqual(["realServerRelease"])
})
test("a director without nft is named, and nothing is begun", async () => {
  w.cluster.setFaults(() => undefined)
  const { facts } = w.engine().inventory
  const get = facts.get.bind(facts)
  Object.assign(facts, {
    get: (cluster: string, node: string, name: string) => {
      const seen = get(cluster, node, name)
      return seen && name === "ipvs.marks" && node === "d2" ? { ...seen, value: { ...Object(seen.value), nft: null } } : seen
    },
  })
  expect(await codesOf(plan(model([match(80)])))).toEqual(["nftMissing"])
  Object.assign(facts, { get })
})
