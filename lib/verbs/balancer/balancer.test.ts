import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { type Balancer, balancerSchema } from "../../domain/balancer"
import type { BalancerInput } from "../../domain/balancer-definition"
import type { World } from "../../server/world.fixture"
import { codesOf } from "../called.fixture"
import { startOnline } from "./online.fixture"

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
  authentication: { type: "PASS", password: "canary42" },
  addresses: [{ address: VIP, prefix: 24 }],
})
const model = (over: object = {}, weights: readonly number[] = [1, 1]): Balancer =>
  balancerSchema.parse({
    directors: [{ instances: [instance(100)] }, { instances: [instance(90)] }],
    virtualServers: [
      {
        ...{ service: { kind: "address", address: VIP, port: 80, protocol: "tcp" }, scheduler: "rr", forwarding: { method: "direct" } },
        delayLoop: 2,
        realServers: weights.map((weight, i) => ({
          ...{ address: `192.168.10.23${i + 1}`, port: 80, weight },
          checks: [{ kind: "tcp", connectTimeout: 2 }],
        })),
        ...over,
      },
    ],
  })
const input = (wanted: Balancer, over: Partial<BalancerInput> = {}): BalancerInput => ({
  ...{ name: "web", engine: "keepalived", nodes: ["h0", "h4"], model: wanted },
  ...over,
})
const plan = (wanted: BalancerInput, was: string | null = "web", who: "admin" | "operator" = "admin") =>
  w.as(who).plan.balancer({ clusterId: w.clusterId, balancer: wanted, was })
const apply = async (planId: string) => w.jobIs((await w.admin.plan.apply({ planId, why: "test" })).jobId, "succeeded")
const get = () => w.admin.balancer.get({ clusterId: w.clusterId, name: "web" })

describe("a new pair", () => {
  test("is refused at its fields, and nothing is stored", async () => {
    expect(await codesOf(plan(input(model({ persistenceTimeout: 0 })), null))).toEqual([
      "lbRange model.virtualServers.0.persistenceTimeout",
    ])
    expect(await codesOf(plan(input(model(), { nodes: ["h0", "h0"] }), null))).toEqual(["directorTwice nodes.1"])
    expect(await codesOf(plan(input(model(), { nodes: ["h0"] }), null))).toEqual(["directorMissing nodes"])
    expect(await codesOf(plan(input(model({ scheduler: "twos" })), null))).toEqual(["lbSchedulerMissing model.virtualServers.0.scheduler"])
    expect(await codesOf(plan(input(model()), null, "operator"))).toEqual(["roleMissing"])
    expect(await w.db.balancer.count()).toBe(0)
  })
  test("shows its files without passwords, prepares the real servers first, and serves", async () => {
    const shown = await plan(input(model()), null)
    expect(shown.files.map(({ node, isNew }) => [node, isNew])).toEqual([
      ["h0", true],
      ["h4", true],
    ])
    expect(JSON.stringify(shown)).not.toContain("canary42")
    expect(shown.steps.slice(0, 4).map(({ node, sentence }) => `${node} ${sentence.code}`)).toEqual([
      "h1 realServerQuiet",
      "h1 realServerHold",
      "h2 realServerQuiet",
      "h2 realServerHold",
    ])
    await apply(shown.id)
    const view = await w.until("h0 serves", async () => {
      const now = await get()
      return now.virtualServers[0]?.state === "up" ? now : undefined
    })
    expect(view.directors.map(({ node, role, holds, drift }) => ({ node, role, holds, drift }))).toEqual([
      { node: "h0", role: "active", holds: [VIP], drift: [] },
      { node: "h4", role: "standby", holds: [], drift: [] },
    ])
    expect(view.virtualServers[0]?.realServers.map(({ key, node, state }) => `${key} ${node} ${state}`)).toEqual([
      "192.168.10.231:80 h1 serving",
      "192.168.10.232:80 h2 serving",
    ])
  })
  test("its password is in no table, answer or event; on the director it is", async () => {
    const { db } = w
    const tables = [db.balancer, db.balancerVersion, db.planRow, db.audit, db.event, db.job, db.journalEntry, db.factRow] as unknown as {
      findMany: () => Promise<unknown>
    }[] // each has it
    expect(JSON.stringify([await get(), ...(await Promise.all(tables.map((table) => table.findMany())))])).not.toContain("canary42")
    expect(w.cluster.nodeOf("h0").disk.get("/etc/keepalived/keepalived.conf")).toContain("auth_pass canary42")
  })
})

