import { createConnection } from "node:net"
import { afterAll, beforeAll, expect, test } from "vitest"
import { createPanel, type Panel, until, whyNoBuild } from "../panel/panel"
import { LAB_PASSWORD, LAB_USER, labOf } from "./lab"

/** Document 003 for real: httpd on h1, named on h2, postfix on h3, each with its address and an ordered domain of all three. */
const lab = labOf()
const [first = "h1", second = "h2", third = "h3"] = lab.nodes.map(({ name }) => name)
const services = [
  { name: "httpd", unit: "apache2.service", vip: lab.vip(10), home: first },
  { name: "named", unit: "named.service", vip: lab.vip(11), home: second },
  { name: "mail", unit: "postfix.service", vip: lab.vip(12), home: third },
] as const
type Service = (typeof services)[number]
let panel: Panel
let clusterId = ""

const order = (home: string) => [home, ...[first, second, third].filter((n) => n !== home)]
beforeAll(async () => {
  const why = whyNoBuild()
  if (why) throw new Error(why)
  for (const { name } of lab.nodes) {
    // Debian's "Local only" greets nobody from outside.
    await lab.exec(name, "postconf", "-e", "inet_interfaces=all")
    await lab.exec(name, "systemctl", "disable", "--now", "apache2", "named", "postfix").catch(() => "")
  }
  panel = await createPanel({ port: 3696 })
  await panel.start()
  clusterId = (await panel.client.cluster.create({ name: "zigsow-cluster" })).id
  for (const { name, address, port } of lab.nodes) {
    const { hostKey } = await panel.client.node.scan({ host: address, port })
    const candidate = { clusterId, host: address, port, user: LAB_USER, hostKey }
    await panel.client.node.prepare({ ...candidate, password: LAB_PASSWORD })
    await panel.client.node.add({ ...candidate, name, isMember: true })
  }
  await until("all online", async () =>
    (await panel.client.overview.get({ clusterId })).nodes.every((n) => n.state === "online") ? true : undefined,
  )
  for (const { name, unit, vip, home } of services) {
    const members = order(home).map((node, i) => ({ node, priority: i + 1 }))
    const domain = { name: `prefer-${name}`, ordered: true, restricted: false, nofailback: true, members }
    await panel.client.domain.save({ clusterId, was: null, domain })
    const ip = { class: "ocf", provider: "heartbeat", agent: "IPaddr2", params: { ip: vip, cidr_netmask: "24" } }
    await panel.client.service.save({
      clusterId,
      was: null,
      service: {
        ...{ name, domain: domain.name, isExclusive: false, autostart: true },
        resources: [
          { name: `${name}-ip`, driver: "ocf", params: ip },
          { name: `${name}-daemon`, driver: "ocf", params: { class: "systemd", unit, monitorEveryMs: 2_000 } },
        ],
      },
    })
  }
}, 180_000)
afterAll(() => panel?.end())

/** The first line that a server says by itself. */
const greeting = (host: string, port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = createConnection({ host, port, timeout: 2_000 })
    const end = (error?: Error) => {
      socket.destroy()
      reject(error ?? new Error(`nothing from ${host}:${port} in 2 s`))
    }
    socket.once("data", (data) => {
      socket.destroy()
      resolve(data.toString().split("\r\n")[0] ?? "")
    })
    socket.once("error", end)
    socket.once("timeout", () => end())
  })
/** What a client gets from the service at its address. */
const answers: Readonly<Record<Service["name"], (vip: string) => Promise<boolean>>> = {
  httpd: async (vip) => (await fetch(`http://${vip}/`, { signal: AbortSignal.timeout(2_000) })).ok,
  named: async (vip) => {
    const { Resolver } = await import("node:dns/promises")
    const resolver = new Resolver({ timeout: 1_000, tries: 1 })
    resolver.setServers([vip])
    return (await resolver.resolve4("localhost")).includes("127.0.0.1")
  },
  mail: async (vip) => (await greeting(vip, 25)).startsWith("220 "),
}
const serves = ({ name, vip }: Service) =>
  until(`${name} answers at ${vip}`, async () => ((await answers[name](vip).catch(() => false)) ? true : undefined))
const isOn = ({ name }: Service, node: string) =>
  until(`${name} started on ${node}`, async () => {
    const { status } = await panel.client.service.get({ clusterId, name })
    return status.state === "started" && status.owner === node ? true : undefined
  })
