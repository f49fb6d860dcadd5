import { beforeEach, describe, expect, test } from "vitest"
import { bind, driverOf } from "../../agents/registry"
import { askClaim, claimed, readClaim } from "../node/claim"
import { isOutcomeUnknown, isUnreachable } from "../node/session"
import { type Sh, sh } from "../node/sh"
import { createSimCluster, type SimCluster } from "./cluster"

let cluster: SimCluster
beforeEach(() => {
  cluster = createSimCluster({ nodes: [{ name: "h1" }, { name: "h2" }] })
})
const ip = { class: "ocf", name: "ip", provider: "heartbeat", agent: "IPaddr2", params: { ip: "10.0.0.80", cidr_netmask: "24" } }
const web = { class: "systemd", name: "web", unit: "apache2" }
const of = (op: string, params: typeof ip | typeof web) => bind({ node: "h1", driver: "ocf", op, params })
const run = (node: string, command: Sh, timeoutMs = 30_000) => cluster.nodeOf(node).session.run(command, { timeoutMs })
const claim = async (command: Sh, step = "j.0") => readClaim(await run("h1", claimed(step, command)))
const ask = async (step = "j.0") => readClaim(await run("h1", askClaim(step)))
const monitor = async (node: string, resource: typeof ip | typeof web) =>
  of("start", resource).isSettled(await run(node, of("start", resource).look))
const addresses = async (node: string) => (await run(node, sh`ip -j addr`)).stdout
/** Time for what goes on by itself. */
const wait = (ms: number) => cluster.clock.sleep(ms)

test("an address that was started is one of the node's, and is gone with its stop", async () => {
  expect(await addresses("h1")).not.toContain("10.0.0.80")
  expect(await run("h1", of("start", ip).command)).toMatchObject({ exitCode: 0 })
  expect(await addresses("h1")).toContain('"10.0.0.80","prefixlen":24')
  expect([await monitor("h1", ip), await monitor("h2", ip)]).toEqual([true, false])
  const free = (node: string) => bind({ node, driver: "system", op: "addressIsFree", params: { ip: "10.0.0.80" } })
  expect(free("h1").isSettled(await run("h1", free("h1").look))).toBe(false)
  expect(free("h2").isSettled(await run("h2", free("h2").look))).toBe(true)
  await run("h1", of("stop", ip).command)
  expect(await addresses("h1")).not.toContain("10.0.0.80")
})
test("while it starts it is held, although its monitor says that it does not run", async () => {
  await expect(run("h1", of("start", web).command, 100)).rejects.toSatisfy(isOutcomeUnknown)
  expect(cluster.nodeOf("h1").held()).toEqual(["apache2.service"])
  expect(await monitor("h1", web)).toBe(false)
  await wait(2_000)
  expect(await monitor("h1", web)).toBe(true)
})
test("two holders are a violation from the moment a start begins until a stop has ended", async () => {
  await run("h1", of("start", web).command)
  const stop = run("h1", of("stop", web).command)
  await wait(100)
  expect(cluster.violations).toEqual([])
  await run("h2", of("start", web).command)
  await stop
  expect(cluster.violations[0]).toMatch(/^apache2.service is held by h1 and h2 at \d+$/)
})
test("what was done is listed, what was only looked at is not", async () => {
  await run("h1", of("start", web).command)
  await run("h1", of("start", web).look)
  expect(cluster.executed).toEqual(["h1 systemctl start -- apache2.service"])
})
test("troubles: a start that fails, a stop that fails, one that takes a minute", async () => {
  cluster.troubles.add("h1 start ip").add("h1 stop apache2.service").add("h2 slow ip")
  expect(await run("h1", of("start", ip).command)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("ocf-exit-reason") })
  await run("h1", of("start", web).command)
  expect(await run("h1", of("stop", web).command)).toMatchObject({ exitCode: 1 })
  expect(of("stop", web).isSettled(await run("h1", of("stop", web).look))).toBe(false)
  expect(cluster.nodeOf("h1").held()).toEqual(["ip", "apache2.service"])
  await expect(run("h2", of("start", ip).command, 20_000)).rejects.toThrow("no answer from h2 in 20000 ms")
})

