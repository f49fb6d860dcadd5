import { beforeEach, describe, expect, test } from "vitest"
import { bind, drivers, readAny, readConfig, renderChanges, renderKeepalived, renderRestore, testConfig } from "../../agents/registry"
import { type Balancer, balancerSchema } from "../domain/balancer"
import { KeepalivedService, LiveRates, LiveTable } from "../domain/balancer-live"
import { sha256Of } from "../node/put"
import { simulatedClock } from "./clock"
import { createSimCluster, type SimCluster } from "./cluster"

const VIP = "10.0.0.100"
const realServer = (address: string, more: object = {}) => ({ address, port: 80, weight: 1, checks: [{ kind: "tcp" }], ...more })
const virtualServer = (more: object = {}) => ({
  service: { kind: "address", address: VIP, port: 80, protocol: "tcp" },
  scheduler: "rr",
  forwarding: { method: "direct" },
  realServers: [realServer("10.0.0.13"), realServer("10.0.0.14")],
  ...more,
})
const instance = (priority: number, more: object = {}) => ({
  name: "VI_1",
  state: "BACKUP",
  interface: "eth0",
  routerId: 51,
  priority,
  addresses: [{ address: VIP, prefix: 32 }],
  ...more,
})
type Options = { readonly vrrp?: object; readonly second?: object; readonly server?: object }
const model = ({ vrrp = {}, second = {}, server = {} }: Options = {}): Balancer =>
  balancerSchema.parse({
    directors: [{ instances: [instance(150, vrrp)] }, { instances: [instance(100, { ...vrrp, ...second })] }],
    virtualServers: [virtualServer(server)],
  })

let cluster: SimCluster
beforeEach(() => {
  cluster = createSimCluster({ nodes: ["h1", "h2", "h3", "h4"].map((name) => ({ name })), clock: simulatedClock(1_800_000_000_000) })
})
/** As a job does it: the command, then looks until it is settled or its time is over. */
async function act(node: string, driver: string, op: string, params: unknown): Promise<string> {
  const bound = bind({ node, driver, op, params: JSON.parse(JSON.stringify(params)) })
  const { session } = cluster.nodeOf(node)
  const done = await session.run(bound.command, { timeoutMs: bound.timeoutMs })
  if (done.exitCode !== 0) return done.stderr
  for (let waitedMs = 0; waitedMs <= bound.timeoutMs; waitedMs += 500) {
    const [seen] = await session.read([bound.look], { timeoutMs: 10_000 })
    if (seen && bound.isSettled(seen)) return "settled"
    await cluster.clock.sleep(500)
  }
  return "not settled"
}
async function fact<T>(node: string, name: string, schema: { readonly parse: (value: unknown) => T }): Promise<T> {
  const found = drivers
    .flatMap((one) => (one.name === name.split(".")[0] ? one.facts([{ balancer: "web" }]) : []))
    .find((one) => one.name === name)
  const [seen] = found ? await cluster.nodeOf(node).session.read([found.command], { timeoutMs: 10_000 }) : []
  return schema.parse(found && seen ? found.parse(seen) : undefined)
}
async function bring(node: string, director: number, of: Balancer): Promise<readonly string[]> {
  const text = renderKeepalived(of, director)
  const sha256 = sha256Of(text)
  return [
    await act(node, "keepalived", "configure", { text, sha256 }),
    await act(node, "keepalived", "load", { sha256, model: of, director }),
  ]
}
const holders = () =>
  cluster
    .nodes()
    .filter((one) => one.addresses().includes(VIP))
    .map(({ name }) => name)
const tableOf = async (node: string) => (await fact(node, "ipvs.table", LiveTable))[0]
const bothUp = async (of: Balancer = model()) => {
  await bring("h2", 1, of)
  await bring("h1", 0, of)
  await cluster.clock.sleep(6_000)
}

