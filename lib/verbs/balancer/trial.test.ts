import { ORPCError } from "@orpc/server"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { type Balancer, balancerSchema } from "../../domain/balancer"
import type { World } from "../../server/world.fixture"
import { startOnline } from "./online.fixture"

const nodes = [
  { name: "h0", address: "192.168.10.230/24" },
  { name: "h1", address: "192.168.10.231/24" },
  { name: "h2", address: "192.168.10.232/24" },
  { name: "h3", address: "192.168.10.233/24" },
]
const VIP = "192.168.10.249"
const KEY = `tcp ${VIP}:80`
const OTHER = "udp 192.168.10.248:53"
const checks = [
  { kind: "http", urls: [{ path: "/health" }] },
  { kind: "misc", path: "/usr/local/bin/check 'a b'", dynamic: true },
  { kind: "tcp", connectIp: "nonsense" },
  { kind: "udp" },
]
const model: Balancer = balancerSchema.parse({
  directors: [
    {
      instances: [
        {
          ...{ name: "VI_1", state: "BACKUP", interface: "eth0", routerId: 51, priority: 100, advertInterval: 1 },
          addresses: [
            { address: VIP, prefix: 24 },
            { address: "192.168.10.248", prefix: 24 },
          ],
        },
      ],
    },
  ],
  virtualServers: [
    {
      ...{ service: { kind: "address", address: VIP, port: 80, protocol: "tcp" }, scheduler: "wrr", forwarding: { method: "direct" } },
      realServers: [
        { address: "192.168.10.231", port: 80, weight: 1, checks: checks.slice(0, 1) },
        { address: "192.168.10.232", port: 80, weight: 3, checks: checks.slice(0, 1) },
      ],
    },
    {
      ...{
        service: { kind: "address", address: "192.168.10.248", port: 53, protocol: "udp" },
        scheduler: "rr",
        forwarding: { method: "direct" },
      },
      realServers: [{ address: "192.168.10.231", port: 53 }],
    },
  ],
})
let w: World
beforeAll(async () => {
  w = await startOnline(nodes)
  const balancer = { name: "web", engine: "keepalived" as const, nodes: ["h0"], model }
  // What is seen of four machines may still change between the plan and its application.
  const planned = async () => w.admin.plan.apply({ planId: (await plan()).id, why: "test" })
  const plan = () => w.admin.plan.balancer({ clusterId: w.clusterId, balancer, was: null })
  const { jobId } = await w.until("the plan is applied", () => planned().catch(() => undefined))
  await w.jobIs(jobId, "succeeded")
})
afterAll(() => w.stop())
afterEach(() => expect(w.errors).toEqual([]))

const codes = (ask: Promise<unknown>): Promise<readonly string[]> =>
  ask.then(
    () => [],
    (error: unknown) => {
      if (!(error instanceof ORPCError)) throw error
      return (Object(error.data).reports as { code: string; field?: string }[]).map(({ code, field }) =>
        [code, field].filter(Boolean).join(" "),
      ) // every refusal has them
    },
  )
const draft = (address = "192.168.10.231"): Balancer =>
  balancerSchema.parse({ ...model, virtualServers: [{ ...model.virtualServers[0], realServers: [{ address, port: 80, checks }] }] })
const tryIt = (check: number, over: object = {}, who: "admin" | "operator" = "admin") =>
  w.as(who).balancer.tryCheck({ clusterId: w.clusterId, node: "h0", model: draft(), server: 0, real: 0, check, ...over })
const ask = (over: object = {}, who: "operator" | "viewer" = "operator") =>
  w.as(who).balancer.whoAnswers({ clusterId: w.clusterId, name: "web", server: KEY, from: "h3", requests: 8, ...over })

describe("a check that is tried", () => {
  test("says what keepalived would make of it, and by which command", async () => {
    expect(await tryIt(0)).toMatchObject({
      ...{ node: "h0", verdict: "pass", exit: 0, command: "curl -k http://192.168.10.231:80/health" },
      sentence: { code: "trialPass", params: { real: "192.168.10.231:80", server: KEY } },
    })
    expect(await tryIt(0, { model: draft("192.168.10.77") })).toMatchObject({ verdict: "fail", sentence: { code: "trialFail" } })
    expect(await tryIt(1)).toMatchObject({ verdict: "pass", command: "/usr/local/bin/check 'a b'" })
  })
  test("is refused as the form would refuse it, and where there is none", async () => {
    expect(await codes(tryIt(2))).toEqual(["lbAddress model.virtualServers.0.realServers.0.checks.2.connectIp"])
    expect(await codes(tryIt(0, { model: draft("rs1.example") }))).toEqual(["lbAddress model.virtualServers.0.realServers.0.address"])
    expect(await codes(tryIt(9))).toEqual(["checkMissing"])
    expect(await codes(tryIt(0, { node: "nobodys" }))).toEqual(["notFound"])
  })
  test("is for admins, since it may run a program, and is on record with that program", async () => {
    expect(await codes(tryIt(1, {}, "operator"))).toEqual(["roleMissing"])
    await tryIt(1)
    const rows = await w.db.audit.findMany({ where: { verb: "balancer.tryCheck" }, orderBy: { id: "desc" }, take: 2 })
    expect(rows[0]).toMatchObject({
      outcome: "done",
      input: { node: "h0", realServer: "192.168.10.231", check: { kind: "misc", path: "/usr/local/bin/check 'a b'" } },
    })
    expect(JSON.stringify(rows)).not.toContain("virtualServers")
  })
})
describe("who answers", () => {
  test("is counted by the server's own word, as the weights have it", async () => {
    const answer = await w.until("the service address is up", async () => {
      const now = await ask()
      return now.failed === 0 && now
    })
    expect(answer).toEqual({
      ...{ from: "h3", asked: 8, failed: 0 },
      answers: [
        { who: "h2 (192.168.10.232)", n: 6, clientSeen: "192.168.10.233" },
        { who: "h1 (192.168.10.231)", n: 2, clientSeen: "192.168.10.233" },
      ],
    })
  })
  test("is not asked by a director, of UDP, of a service that is not there, nor by a viewer", async () => {
    expect(await codes(ask({ from: "h0" }))).toEqual(["asksItself from"])
    expect(await codes(ask({ server: OTHER }))).toEqual(["onlyTcpAsked server"])
    expect(await codes(ask({ server: "tcp 10.0.0.1:1" }))).toEqual(["notFound"])
    expect(await codes(ask({ name: "nobodys" }))).toEqual(["notFound"])
    expect(await codes(ask({}, "viewer"))).toEqual(["roleMissing"])
    await expect(ask({ requests: 101 })).rejects.toMatchObject({ status: 400 })
  })
  test("a node that is silent is told as that", async () => {
    w.cluster.nodeOf("h3").unplug()
    expect(await codes(ask())).toEqual(["notAsked"])
    w.cluster.nodeOf("h3").plugIn()
  }, 90_000)
})
