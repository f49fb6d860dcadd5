import { afterAll, afterEach, beforeAll, expect, test } from "vitest"
import { type Balancer, balancerSchema } from "../../domain/balancer"
import { sh } from "../../node/sh"
import type { World } from "../../server/world.fixture"
import { startOnline } from "./online.fixture"

/** Somebody types ipvsadm on a director that keepalived runs. */
const nodes = [
  { name: "d1", address: "192.168.10.230/24" },
  { name: "d2", address: "192.168.10.234/24" },
  { name: "r1", address: "192.168.10.231/24" },
  { name: "r2", address: "192.168.10.232/24" },
]
const VIP = "192.168.10.249"
const KEY = `tcp ${VIP}:80`
let w: World
beforeAll(async () => {
  w = await startOnline(nodes)
  const shown = await w.admin.plan.balancer({ clusterId: w.clusterId, was: null, balancer: input() })
  await apply(shown.id)
  await w.until("d1 serves", async () => ((await live()).from === "d1" ? true : undefined))
})
afterAll(() => w.stop())
afterEach(() => expect(w.errors).toEqual([]))

const instance = (priority: number) => ({
  ...{ name: "VI_1", state: "BACKUP", interface: "eth0", routerId: 51, priority, nopreempt: true, advertInterval: 1 },
  authentication: { type: "PASS", password: "canary42" },
  addresses: [{ address: VIP, prefix: 24 }],
})
const model = (weight = 1): Balancer =>
  balancerSchema.parse({
    directors: [{ instances: [instance(100)] }, { instances: [instance(90)] }],
    virtualServers: [
      {
        ...{ service: { kind: "address", address: VIP, port: 80, protocol: "tcp" }, scheduler: "wrr", forwarding: { method: "nat" } },
        realServers: [
          { address: "192.168.10.231", port: 80, weight, checks: [{ kind: "tcp" }] },
          { address: "192.168.10.232", port: 80, weight: 1 },
        ],
      },
    ],
  })
const input = (weight?: number) => ({ name: "web", engine: "keepalived" as const, nodes: ["d1", "d2"], model: model(weight) })
const apply = async (planId: string) => w.jobIs((await w.admin.plan.apply({ planId, why: "test" })).jobId, "succeeded")
const live = () => w.admin.balancer.live({ clusterId: w.clusterId, name: "web" })
const types = async (node: string, ...words: readonly string[]) =>
  expect(await w.cluster.nodeOf(node).session.run(sh`ipvsadm ${words}`, { timeoutMs: 5_000 })).toMatchObject({ exitCode: 0, stderr: "" })
const reload = (node: string) => w.cluster.nodeOf(node).session.run(sh`systemctl reload keepalived.service`, { timeoutMs: 5_000 })
/** What the doctor says of the tables, by node. */
const told = async () =>
  (await w.admin.balancer.doctor({ clusterId: w.clusterId, name: "web" })).findings.filter(({ code }) =>
    ["tableDiffers", "serviceMissing", "noneServing", "weightsZero"].includes(code),
  )
const saysOf = async () => (await told()).map(({ code, params, evidence }) => `${params.node ?? ""} ${code} ${evidence[0]?.text ?? ""}`)
const fix = () => w.admin.plan.doctorFix({ clusterId: w.clusterId, balancer: "web", fix: { kind: "apply" } })
const stepsOf = (plan: { readonly steps: readonly { readonly node: string; readonly sentence: { readonly code: string } }[] }) =>
  plan.steps.map(({ node, sentence }) => `${node} ${sentence.code}`)
const four = (node: string) => [
  ...[`${node} keepalivedConfigure`, `${node} keepalivedLoad`],
  ...[`${node} keepalivedConfigure`, `${node} keepalivedLoad`],
]
const R1 = ["-t", `${VIP}:80`, "-r", "192.168.10.231:80"]
const R2 = ["-t", `${VIP}:80`, "-r", "192.168.10.232:80"]

