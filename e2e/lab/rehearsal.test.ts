import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { rehearse, validate } from "@/agents/ocf/rehearsal"
import { OcfResource } from "@/agents/ocf/schema"
import { compare, type Rehearsed, verdictOf } from "@/lib/domain/rehearsal"
import { createPool, type Pool } from "@/lib/node/pool"
import { type Sh, textOf } from "@/lib/node/sh"
import { labOf } from "./lab"

/** With MOYAI_CAPTURE, what the nodes answered becomes fixtures. */
const FIXTURES = process.env.MOYAI_CAPTURE === undefined ? undefined : "agents/ocf/fixtures"
const lab = labOf()
const apache = OcfResource.parse({ class: "systemd", name: "httpd", unit: "apache2.service" })
const address = (params: Readonly<Record<string, string>>) =>
  OcfResource.parse({ class: "ocf", name: "httpd-ip", provider: "heartbeat", agent: "IPaddr2", params: { ip: lab.vip(0), ...params } })
const PORTS = "/etc/apache2/ports.conf"
const SITE = "/etc/apache2/sites-enabled/000-default.conf"
const CHANGED = "# rehearsal: another hand"
const ODD = "/etc/apache2/odd\nPackage=evil 1\n"
const PLAIN = "/etc/apache2/plain name"
const ODD_LINK = "/etc/apache2/odd-link"
let pool: Pool

/** The nodes are of this file's making again, whatever it left. */
async function restore(): Promise<void> {
  await lab.exec("h2", "sed", "-i", `/${CHANGED}/d`, PORTS)
  await lab.exec("h3", "ln", "-sfn", "../sites-available/000-default.conf", SITE)
  await lab.exec("h1", "rm", "-rf", ODD, ODD_LINK, PLAIN)
}
beforeAll(async () => {
  pool = createPool({ credential: async () => ({ privateKey: lab.controlKey }) })
  await restore()
})
afterAll(async () => {
  pool.close()
  await restore()
})

async function ask<T>(node: string, fact: { readonly command: Sh; readonly parse: (result: Answer) => T }, fixture?: string): Promise<T> {
  const target = lab.nodes.find(({ name }) => name === node)
  if (!target) throw new Error(`no node ${node}`)
  const session = pool.session({ node, host: target.address, port: target.port, user: "root", sudo: false, hostKey: target.hostKey })
  const answer = await session.run(fact.command, { timeoutMs: 20_000 })
  if (FIXTURES !== undefined && fixture !== undefined) {
    mkdirSync(FIXTURES, { recursive: true })
    const parts = { cmd: `${textOf(fact.command)}\n`, out: answer.stdout, err: answer.stderr, rc: `${answer.exitCode}\n` }
    for (const [part, text] of Object.entries(parts)) writeFileSync(join(FIXTURES, `rehearsal-${fixture}.${part}`), text)
  }
  return fact.parse(answer)
}
type Answer = Awaited<ReturnType<ReturnType<Pool["session"]>["run"]>>
const look = (node: string, resource: OcfResource, fixture?: string): Promise<Rehearsed> => ask(node, rehearse(resource), fixture)
/** Verdict and findings of every node, with h1 as the owner. */
async function rehearsed(fixture?: string) {
  const nodes = await Promise.all(
    lab.nodes.map(async ({ name: node }) => {
      const seen = await look(node, apache, node === "h2" ? fixture : undefined)
      return { node, networks: undefined, resources: [{ resource: "httpd", seen, validation: undefined, mount: undefined, addresses: [] }] }
    }),
  )
  return Object.fromEntries(
    [...compare(nodes, "h1")].map(([node, findings]) => [
      node,
      [verdictOf(findings), ...findings.map(({ code, params }) => `${code} ${params.path}`)],
    ]),
  )
}
const ready = ["ready"]