describe("a pair of directors", () => {
  test("takes its file, loads it, and the stronger one holds the address, seen on its interface", async () => {
    expect(await bring("h2", 1, model())).toEqual(["settled", "settled"])
    expect(await bring("h1", 0, model())).toEqual(["settled", "settled"])
    await cluster.clock.sleep(6_000)
    expect(holders()).toEqual(["h1"])
    expect(await act("h1", "keepalived", "takeOver", { addresses: [VIP] })).toBe("settled")
    expect(await act("h2", "keepalived", "takeOver", { addresses: [VIP] })).toBe("not settled")
    const seen = await fact("h1", "keepalived.service", KeepalivedService)
    expect(seen).toMatchObject({
      isInstalled: true,
      active: "active",
      isEnabled: false,
      configSha256: sha256Of(renderKeepalived(model(), 0)),
    })
    expect(seen.addresses).toContainEqual({ interface: "eth0", address: VIP, prefix: 32 })
  })
  test("a power cut moves the address in about three adverts, and it comes back with the stronger one", async () => {
    await bothUp()
    await act("h1", "keepalived", "enable", {})
    cluster.power("h1", false)
    await cluster.clock.sleep(2_000)
    expect(holders()).toEqual([])
    await cluster.clock.sleep(3_000)
    expect(holders()).toEqual(["h2"])
    cluster.power("h1", true)
    await cluster.clock.sleep(6_000)
    expect(holders()).toEqual(["h1"])
  })
  test("with nopreempt the weaker one keeps it, until it is halted: then it moves within a second", async () => {
    await bothUp(model({ vrrp: { nopreempt: true } }))
    expect(holders()).toEqual(["h2"])
    expect(await act("h2", "keepalived", "halt", {})).toBe("settled")
    await cluster.clock.sleep(1_500)
    expect(holders()).toEqual(["h1"])
  })
  test("a machine whose cable is pulled gives the address up; two that are kept apart both take it, and one lets go when they meet", async () => {
    await bothUp()
    cluster.cable("h1", false)
    await cluster.clock.sleep(5_000)
    expect(holders()).toEqual(["h2"])
    cluster.cable("h1", true)
    await cluster.clock.sleep(6_000)
    expect(holders()).toEqual(["h1"])
    cluster.splits.add("h1 h2")
    await cluster.clock.sleep(6_000)
    expect(holders()).toEqual(["h1", "h2"])
    cluster.splits.clear()
    await cluster.clock.sleep(2_000)
    expect(holders()).toEqual(["h1"])
  })
  test("two that do not understand each other are both master", async () => {
    await bothUp(model({ second: { routerId: 52 } }))
    expect(holders()).toEqual(["h1", "h2"])
  })
})
describe("the table", () => {
  test("follows the file and its checks, with connections where the address is", async () => {
    await bothUp()
    const [active, standby] = [await tableOf("h1"), await tableOf("h2")]
    expect(active).toMatchObject({ key: `tcp ${VIP}:80`, scheduler: "rr", persistence: null, onePacket: false })
    expect(active?.realServers.map(({ address, weight }) => [address, weight])).toEqual([
      ["10.0.0.13", 1],
      ["10.0.0.14", 1],
    ])
    expect(active?.realServers.every((one) => one.active > 0)).toBe(true)
    expect(standby?.realServers.every((one) => one.active === 0)).toBe(true)
    const rates = await fact("h1", "ipvs.rates", LiveRates)
    expect(Object.keys(rates)).toEqual([`tcp ${VIP}:80`, `tcp ${VIP}:80 real 10.0.0.13:80`, `tcp ${VIP}:80 real 10.0.0.14:80`])
    cluster.power("h3", false)
    expect((await tableOf("h1"))?.realServers.map(({ address }) => address)).toEqual(["10.0.0.14"])
  })
  test("has one with inhibit at weight 0, and the sorry server when nobody is left", async () => {
    const server = { realServers: [realServer("10.0.0.13"), realServer("10.0.0.14", { inhibitOnFailure: true })] }
    await bothUp(model({ server: { ...server, sorryServer: { address: "10.0.0.11", port: 80 } } }))
    cluster.power("h4", false)
    expect((await tableOf("h1"))?.realServers.map(({ address, weight }) => [address, weight])).toEqual([
      ["10.0.0.13", 1],
      ["10.0.0.14", 0],
    ])
    cluster.power("h3", false)
    expect((await tableOf("h1"))?.realServers.map(({ address }) => address)).toEqual(["10.0.0.11"])
  })
  test("a server at weight 0 loses its connections with time", async () => {
    await bothUp()
    await tableOf("h1")
    const drained = model({ server: { realServers: [realServer("10.0.0.13", { weight: 0 }), realServer("10.0.0.14")] } })
    expect(await bring("h1", 0, drained)).toEqual(["settled", "settled"])
    const active = async () => (await tableOf("h1"))?.realServers[0]?.active ?? -1
    const first = await active()
    await cluster.clock.sleep(4_000)
    const second = await active()
    await cluster.clock.sleep(40_000)
    expect([first > second, second > 0, await active()]).toEqual([true, true, 0])
  })
  test("of a raw director is changed by one restore, and comes back after a reboot", async () => {
    const [before, after] = [
      balancerSchema.parse({}),
      balancerSchema.parse({
        virtualServers: [virtualServer({ realServers: [realServer("10.0.0.13", { checks: [], upperThreshold: 9 })] })],
      }),
    ]
    const changes = renderChanges(before, after)
    const whole = renderRestore(after)
    if (!changes.allowed || !whole.allowed) throw new Error("refused")
    expect(await act("h1", "ipvs", "restore", { model: after, input: changes.value })).toBe("settled")
    expect(await act("h1", "ipvs", "restore", { model: after, input: changes.value })).toContain("Service already exists")
    expect(await act("h1", "ipvs", "persist", { text: whole.value })).toBe("settled")
    cluster.power("h1", false)
    cluster.power("h1", true)
    expect((await tableOf("h1"))?.realServers).toMatchObject([{ address: "10.0.0.13", port: 80, method: "direct", weight: 1 }])
  })
  test.each([
    ["loadModule", { module: "ip_vs_sh" }],
    ["forward", {}],
  ])("%s is settled, now and at boot", async (op, params) => {
    expect(await act("h1", "ipvs", op, params)).toBe("settled")
  })
})
describe("a file", () => {
  test("that keepalived does not take is refused, and the old one stays", async () => {
    await bring("h1", 0, model())
    const bad = "virtual_server 10.0.0.100 80 {\n  delay_lop 2\n}\n"
    expect(await act("h1", "keepalived", "configure", { text: bad, sha256: sha256Of(bad) })).toMatch(/^put refused 5\n.*delay_lop/)
    const tested = testConfig(bad)
    const result = tested.parse(await cluster.nodeOf("h1").session.run(tested.command, { timeoutMs: 10_000 }))
    expect(result).toMatchObject({ exit: 5, output: expect.stringContaining("delay_lop") })
    expect(cluster.nodeOf("h1").disk.get("/etc/keepalived/keepalived.conf")).toBe(renderKeepalived(model(), 0))
  })
  test("is read back as it was written, recognised, and means the same", async () => {
    await bring("h1", 0, model())
    const { command, parse } = readConfig()
    const config = parse(await cluster.nodeOf("h1").session.run(command, { timeoutMs: 10_000 }))
    expect(config).toEqual({ text: renderKeepalived(model(), 0), files: {} })
    const read = readAny({ text: config.text ?? "", files: config.files })
    expect(read.ok && read.value.imported.balancer).toEqual({ ...model(), directors: [model().directors[0]] })
  })
})
