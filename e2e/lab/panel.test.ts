import { spawn } from "node:child_process"
import { afterAll, beforeAll, expect, test } from "vitest"
import { createPanel, type Panel, until, whyNoBuild } from "../panel/panel"
import { LAB_PASSWORD, LAB_USER, labOf } from "./lab"

/** The built panel on real nodes: enrolment by password, an address and httpd, relocations, and SIGKILL in the middle of them. */
const lab = labOf()
const vip = lab.vip(0)
const KILLS = Number(process.env.MOYAI_KILLS ?? 10)
let panel: Panel
let clusterId = ""

beforeAll(async () => {
  const why = whyNoBuild()
  if (why) throw new Error(why)
  panel = await createPanel({ port: 3695 })
  await panel.start()
  clusterId = (await panel.client.cluster.create({ name: "lab" })).id
})
afterAll(() => panel?.end())

const ownerIs = (node: string) =>
  until(`httpd started on ${node}`, async () => {
    const { status } = await panel.client.service.get({ clusterId, name: "httpd" })
    return status.state === "started" && status.owner === node ? true : undefined
  })
const web = async (): Promise<string> => (await fetch(`http://${vip}/`, { signal: AbortSignal.timeout(1_000) })).text()
/** Asks for the address 50 times a second; tells for how long nobody answered, ms. */
function probe() {
  const child = spawn("bash", [
    "-c",
    `while :; do if curl -s -m 0.3 -o /dev/null http://${vip}/; then echo ok; else echo no; fi; sleep 0.02; done`,
  ])
  const gaps: number[] = []
  let lostMs: number | undefined
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    for (const line of text.trim().split("\n")) {
      if (line === "no") lostMs ??= Date.now()
      else if (lostMs !== undefined) {
        gaps.push(Date.now() - lostMs)
        lostMs = undefined
      }
    }
  })
  return {
    end: () => {
      child.kill()
      return gaps
    },
  }
}
/** What the node's journal says of apache2's starts, for "nothing ran twice". */
const starts = async (node: string): Promise<number> => {
  const text = await lab.exec(node, "journalctl", "-u", "apache2", "-o", "cat", "--no-pager").catch(() => "")
  return text.split("\n").filter((line) => line.startsWith("Started apache2")).length
}
const holders = async (): Promise<readonly string[]> => {
  const all = await Promise.all(
    lab.nodes.map(async ({ name }) => ((await lab.exec(name, "ip", "-o", "addr")).includes(`${vip}/`) ? [name] : [])),
  )
  return all.flat()
}
async function relocate(target: string): Promise<string> {
  const { id } = await until("a plan", () => panel.client.plan.make({ clusterId, service: "httpd", action: "relocate", target }))
  return (await panel.client.plan.apply({ planId: id, why: "lab" })).jobId
}
const jobSucceeds = (id: string) =>
  until(`job ${id}`, async () => ((await panel.client.job.get({ id })).state === "succeeded" ? true : undefined))

