import { afterEach, expect, test } from "vitest"
import { bind, driverOf, listAgents, metadata } from "../../agents/registry"
import { askClaim, claimed, readClaim } from "../node/claim"
import { newKeyPair } from "../node/keys"
import { createPool } from "../node/pool"
import { isOutcomeUnknown } from "../node/session"
import { type Sh, sh } from "../node/sh"
import { pacedClock } from "./clock"
import { bringUp, createDemoCluster, demoDomains, demoNodes, demoOwners, demoServices } from "./demo"
import { serveCluster } from "./serve"

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})
async function served() {
  const { publicKey, privateKey } = newKeyPair("test")
  const cluster = createDemoCluster(pacedClock(20))
  const server = await serveCluster({ cluster, publicKeys: [publicKey] })
  const pool = createPool({ credential: async () => ({ privateKey }), keepaliveMs: 200, readyTimeoutMs: 1_000 })
  ends.push(pool.close, server.close)
  const session = (name: string) => {
    const node = server.nodes.find((n) => n.name === name)
    if (!node) throw new Error(`no node ${name}`)
    return pool.session({ node: name, host: node.host, port: node.port, user: "root", sudo: false, hostKey: node.hostKey })
  }
  const run = (name: string, command: Sh) => session(name).run(command, { timeoutMs: 5_000 })
  return { cluster, server, session, run }
}
const apache = { class: "systemd", name: "httpd-daemon", unit: "apache2.service" }
const start = bind({ node: "h1", driver: "ocf", op: "start", params: apache }).command

test("through real SSH: facts, a claimed start, and meta-data of the agents", async () => {
  const { session, run, cluster } = await served()
  const facts = driverOf("system")?.facts([]) ?? []
  const results = await session("h1").read(
    facts.map(({ command }) => command),
    { timeoutMs: 5_000 },
  )
  expect(facts.map(({ name, parse }, i) => [name, results[i] && parse(results[i])])).toContainEqual([
    "system.identity",
    expect.objectContaining({ hostname: "h1", ownAddresses: ["192.168.10.231"] }),
  ])
  expect(readClaim(await run("h1", claimed("j.0", start)))).toMatchObject({ state: "done", exitCode: 0 })
  expect(readClaim(await run("h1", askClaim("j.0")))).toMatchObject({ state: "done", exitCode: 0 })
  expect(cluster.executed).toEqual(["h1 systemctl start -- apache2.service"])
  expect(listAgents().parse(await run("h2", listAgents().command))).toEqual([
    {
      provider: "heartbeat",
      agents: ["Dummy", "Filesystem", "IPaddr2", "LVM-activate", "apache", "exportfs", "mysql", "named", "nfsserver", "postfix"],
    },
  ])
  for (const agent of ["IPaddr2", "apache", "named", "postfix", "Dummy"]) {
    const fact = metadata("heartbeat", agent)
    const value = fact.parse(await run("h2", fact.command))
    expect(value).toMatchObject({ name: agent })
    expect(value.parameters.length * value.actions.length).toBeGreaterThan(0)
  }
  expect(await session("h1").put({ path: "/etc/x.conf", content: "é\n", mode: 0o644, timeoutMs: 5_000 })).toMatchObject({
    state: "written",
  })
  expect((await run("h1", sh`cat /etc/x.conf`)).stdout).toBe("é\n")
})
test("the journal comes over SSH line by line, until it is called off", async () => {
  const { session, cluster, run } = await served()
  const push = driverOf("ocf")?.push?.([{ resource: apache, state: "started" }])
  const aborter = new AbortController()
  const woken: string[] = []
  let heard = () => {}
  const two = new Promise<void>((resolve) => {
    heard = () => woken.length >= 2 && resolve()
  })
  const onLine = (line: string) => {
    woken.push(...(push?.wakes(line) ?? []))
    heard()
  }
  const stream = push && session("h1").run(push.command, { timeoutMs: 60_000, signal: aborter.signal, onLine })
  const ended = expect(stream).rejects.toSatisfy(isOutcomeUnknown)
  await run("h1", start)
  cluster.nodeOf("h1").disturb("stopUnit", "apache2.service")
  await two
  aborter.abort()
  await ended
  expect(new Set(woken)).toEqual(new Set(["ocf.monitor:httpd-daemon"]))
})
test("without its cable a node is silent, and is there again when it is plugged in; other nodes do not notice", async () => {
  const { server, run, session } = await served()
  expect((await run("h1", sh`hostname`)).stdout).toBe("h1\n")
  server.cable("h1", false)
  await expect(session("h1").run(sh`hostname`, { timeoutMs: 1_000 })).rejects.toSatisfy(isOutcomeUnknown)
  expect((await run("h2", sh`hostname`)).stdout).toBe("h2\n")
  server.cable("h1", true)
  await expect
    .poll(
      () =>
        run("h1", sh`hostname`).then(
          ({ stdout }) => stdout,
          () => "",
        ),
      { timeout: 15_000, interval: 200 },
    )
    .toBe("h1\n")
})
test("the demo's definitions fit their schemas, and each service runs where the document had it", async () => {
  const { cluster } = await served()
  await bringUp(cluster)
  expect(demoNodes.map(({ name }) => cluster.nodeOf(name).held())).toEqual([
    ["httpd-ip", "apache2.service"],
    ["named-ip", "named.service"],
    ["mail-ip", "postfix.service"],
  ])
  expect(cluster.violations).toEqual([])
  expect(cluster.nodeOf("h1").units()).toContainEqual({ name: "apache2.service", isRunning: true })
  for (const { name, domain, resources } of demoServices) {
    expect(demoDomains.find((d) => d.name === domain)?.members[0]).toEqual({ node: demoOwners[name], priority: 1 })
    for (const { name: resource, driver, params } of resources)
      expect(
        driverOf(driver)?.definition.safeParse({ resource: { ...Object(params), name: resource }, state: "started" }).error,
      ).toBeUndefined()
  }
})