describe("a change", () => {
  test("is shown as lines of the file, goes to the standby first, and keeps the password that is known", async () => {
    const { model: now } = await get()
    const shown = await plan(input({ ...now, virtualServers: now.virtualServers.map((one) => ({ ...one, scheduler: "wrr" })) }))
    expect(shown.files[0]?.lines.filter((line) => /^[+-]/.test(line))).toEqual([
      expect.stringMatching(/^-.* rr$/),
      expect.stringMatching(/^\+.* wrr$/),
    ])
    expect(shown.balancerChanges).toEqual([{ what: "changed", of: KEY, field: "scheduler", from: "rr", to: "wrr" }])
    expect(shown.steps.map(({ node, sentence }) => `${node} ${sentence.code}`)).toEqual([
      "h4 keepalivedConfigure",
      "h4 keepalivedLoad",
      "h0 keepalivedConfigure",
      "h0 keepalivedLoad",
    ])
    await apply(shown.id)
    expect(w.cluster.nodeOf("h4").disk.get("/etc/keepalived/keepalived.conf")).toContain("auth_pass canary42")
    await w.until("both have it", async () => (await get()).directors.every(({ drift }) => drift?.length === 0))
  })
  test("is refused to one who edited an older version, and a plan made before another's change is stale", async () => {
    const { version, model: now } = await get()
    const stale = await plan(input({ ...now, virtualServers: now.virtualServers.map((one) => ({ ...one, delayLoop: 9 })) }))
    await apply((await plan(input({ ...now, virtualServers: now.virtualServers.map((one) => ({ ...one, delayLoop: 7 })) }))).id)
    expect(await codesOf(w.admin.plan.apply({ planId: stale.id, why: "" }))).toEqual(["planStale"])
    expect(await codesOf(w.admin.plan.balancer({ clusterId: w.clusterId, balancer: input(now), was: "web", since: version }))).toEqual([
      "balancerMoved",
    ])
  })
  test("by hand on a director is drift: shown, ignored until it is another, adopted, or applied again", async () => {
    const disk = w.cluster.nodeOf("h4").disk as Map<string, string> // as an editor there would
    const path = "/etc/keepalived/keepalived.conf"
    disk.set(path, (disk.get(path) ?? "").replace(/delay_loop 7/, "delay_loop 8"))
    const drifted = await w.until("h4 has drifted", async () => {
      const { directors } = await get()
      return directors[1]?.drift?.length === 1 ? directors[1] : undefined
    })
    expect(drifted.drift).toEqual([{ what: "changed", of: KEY, field: "delayLoop", from: "7", to: "8" }])
    const h4 = { clusterId: w.clusterId, name: "web", node: "h4" }
    await w.admin.balancer.ignoreDrift(h4)
    expect((await get()).directors[1]?.isDriftIgnored).toBe(true)
    const { model: taken } = await w.admin.balancer.takeDrift(h4)
    expect(taken.virtualServers[0]?.delayLoop).toBe(8)
    expect((await get()).model.virtualServers[0]?.delayLoop).toBe(7)
    await apply((await plan(input((await get()).model))).id)
    await w.until("h4 is as the panel has it", async () => (await get()).directors[1]?.drift?.length === 0)
  })
})