test("equal nodes are ready, and the look leaves the configuration as it was", async () => {
  const stateOf = () => lab.exec("h2", "sh", "-c", "find /etc /run/systemd/system -printf '%p %T@ %C@ %m %u\\n' | sort | sha256sum")
  const before = await stateOf()
  expect(await rehearsed("systemd-apache2")).toEqual({ h1: ready, h2: ready, h3: ready })
  expect(await stateOf()).toBe(before)
})
test("a changed file shows on h2 only, and is gone when it is put right", async () => {
  await lab.exec("h2", "sh", "-c", `echo '${CHANGED}' >>${PORTS}`)
  expect(await rehearsed()).toEqual({ h1: ready, h2: ["warnings", `fileDiffers ${PORTS}`], h3: ready })
  await restore()
  expect(await rehearsed()).toEqual({ h1: ready, h2: ready, h3: ready })
})
test("a site that is not enabled shows as a missing link, one that points elsewhere as a difference", async () => {
  await lab.exec("h3", "rm", SITE)
  expect(await rehearsed()).toEqual({ h1: ready, h2: ready, h3: ["warnings", `fileMissing ${SITE}`] })
  await lab.exec("h3", "ln", "-s", "../sites-available/default-ssl.conf", SITE)
  expect(await rehearsed()).toEqual({ h1: ready, h2: ready, h3: ["warnings", `fileDiffers ${SITE}`] })
  await restore()
})
test("a file's name or a link's target that plays the answer is told as not read, and nothing in it is believed", async () => {
  await lab.exec("h1", "mkdir", "-p", `${ODD}/etc`)
  await lab.exec("h1", "touch", PLAIN, `${ODD}/etc/shadow`)
  await lab.exec("h1", "ln", "-s", "a\nPackage=evil 1\nDone=yes\t/etc/shadow", ODD_LINK)
  const seen = await look("h1", apache, "systemd-apache2-hostile-names")
  await restore()
  expect(seen.unread).toEqual(["/etc/apache2"])
  expect(seen.package?.name).toBe("apache2")
  expect(seen.files).toHaveProperty([PLAIN])
  expect(seen.files["/etc/shadow"]).toBeUndefined()
  expect(seen.files[ODD_LINK]?.digest).toBe("a?Package=evil 1?Done=yes?/etc/shadow")
})
test("a program that a unit would execute is looked for, and so is a unit", async () => {
  const unit = "/etc/systemd/system/rehearsed.service"
  await lab.exec("h1", "sh", "-c", `printf '[Service]\\nExecStart=/usr/sbin/none --of it\\n' >${unit} && systemctl daemon-reload`)
  const here = await look("h1", OcfResource.parse({ class: "systemd", name: "r", unit: "rehearsed" }), "systemd-no-program")
  await lab.exec("h1", "sh", "-c", `rm ${unit} && systemctl daemon-reload`)
  expect(here).toMatchObject({ isThere: true, missingPrograms: ["/usr/sbin/none"], package: null })
  expect(Object.keys(here.files)).toEqual([unit])
  expect(await look("h1", OcfResource.parse({ class: "systemd", name: "r", unit: "none" }), "systemd-no-unit")).toMatchObject({
    isThere: false,
  })
})
test("an interface that is not there: the agent refuses it, and the look says so too", async () => {
  const bad = address({ nic: "eth9" })
  const check = validate(bad)
  const good = validate(address({ nic: "eth0" }))
  if (!check || !good) throw new Error("IPaddr2 has validate-all")
  expect(await ask("h1", check)).toMatchObject({ verdict: "failed" })
  expect(await ask("h1", good)).toMatchObject({ verdict: "ok" })
  expect(await look("h1", bad, "ocf-IPaddr2-no-nic")).toMatchObject({
    isThere: true,
    missingNic: "eth9",
    package: { name: "resource-agents" },
  })
  expect(await look("h1", address({ nic: "eth0" }))).toMatchObject({ missingNic: null })
})
test("a script and an agent's own configuration file are looked at", async () => {
  const script = OcfResource.parse({ class: "lsb", name: "s", script: "/etc/init.d/apache2" })
  expect(await look("h1", script, "lsb-apache2")).toMatchObject({ isThere: true, package: { name: "apache2" } })
  const params = { configfile: "/etc/apache2/apache2.conf" }
  const agent = OcfResource.parse({ class: "ocf", name: "a", provider: "heartbeat", agent: "apache", params })
  expect((await look("h1", agent, "ocf-apache")).files).toHaveProperty([params.configfile])
})