test.each([
  ["a weight", ["-e", ...R1, "-m", "-w", "7"], "d1 tableDiffers 192.168.10.231:80: weight 7 (1)"],
  ["a real server taken out that no check takes out", ["-d", ...R2], "d1 tableDiffers 192.168.10.232:80: -"],
  ["a weight of 0 that no check sets", ["-e", ...R1, "-m", "-w", "0"], "d1 tableDiffers 192.168.10.231:80: weight 0 (1)"],
  ["a stranger", ["-a", ...R1.slice(0, 3), "192.168.10.77:80", "-m", "-w", "2"], "d1 tableDiffers + 192.168.10.77:80 nat 2"],
  ["another scheduler", ["-E", "-t", `${VIP}:80`, "-s", "lc"], "d1 tableDiffers lc (wrr)"],
  ["an empty table", ["-C"], "d1 serviceMissing -"],
])("%s is found, outlives a reload, and is put right by two files without a stop", async (_, words, finding) => {
  await types("d1", ...words)
  await reload("d1")
  expect(await saysOf()).toContain(finding)
  const isOther = async () => (await live()).directors.map(({ node, isTableOther }) => `${node} ${isTableOther}`)
  await w.until("it has been so for a while", async () => ((await isOther()).join() === "d1 true,d2 false" ? true : undefined))
  const plan = await fix()
  expect(stepsOf(plan)).toEqual(["d2 keepalivedLoad", ...four("d1")])
  expect(plan.files.map(({ node, path }) => `${node} ${path}`)).toEqual([
    "d1 /etc/keepalived/keepalived.conf 1/2",
    "d1 /etc/keepalived/keepalived.conf 2/2",
  ])
  expect(JSON.stringify(plan)).not.toContain("canary42")
  expect(plan.notes).toContainEqual({ code: "lbTableBeside", params: { node: "d1" } })
  await apply(plan.id)
  expect(await saysOf()).toEqual([])
  expect((await live()).from).toBe("d1")
  await w.until("nothing is other any more", async () => ((await isOther()).join() === "d1 false,d2 false" ? true : undefined))
})
test("a change of something else puts it right on the way, and says so", async () => {
  await types("d2", "-e", ...R2, "-m", "-w", "9")
  const plan = await w.as("operator").plan.weights({
    clusterId: w.clusterId,
    weights: "web",
    reals: [{ server: KEY, real: "192.168.10.231:80", weight: 5 }],
  })
  expect(stepsOf(plan)).toEqual([...four("d2"), "d1 keepalivedConfigure", "d1 keepalivedLoad"])
  expect(plan.notes.map(({ code }) => code)).toContain("lbTableBeside")
  await apply(plan.id)
  expect(await saysOf()).toEqual([])
})
test("who is handed over to has its table put right before it serves", async () => {
  await types("d2", "-e", ...R2, "-m", "-w", "9")
  const plan = await w.admin.plan.handOver({ clusterId: w.clusterId, handOver: "web", to: "d2" })
  expect(stepsOf(plan).slice(0, 5)).toEqual([...four("d2"), "d2 keepalivedConfigure"])
  expect(plan.notes.map(({ code }) => code)).toEqual(["lbHandOver", "lbTableBeside", "lbPreempts"])
  await apply(plan.id)
  await w.until("d2 serves", async () => ((await live()).from === "d2" ? true : undefined))
  expect(await saysOf()).toEqual([])
})
test("with the first of the two files nothing of VRRP becomes another: who has no table yet does not preempt", async () => {
  await types("d1", "-C")
  const { model: now } = await w.admin.balancer.get({ clusterId: w.clusterId, name: "web" })
  const raised = now.directors.map((one, i) => ({
    ...one,
    instances: one.instances.map((own) => ({ ...own, priority: i === 0 ? 200 : 90 })),
  }))
  const balancer = { ...input(), model: { ...now, directors: raised } }
  const { files } = await w.admin.plan.balancer({ clusterId: w.clusterId, was: "web", balancer })
  const linesOf = (path: string) => files.find((one) => one.node === "d1" && one.path.endsWith(path))?.lines.join("\n") ?? ""
  expect(linesOf("1/2")).toContain("-virtual_server")
  expect(linesOf("1/2")).not.toContain("priority 200")
  expect(linesOf("2/2")).toContain("+  priority 200")
  await apply((await fix()).id)
  expect(await saysOf()).toEqual([])
})
test("one that its check takes out is told with what the check says; one that somebody took out, with the command that puts it back", async () => {
  await types("d2", "-d", ...R1)
  const outs = async () =>
    (await w.admin.balancer.doctor({ clusterId: w.clusterId, name: "web" })).findings.filter(
      ({ code }) => code === "outThough" || code === "checkFails",
    )
  expect(await outs()).toMatchObject([
    {
      ...{ code: "outThough", params: { node: "d2", server: "192.168.10.231:80", seconds: "60" } },
      commands: [{ node: "d2", command: `ipvsadm -a -t ${VIP}:80 -r 192.168.10.231:80 -m -w 5` }],
    },
  ])
  await types("d2", "-a", ...R1, "-m", "-w", "5")
  expect(await outs()).toEqual([])
  w.cluster.power("r1", false)
  const [finding] = await w.until("its check has it out", async () => ((await outs()).length > 0 ? outs() : undefined))
  expect(finding).toMatchObject({ code: "checkFails", evidence: [{ node: "d2", from: "exec 3<>/dev/tcp/192.168.10.231/80" }] })
  w.cluster.power("r1", true)
})
test("a service that is nobody's of the panel's is told with the command that takes it away, for no plan would", async () => {
  await types("d1", "-A", "-t", "192.168.10.250:81", "-s", "rr")
  const [finding] = await told()
  expect(finding).toMatchObject({
    ...{ code: "tableDiffers", fix: null },
    commands: [{ node: "d1", command: "ipvsadm -D -t 192.168.10.250:81" }],
  })
})