describe("claims", () => {
  const start = of("start", web).command
  test("run once, however often they are asked for", async () => {
    expect(await ask()).toEqual({ state: "none", why: "" })
    expect(await claim(start)).toMatchObject({ state: "done", exitCode: 0 })
    expect(await claim(start)).toMatchObject({ state: "done", exitCode: 0 })
    expect(cluster.executed).toHaveLength(1)
  })
  test("outlive who asked, and can be asked while they run", async () => {
    await expect(cluster.nodeOf("h1").session.run(claimed("j.0", start), { timeoutMs: 100 })).rejects.toSatisfy(isOutcomeUnknown)
    expect(await ask()).toEqual({ state: "running" })
    await wait(2_000)
    expect(await ask()).toMatchObject({ state: "done", exitCode: 0 })
  })
  test("a reboot empties them, changes the boot id and keeps the disk", async () => {
    const bootId = async () => (await run("h1", sh`cat /proc/sys/kernel/random/boot_id`)).stdout
    await claim(start)
    const before = await bootId()
    await cluster.nodeOf("h1").session.put({ path: "/etc/x", content: "kept", mode: 0o644, timeoutMs: 1_000 })
    cluster.power("h1", false)
    expect(cluster.nodeOf("h1").held()).toEqual([])
    await expect(ask()).rejects.toSatisfy(isUnreachable)
    cluster.power("h1", true)
    expect(await ask()).toEqual({ state: "none", why: "" })
    expect(await bootId()).not.toBe(before)
    expect((await run("h1", sh`cat /etc/x`)).stdout).toBe("kept")
  })
  test("power lost and back in the middle of a command is no answer", async () => {
    cluster.clock.after(500, () => {
      cluster.power("h1", false)
      cluster.power("h1", true)
    })
    await expect(run("h1", start)).rejects.toSatisfy(isOutcomeUnknown)
    await wait(5_000)
    expect(cluster.nodeOf("h1").held()).toEqual([])
  })
})

test.each([
  ["before", 0],
  ["late", 1],
  ["during", 1],
  ["after", 1],
] as const)("a fault %s the command: it ran %i times in the end", async (when, times) => {
  cluster.setFaults(() => ({ when, error: new Error("struck") }))
  await expect(run("h1", of("start", web).command)).rejects.toThrow("struck")
  cluster.setFaults(() => undefined)
  await wait(60_000)
  expect(cluster.executed).toHaveLength(times)
})
test("an abort ends a command, but not a claimed one", async () => {
  const aborter = new AbortController()
  cluster.clock.after(100, () => aborter.abort())
  const { session } = cluster.nodeOf("h1")
  const options = { timeoutMs: 30_000, signal: aborter.signal }
  const both = [session.run(of("start", ip).command, options), session.run(claimed("j.0", of("start", web).command), options)]
  cluster.clock.after(50, () => aborter.abort())
  for (const one of both) await expect(one).rejects.toThrow("called off")
  await wait(5_000)
  expect([await monitor("h1", ip), await monitor("h1", web)]).toEqual([false, true])
})

describe("the journal", () => {
  const push = driverOf("ocf")?.push?.([{ resource: web, state: "started" }])
  const follow = (signal: AbortSignal) => {
    const woken: string[] = []
    const onLine = (line: string) => woken.push(...(push?.wakes(line) ?? []))
    const ended = push && cluster.nodeOf("h1").session.run(push.command, { timeoutMs: 1e9, onLine, signal })
    return { woken, ended }
  }
  test("tells of a unit that was stopped by hand, until the stream is called off", async () => {
    const aborter = new AbortController()
    const { woken, ended } = follow(aborter.signal)
    await run("h1", of("start", web).command)
    expect(woken).toEqual(["ocf.monitor:web", "ocf.monitor:web"])
    expect(cluster.nodeOf("h1").disturb("stopUnit", "apache2")).toBe(true)
    expect(woken).toHaveLength(4)
    expect(await monitor("h1", web)).toBe(false)
    aborter.abort()
    await expect(ended).rejects.toSatisfy(isOutcomeUnknown)
    await run("h1", of("start", web).command)
    expect(woken).toHaveLength(4)
  })
  test.each(["power", "cable"] as const)("ends when the %s goes", async (what) => {
    const { ended } = follow(new AbortController().signal)
    cluster[what]("h1", false)
    await expect(ended).rejects.toThrow("the stream from h1 ended")
  })
})