describe("a drain", () => {
  test("is an operator's, by weight 0 in the file, and undone to the weight that it had", async () => {
    const { model: now } = await get()
    const heavy = now.virtualServers.map((one) => ({
      ...one,
      realServers: one.realServers.map((real, i) => (i === 0 ? { ...real, weight: 5 } : real)),
    }))
    await apply((await plan(input({ ...now, virtualServers: heavy }))).id)
    const ask = (action: "drain" | "return") =>
      w.as("operator").plan.drain({ clusterId: w.clusterId, drain: "web", action, reals: [{ server: KEY, real: "192.168.10.231:80" }] })
    const shown = await ask("drain")
    expect(shown.notes.map(({ code }) => code)).toContain("lbDrained")
    await w.jobIs((await w.as("operator").plan.apply({ planId: shown.id, why: "" })).jobId, "succeeded")
    await w.until("it drains", async () => /^drain/.test((await get()).virtualServers[0]?.realServers[0]?.state ?? ""))
    await apply((await ask("return")).id)
    expect((await get()).model.virtualServers[0]?.realServers[0]?.weight).toBe(5)
    expect(
      await codesOf(
        w.as("viewer").plan.drain({ clusterId: w.clusterId, drain: "web", action: "drain", reals: [{ server: KEY, real: "x" }] }),
      ),
    ).toEqual(["roleMissing"])
    expect(
      await codesOf(w.admin.plan.drain({ clusterId: w.clusterId, drain: "web", action: "drain", reals: [{ server: KEY, real: "x" }] })),
    ).toEqual(["notFound"])
  })
})

describe("a weight", () => {
  test("is an operator's, of the real servers that are named alone, and another's version is theirs", async () => {
    const { model: before } = await get()
    const ask = (who: "operator" | "viewer", real: string, weight: number) =>
      w.as(who).plan.weights({ clusterId: w.clusterId, weights: "web", reals: [{ server: KEY, real, weight }] })
    const shown = await ask("operator", "192.168.10.232:80", 3)
    expect(shown.balancerChanges).toEqual([{ what: "changed", of: `${KEY} real 192.168.10.232:80`, field: "weight", from: "1", to: "3" }])
    await w.jobIs((await w.as("operator").plan.apply({ planId: shown.id, why: "" })).jobId, "succeeded")
    const { model: after } = await get()
    const [own] = before.virtualServers
    expect(after.virtualServers[0]).toEqual({
      ...own,
      realServers: own?.realServers.map((real, i) => (i === 1 ? { ...real, weight: 3 } : real)),
    })
    expect(await codesOf(ask("operator", "192.168.10.9:80", 3))).toEqual(["notFound"])
    expect(await codesOf(ask("viewer", "192.168.10.232:80", 3))).toEqual(["roleMissing"])
    await apply((await ask("operator", "192.168.10.232:80", 1)).id)
  })
})

describe("a node", () => {
  test("that is a real server says where, and all of that is drained and put back at once", async () => {
    const of = async () => (await w.admin.balancer.ofNode({ clusterId: w.clusterId, node: "h1" }))[0]?.reals ?? []
    await w.until(
      "h1 serves",
      async () => (await of()).map(({ real }) => `${real.key} ${real.state}`).join() === "192.168.10.231:80 serving",
    )
    const reals = (await of()).map(({ server, real }) => ({ server, real: real.key }))
    await apply((await w.as("operator").plan.drain({ clusterId: w.clusterId, drain: "web", action: "drain", reals })).id)
    await w.until("h1 drains", async () => (await of()).every(({ real }) => /^drain/.test(real.state)))
    await apply((await w.as("operator").plan.drain({ clusterId: w.clusterId, drain: "web", action: "return", reals })).id)
    await w.until("h1 serves again", async () => (await of()).every(({ real }) => real.state === "serving"))
    expect(await w.admin.balancer.ofNode({ clusterId: w.clusterId, node: "h0" })).toEqual([])
  })
  test("is prepared by an operator for what is balanced there; any other address is an admin's", async () => {
    const ask = (who: "operator" | "admin", action: "prepare" | "undo", address: string) =>
      codesOf(w.as(who).plan.realServer({ clusterId: w.clusterId, realServer: "h1", action, method: "loopback", services: [{ address }] }))
    expect(await ask("operator", "prepare", VIP)).toEqual([])
    expect(await ask("operator", "prepare", "192.168.10.1")).toEqual(["roleMissing"])
    expect(await ask("operator", "undo", VIP)).toEqual(["roleMissing"])
    expect(await ask("operator", "undo", "192.168.10.1")).toEqual([])
    expect(await ask("admin", "prepare", "192.168.10.1")).toEqual([])
  })
  test("that is a director is not removed from the panel", async () => {
    expect(await codesOf(w.admin.node.remove({ clusterId: w.clusterId, name: "h4" }))).toEqual(["inUse"])
  })
})