const holders = async (vip: string): Promise<readonly string[]> => {
  const all = await Promise.all(
    lab.nodes.map(async ({ name }) => ((await lab.exec(name, "ip", "-o", "addr")).includes(`${vip}/`) ? [name] : [])),
  )
  return all.flat()
}
const done = (id: string) => until(`job ${id}`, async () => ((await panel.client.job.get({ id })).state === "succeeded" ? true : undefined))
async function apply(make: () => Promise<{ readonly id: string }>) {
  const { id } = await until("a plan", make)
  const { jobId } = await panel.client.plan.apply({ planId: id, why: "document 003" })
  await done(jobId)
  return panel.client.job.get({ id: jobId })
}

test("each starts where its domain prefers it, and its clients are served", async () => {
  for (const service of services) {
    await isOn(service, service.home)
    await serves(service)
    expect(await holders(service.vip)).toEqual([service.home])
  }
})
test("DNS answers, SMTP greets and HTTP serves through every relocation, and no address is ever on two nodes", async () => {
  const pauses: string[] = []
  for (const service of services)
    for (const target of [...order(service.home).slice(1), service.home]) {
      const job = await apply(() => panel.client.plan.make({ clusterId, service: service.name, action: "relocate", target }))
      await isOn(service, target)
      expect(await holders(service.vip)).toEqual([target])
      await serves(service)
      pauses.push(`${service.name} → ${target} ${job.pauseMs} ms`)
    }
  console.log(pauses.join(", "))
}, 240_000)
test("httpd stopped by hand leads through recoverable to started", async () => {
  const [httpd] = services
  await lab.exec(httpd.home, "systemctl", "stop", "apache2")
  await until("recovered", async () => {
    const { events } = await panel.client.service.get({ clusterId, name: "httpd" })
    const codes = events.slice(0, 6).map(({ code }) => code)
    return codes.includes("service.recoverable") && codes[0] === "service.started" ? true : undefined
  })
  await isOn(httpd, httpd.home)
  await serves(httpd)
})
test("maintenance of h1 moves what it must, nothing else, and its return brings back what prefers it", async () => {
  const [httpd, named, mail] = services
  const before = await panel.client.plan.node({ clusterId, node: first, action: "maintain" })
  expect(before.changes).toEqual([{ service: "httpd", kind: "relocate", from: first, to: second }])
  expect(before.untouched).toEqual(["named", "mail"])
  await apply(() => panel.client.plan.node({ clusterId, node: first, action: "maintain" }))
  await isOn(httpd, second)
  for (const service of services) await serves(service)
  await expect(panel.client.plan.make({ clusterId, service: "httpd", action: "relocate", target: first })).rejects.toThrow()
  // Their domains say no failback: the return alone moves nothing, a relocation does.
  await apply(() => panel.client.plan.node({ clusterId, node: first, action: "return", failback: true }))
  await isOn(httpd, second)
  await apply(() => panel.client.plan.make({ clusterId, service: "httpd", action: "relocate", target: first }))
  await isOn(httpd, first)
  await Promise.all([isOn(named, second), isOn(mail, third)])
})
test("a configuration file that differs on h2 shows in the rehearsal, on h2 alone", async () => {
  const equal = await panel.client.service.rehearse({ clusterId, name: "httpd" })
  expect(equal.map(({ node, verdict }) => [node, verdict])).toEqual([first, second, third].map((node) => [node, "ready"]))
  await lab.exec(second, "sh", "-c", "echo '# another hand was here' >>/etc/apache2/ports.conf")
  await lab.exec(third, "rm", "-f", "/etc/apache2/sites-enabled/000-default.conf")
  const found = await panel.client.service.rehearse({ clusterId, name: "httpd" })
  const told = found.map(({ node, verdict, findings }) => [node, verdict, findings.map(({ code, params }) => `${code} ${params.path}`)])
  expect(told).toEqual([
    [first, "ready", []],
    [second, "warnings", ["fileDiffers /etc/apache2/ports.conf"]],
    [third, "warnings", ["fileMissing /etc/apache2/sites-enabled/000-default.conf"]],
  ])
  const { services: rows } = await panel.client.overview.get({ clusterId })
  const cells = rows.find(({ name }) => name === "httpd")?.cells.map(({ node, readiness }) => [node, readiness])
  expect(cells).toEqual([
    [first, "ready"],
    [second, "warnings"],
    [third, "warnings"],
  ])
})