test("without its cable a node goes on, and nobody hears it", async () => {
  await expect(run("h1", claimed("j.0", of("start", web).command), 100)).rejects.toSatisfy(isOutcomeUnknown)
  cluster.cable("h1", false)
  await expect(ask()).rejects.toSatisfy(isUnreachable)
  await wait(2_000)
  cluster.cable("h1", true)
  expect(await ask()).toMatchObject({ state: "done", exitCode: 0 })
})
test("a unit that starts at boot runs after it; disabled, it does not", async () => {
  await run("h1", sh`systemctl enable -- apache2.service`)
  const reboot = () => {
    cluster.power("h1", false)
    cluster.power("h1", true)
  }
  reboot()
  expect(await monitor("h1", web)).toBe(true)
  const disable = bind({ node: "h1", driver: "ocf", op: "disableAtBoot", params: { unit: "apache2" } })
  expect(disable.isSettled(await run("h1", disable.look))).toBe(false)
  await run("h1", disable.command)
  expect(disable.isSettled(await run("h1", disable.look))).toBe(true)
  expect(await monitor("h1", web)).toBe(true)
  reboot()
  expect(await monitor("h1", web)).toBe(false)
})
test("what the power took in the middle was not done on the disk either", async () => {
  await expect(run("h1", sh`systemctl enable -- apache2.service`, 100)).rejects.toSatisfy(isOutcomeUnknown)
  cluster.power("h1", false)
  await wait(1_000)
  cluster.power("h1", true)
  expect(await monitor("h1", web)).toBe(false)
})
test("an address taken away by hand is missed by its monitor", async () => {
  await run("h1", of("start", ip).command)
  expect(cluster.nodeOf("h1").disturb("removeAddress", "10.0.0.80")).toBe(true)
  expect(await monitor("h1", ip)).toBe(false)
  expect(cluster.nodeOf("h1").disturb("stopUnit", "nothing")).toBe(false)
})
test("files are put whole, kept, checked or refused", async () => {
  const { session } = cluster.nodeOf("h1")
  const put = (content: string, check?: Sh) =>
    session.put({ path: "/etc/a.conf", content, mode: 0o644, timeoutMs: 1_000, ...(check ? { check } : {}) })
  expect(await put("one")).toMatchObject({ state: "written" })
  expect(await put("one")).toMatchObject({ state: "unchanged" })
  expect(await put("two", sh`true`)).toMatchObject({ state: "written", keptAs: expect.stringContaining("/etc/a.conf.moyai-kept") })
  expect(await put("three", sh`false`)).toMatchObject({ state: "refused", exitCode: 1 })
  expect((await run("h1", sh`cat /etc/a.conf`)).stdout).toBe("two")
})
test("facts of all drivers are read in one round trip", async () => {
  const facts = ["system", "ocf"].flatMap(
    (name) => driverOf(name)?.facts(name === "ocf" ? [ip, web].map((resource) => ({ resource, state: "started" })) : []) ?? [],
  )
  let trips = 0
  cluster.setFaults(() => {
    trips += 1
    return undefined
  })
  const results = await cluster.nodeOf("h1").session.read(
    facts.map(({ command }) => command),
    { timeoutMs: 10_000 },
  )
  const values = facts.map(({ name, parse }, i) => [name, results[i] && parse(results[i])])
  expect(trips).toBe(1)
  expect(Object.fromEntries(values)).toMatchObject({
    "system.identity": { hostname: "h1" },
    "system.os": { cpus: 4 },
    "system.tools": { systemctl: true, virsh: false },
    "ocf.monitor:ip": { state: "stopped" },
  })
})
test("a program that is not there says so, as a shell would", async () =>
  expect(await run("h1", sh`nosuch`)).toMatchObject({ exitCode: 127 }))