describe("history", () => {
  test("has every version with what it changed, and an earlier one comes back as a plan", async () => {
    const versions = await w.admin.balancer.history({ clusterId: w.clusterId, name: "web" })
    expect(versions.map(({ number }) => number)).toEqual([...versions.keys()].map((i) => versions.length - i))
    const changes = (number: number) => w.admin.balancer.changes({ clusterId: w.clusterId, name: "web", number })
    expect(await changes(2)).toEqual({ changes: [{ what: "changed", of: KEY, field: "scheduler", from: "rr", to: "wrr" }], more: 0 })
    expect(await changes(1)).toEqual({ changes: [], more: 0 })
    const { model: first } = await w.admin.balancer.version({ clusterId: w.clusterId, name: "web", number: 1 })
    await apply((await plan(input(first))).id)
    expect((await get()).model).toEqual(first)
  })
})

describe("a hand-over", () => {
  const KEEPALIVED_CONF = "/etc/keepalived/keepalived.conf"
  const ask = (to: string) => w.as("operator").plan.handOver({ clusterId: w.clusterId, handOver: "web", to })
  const roles = async () => (await get()).directors.map(({ role }) => role).join()
  test("with nopreempt raises the standby until it has the addresses; nobody is stopped, and its file is as it was", async () => {
    const { disk } = w.cluster.nodeOf("h4")
    const before = disk.get(KEEPALIVED_CONF)
    const shown = await ask("h4")
    expect(shown.steps.map(({ node, sentence }) => `${node} ${sentence.code}`)).toEqual([
      "h4 keepalivedConfigure",
      "h4 keepalivedLoad",
      "h4 keepalivedTakeOver",
      "h0 keepalivedStepDown",
      "h4 keepalivedConfigure",
      "h4 keepalivedLoad",
    ])
    expect([shown.notes.map(({ code }) => code), shown.fallbacks.map(({ sentence }) => sentence.code)]).toEqual([
      ["lbHandOver", "lbPreempts"],
      ["fallbackPriority"],
    ])
    expect(JSON.stringify(shown)).not.toContain("canary42")
    await apply(shown.id)
    await w.until("h4 is active", async () => (await roles()) === "standby,active")
    expect(disk.get(KEEPALIVED_CONF)).toBe(before)
    expect(await codesOf(w.admin.plan.handOver({ clusterId: w.clusterId, handOver: "web", to: "h4" }))).toEqual(["notStandby"])
  })
  test("to a standby whose file somebody else wrote stops the active one, sees the addresses on the other, and starts it again", async () => {
    const disk = w.cluster.nodeOf("h0").disk as Map<string, string> // as an editor there would
    const before = disk.get(KEEPALIVED_CONF) ?? ""
    disk.set(KEEPALIVED_CONF, `! by hand\n${before}`)
    await w.until("it is seen", async () => (await ask("h0")).steps.length === 3)
    const shown = await ask("h0")
    expect(shown.steps.map(({ node, sentence }) => `${node} ${sentence.code}`)).toEqual([
      "h4 keepalivedHalt",
      "h0 keepalivedTakeOver",
      "h4 keepalivedLoad",
    ])
    expect(shown.notes.map(({ code }) => code)).toEqual(["lbHandOver", "lbHalts"])
    await apply(shown.id)
    await w.until("h0 is active", async () => (await roles()) === "active,standby")
    disk.set(KEEPALIVED_CONF, before)
  })
})