test("three machines become nodes: fingerprint, a password used once, checks", async () => {
  for (const { name, address, port, fingerprint } of lab.nodes) {
    const scanned = await panel.client.node.scan({ host: address, port })
    expect(scanned.fingerprint).toBe(fingerprint)
    const candidate = { clusterId, host: address, port, user: LAB_USER, hostKey: scanned.hostKey }
    const { hostname, checks } = await panel.client.node.prepare({ ...candidate, password: LAB_PASSWORD })
    expect(hostname).toBe(name)
    expect(checks.filter(({ verdict }) => verdict === "bad")).toEqual([])
    expect(checks.map(({ code }) => code)).toEqual(expect.arrayContaining(["login", "sudo", "ownName", "clock", "tools"]))
    await panel.client.node.add({ ...candidate, name, isMember: true })
  }
  await until("all online", async () =>
    (await panel.client.overview.get({ clusterId })).nodes.every((n) => n.state === "online") ? true : undefined,
  )
})
test("the agents' forms come from the node's own meta-data", async () => {
  const { providers, units } = await panel.client.agent.list({ clusterId })
  expect(providers.find(({ provider }) => provider === "heartbeat")?.agents).toEqual(
    expect.arrayContaining(["IPaddr2", "apache", "named", "postfix", "Filesystem"]),
  )
  expect(JSON.stringify(units)).toContain("apache2.service")
  const { parameters } = await panel.client.agent.metadata({ clusterId, provider: "heartbeat", agent: "IPaddr2" })
  expect(parameters.find(({ name }) => name === "ip")).toMatchObject({ required: true })
})
test("an address and httpd start on h1 and answer", async () => {
  const members = lab.nodes.map(({ name }, i) => ({ node: name, priority: i + 1 }))
  await panel.client.domain.save({
    clusterId,
    was: null,
    domain: { name: "web", ordered: true, restricted: false, nofailback: true, members },
  })
  const ip = {
    name: "httpd-ip",
    driver: "ocf",
    params: { class: "ocf", provider: "heartbeat", agent: "IPaddr2", params: { ip: vip, cidr_netmask: "24" } },
  }
  const httpd = { name: "httpd-daemon", driver: "ocf", params: { class: "systemd", unit: "apache2.service" } }
  const { bootEnabled } = await panel.client.service.save({
    clusterId,
    was: null,
    service: { name: "httpd", domain: "web", isExclusive: false, autostart: true, resources: [ip, httpd] },
  })
  expect(bootEnabled).toEqual([])
  await ownerIs("h1")
  expect((await web()).trim()).toBe("h1")
})
test("it moves to h2, and the outage is measured", async () => {
  const watch = probe()
  await jobSucceeds(await relocate("h2"))
  await ownerIs("h2")
  await until("h2 answers", async () => ((await web()).trim() === "h2" ? true : undefined))
  const gaps = watch.end()
  console.log(`outage of a relocation, as a client sees it: ${gaps.join(", ")} ms`)
  expect(await holders()).toEqual(["h2"])
})
test("a unit that starts at boot on a member is told, and can be switched off", async () => {
  await lab.exec("h3", "systemctl", "enable", "apache2")
  const seen = await until("seen", async () => {
    const { bootEnabled } = await panel.client.service.get({ clusterId, name: "httpd" })
    return bootEnabled.length > 0 ? bootEnabled : undefined
  })
  expect(seen).toEqual([{ unit: "apache2.service", nodes: ["h3"] }])
  await jobSucceeds((await panel.client.service.bootDisable({ clusterId, name: "httpd", unit: "apache2.service" })).jobId)
  expect((await lab.exec("h3", "systemctl", "is-enabled", "apache2").catch((e: { stdout: string }) => e.stdout)).trim()).toBe("disabled")
})
test("httpd stopped by hand is recoverable, and then started in place", async () => {
  await lab.exec("h2", "systemctl", "stop", "apache2")
  await until("recoverable was seen", async () =>
    (await panel.client.event.list({ clusterId })).some((e) => e.code === "service.recoverable") ? true : undefined,
  )
  await ownerIs("h2")
  expect((await web()).trim()).toBe("h2")
})
test(`SIGKILL ${KILLS} times in the middle of a relocation: the goal is reached, nothing ran twice, never on two nodes`, async () => {
  const names = lab.nodes.map(({ name }) => name)
  for (let i = 0; i < KILLS; i++) {
    const target = names[(i + 2) % names.length] ?? "h1"
    const before = await Promise.all(names.map(starts))
    const jobId = await relocate(target)
    await new Promise((r) => setTimeout(r, Math.random() * 1_500))
    await panel.kill()
    expect((await holders()).length, `kill ${i}`).toBeLessThanOrEqual(1)
    await panel.start()
    await jobSucceeds(jobId)
    await ownerIs(target)
    const after = await Promise.all(names.map(starts))
    expect(
      after.map((n, at) => n - (before[at] ?? 0)),
      `kill ${i}, to ${target}`,
    ).toEqual(names.map((n) => (n === target ? 1 : 0)))
    expect(await holders()).toEqual([target])
    await until(`${target} answers`, async () => ((await web()).trim() === target ? true : undefined))
  }
}, 600_000)
test("a node without power: its service waits for fencing; when it is back it is looked at first", async () => {
  const { status } = await panel.client.service.get({ clusterId, name: "httpd" })
  const owner = status.owner ?? ""
  await lab.powerOff(owner)
  const blocked = await until("blocked", async () => {
    const { status: now } = await panel.client.service.get({ clusterId, name: "httpd" })
    return now.state === "blocked" ? now : undefined
  })
  expect(blocked).toMatchObject({ owner, reason: { code: "waitingForFencing", params: { node: owner } } })
  expect(
    await Promise.all(
      lab.nodes
        .filter((n) => n.name !== owner)
        .map((n) => lab.exec(n.name, "systemctl", "is-active", "apache2").catch((e: { stdout: string }) => e.stdout.trim())),
    ),
  ).toEqual(["inactive", "inactive"])
  await lab.powerOn(owner)
  await until(
    "started again",
    async () => ((await panel.client.service.get({ clusterId, name: "httpd" })).status.state === "started" ? true : undefined),
    90_000,
  )
  expect((await holders()).length).toBe(1)
})