describe("taking over a running pair", () => {
  test("proves that nothing would change, writes nothing, and knows it from then on", async () => {
    const before = w.cluster.nodeOf("h0").disk.get("/etc/keepalived/keepalived.conf")
    await w.admin.balancer.remove({ clusterId: w.clusterId, name: "web" })
    expect(w.cluster.nodeOf("h0").disk.get("/etc/keepalived/keepalived.conf")).toBe(before)
    const seen = await w.admin.balancer.look({ clusterId: w.clusterId, nodes: ["h0", "h4"] })
    expect(seen.verdict).toEqual([])
    expect(seen.nodes.map(({ changes, table, test: said }) => [changes, table, said?.exit])).toEqual([
      [[], [], 0],
      [[], [], 0],
    ])
    expect(JSON.stringify(seen)).not.toContain("canary42")
    const jobs = await w.db.job.count()
    await w.admin.balancer.adopt({ clusterId: w.clusterId, name: "web", nodes: ["h0", "h4"] })
    expect(await w.db.job.count()).toBe(jobs)
    await w.until("it is known", async () => (await get()).virtualServers[0]?.state === "up")
    await w.until("both have it", async () => (await get()).directors.every(({ drift }) => drift?.length === 0))
    expect(await codesOf(w.admin.balancer.look({ clusterId: w.clusterId, nodes: ["h1"] }).then(({ verdict }) => verdict))).toEqual([])
    expect((await w.admin.balancer.look({ clusterId: w.clusterId, nodes: ["h1"] })).verdict.map(({ code }) => code)).toEqual([
      "adoptNothing",
    ])
  })
})

describe("a panel that dies between the two directors", () => {
  test("ends what it began when it is started again: both have the new file, and never are two master", async () => {
    const { model: now } = await get()
    const other = now.directors.map((one) => ({ ...one, instances: one.instances.map((i) => ({ ...i, routerId: 77 })) }))
    const shown = await plan(input({ ...now, directors: other }))
    expect(shown.steps.map(({ node, sentence }) => `${node} ${sentence.code}`)[0]).toMatch(/keepalivedHalt$/)
    const { jobId } = await w.admin.plan.apply({ planId: shown.id, why: "" })
    await w.until("half of it", async () => (await w.db.journalEntry.count({ where: { jobId, state: "succeeded" } })) >= 2)
    await w.kill()
    await w.jobIs(jobId, "succeeded")
    for (const node of ["h0", "h4"])
      expect(w.cluster.nodeOf(node).disk.get("/etc/keepalived/keepalived.conf")).toContain("virtual_router_id 77")
    await w.until(
      "one is active",
      async () =>
        (await get()).directors
          .map(({ role }) => role)
          .toSorted()
          .join() === "active,standby",
    )
  })
})

describe("when the active director loses its power", () => {
  test("what was last seen of it counts no more once the other has the addresses: one serves, and nobody says that both do", async () => {
    const activeOf = async () => (await get()).directors.flatMap(({ node, role }) => (role === "active" ? [node] : []))
    const [dead] = await activeOf()
    const other = dead === "h0" ? "h4" : "h0"
    w.cluster.nodeOf(dead ?? "").powerOff()
    const fromMs = w.clock.nowMs()
    await w.until("the other serves alone", async () => {
      const { from, directors } = await get()
      return from === other && directors.find(({ node }) => node === dead)?.holds === null
    })
    expect(w.clock.nowMs() - fromMs).toBeLessThan(20_000)
    const [row] = await w.admin.balancer.list({ clusterId: w.clusterId })
    expect(row).toMatchObject({ twice: [], nowhere: [], virtualServers: [{ state: "up" }] })
  })
})
