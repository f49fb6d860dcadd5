import { execFile, execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join, resolve } from "node:path"
import { chromium } from "@playwright/test"
import { XMLParser } from "fast-xml-parser"
import { afterAll, beforeAll, expect, test } from "vitest"
import { hashPassword } from "@/lib/auth/password"
import type { ConfPreview } from "@/lib/domain/cluster-conf"
import { createPanel, type Panel, until, whyNoBuild } from "../panel/panel"
import { labOf } from "./lab"
import { ask, enrolCluster, prepareNodes, restoreNodes, type Service003, services003 } from "./services003"

/** Document 003's cluster.conf and the fingers of those days, on real nodes: the old commands by the panel's command line. */
const lab = labOf()
const PORT = 3693
const PASSWORD = "the admin's own password"
const CONF = resolve("e2e/lab/document003.conf")
const [httpd, named, mail] = services003
const dir = mkdtempSync(join(tmpdir(), "moyai-conf-"))
let panel: Panel
let clusterId = ""

beforeAll(async () => {
  const why = whyNoBuild()
  if (why) throw new Error(why)
  execFileSync(process.execPath, ["scripts/moyai.mjs", "--help"]) // bundles what has changed
  for (const name of ["moyai", "clustat", "clusvcadm"]) symlinkSync(join(realpathSync("."), "dist/cli/moyai.mjs"), join(dir, name))
  await prepareNodes(lab)
  panel = await createPanel({ port: PORT })
  await panel.db.user.updateMany({ where: { name: "admin" }, data: { passwordHash: await hashPassword(PASSWORD) } })
  await panel.start()
  clusterId = await enrolCluster(panel, lab)
  expect(await shell("moyai", ["login", panel.address], `admin\n${PASSWORD}\n`)).toMatchObject({ exit: 0 })
}, 180_000)
afterAll(async () => {
  await panel?.end()
  await restoreNodes(lab)
  rmSync(dir, { recursive: true, force: true })
})

type Said = { readonly exit: number; readonly out: string; readonly err: string }
/** A process as in a shell on h0, where the panel's machine is; the old names are found by PATH. */
const shell = (command: string, args: readonly string[], input = "") =>
  new Promise<Said>((done) => {
    const path = `${dir}${delimiter}${process.env.PATH ?? ""}`
    const env = { NODE_ENV: "test" as const, PATH: path, HOME: dir, XDG_CONFIG_HOME: join(dir, "config"), TZ: "UTC" }
    const child = execFile(command, [...args], { env, timeout: 100_000 }, (error, out, err) =>
      done({ exit: error === null ? 0 : Number(error.code ?? -1), out, err }),
    )
    child.stdin?.end(input)
  })
const clustat = (...args: readonly string[]) => shell("clustat", args)
const clusvcadm = (...args: readonly string[]) => shell("clusvcadm", args)
const serves = (service: Service003, node: string) =>
  until(`${service.name} answers from ${node}`, async () => ((await ask(service)) === node ? true : undefined))
const isSilent = ({ name, vip }: Service003) => expect(ask({ name, vip } as Service003)).rejects.toThrow()
const holders = async (vip: string): Promise<readonly string[]> => {
  const all = await Promise.all(
    lab.nodes.map(async ({ name }) => ((await lab.exec(name, "ip", "-o", "addr")).includes(`${vip}/`) ? [name] : [])),
  )
  return all.flat()
}
type Groups = { readonly groups: { readonly group: readonly Readonly<Record<string, string>>[] } }
const groupsOf = ({ out }: Said): Groups["groups"]["group"] => {
  const parsed: { readonly clustat: Groups } = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "" }).parse(out)
  return parsed.clustat.groups.group
}

test("the panel takes the file over, and what the file starts by itself waits until it is enabled", async () => {
  const plan: ConfPreview = JSON.parse((await shell("moyai", ["import", CONF, "--plan", "--json"])).out)
  expect(plan).toMatchObject({ version: 19, nodesMissing: [], notes: [] })
  expect(plan.coverage.filter(({ reading }) => reading === "notUnderstood")).toEqual([])
  expect(plan.changes.map(({ what, reports }) => [what, reports])).toEqual(plan.changes.map(() => ["new", []]))
  const said = await shell("moyai", ["import", CONF, "--json", "--yes"])
  expect(said).toMatchObject({ exit: 0, err: "" })
  const { waiting } = JSON.parse(said.out)
  expect(waiting.toSorted()).toEqual(["httpd", "mail", "named"])
  expect(await clustat("-s", "httpd")).toMatchObject({ exit: 119 })
})
test("clusvcadm -e starts each by its domain, and its clients are served", async () => {
  for (const { name, home } of services003)
    expect(await clusvcadm("-e", name, "-F")).toMatchObject({
      exit: 0,
      out: expect.stringMatching(`service:${name}\\.\\.\\.Success\nservice:${name} is now running on ${home}\n$`),
    })
  for (const service of services003) {
    await serves(service, service.home)
    expect(await holders(service.vip)).toEqual([service.home])
  }
})
test("the screen shows them: where each runs, and at which address", async () => {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] })
  try {
    const context = await browser.newContext({ locale: "en-US" })
    await context.addCookies([{ name: "moyai", value: panel.token, url: panel.address }])
    const page = await context.newPage()
    await page.goto(`${panel.address}/c/${clusterId}`)
    for (const { name, home, vip } of services003) {
      await page.getByRole("link", { name: `${name} on ${home}: started. Open it.` }).waitFor({ timeout: 20_000 })
      await page.getByText(vip).first().waitFor({ timeout: 20_000 })
    }
  } finally {
    await browser.close()
  }
})
test("clusvcadm -r httpd -m h2 moves it: httpd answers from h2 and from nowhere else, and the others stay", async () => {
  expect(await clusvcadm("-r", "httpd", "-m", "h2")).toEqual({
    exit: 0,
    out: "Trying to relocate service:httpd to h2...Success\nservice:httpd is now running on h2\n",
    err: "",
  })
  expect(await ask(httpd)).toBe("h2")
  expect(await holders(httpd.vip)).toEqual(["h2"])
  expect(await Promise.all([ask(named), ask(mail)])).toEqual(["h2", "h3"])
})
test("clustat -x parses, and names h2 as the owner", async () => {
  const said = await clustat("-x")
  expect(said).toMatchObject({ exit: 0, err: "" })
  const seen = groupsOf(said).map(({ name, state, state_str, owner }) => [name, state, state_str, owner])
  expect(seen).toEqual([
    ["service:httpd", "112", "started", "h2"],
    ["service:mail", "112", "started", "h3"],
    ["service:named", "112", "started", "h2"],
  ])
})
test("clustat -s ends with 0 while it runs, 119 when it is disabled, 255 for one that is not there", async () => {
  expect(await clustat("-s", "httpd")).toMatchObject({ exit: 0, out: expect.stringMatching(/^ service:httpd +h2 +started *$/m) })
  expect(await clusvcadm("-d", "httpd")).toMatchObject({ exit: 0, out: "Local machine disabling service:httpd...Success\n" })
  expect(await clustat("-s", "httpd")).toMatchObject({ exit: 119, out: expect.stringMatching(/^ service:httpd +\(h2\) +disabled *$/m) })
  await isSilent(httpd)
  expect(await holders(httpd.vip)).toEqual([])
  expect(await clusvcadm("-e", "httpd", "-m", "h1")).toEqual({
    exit: 0,
    out: "Member h1 trying to enable service:httpd...Success\nservice:httpd is now running on h1\n",
    err: "",
  })
  expect(await ask(httpd)).toBe("h1")
  expect(await clustat("-s", "nobodys")).toMatchObject({ exit: 255, out: "" })
})
test("a script of those days, with clustat's exit codes, works unchanged", async () => {
  const asked = join(dir, "backup")
  const silent = (url: string) => `curl -s -m 1 -o /dev/null ${url}; case $? in 7|28) echo nobody answers;; esac;;`
  const cases = `httpd) ${silent(`http://${httpd.vip}`)} mail) ${silent(`smtp://${mail.vip}`)}`
  writeFileSync(asked, `#!/bin/sh\ncase $1 in ${cases} esac\n`, { mode: 0o755 })
  const backup = (...services: readonly string[]) => shell("sh", ["e2e/lab/cold-backup.sh", asked, ...services])
  const line = (name: string, node: string) =>
    `${name}: backup from ${node}: nobody answers\nMember ${node} trying to enable service:${name}...Success\nservice:${name} is now running on ${node}\n`
  expect(await backup("httpd", "mail")).toEqual({ exit: 0, out: line("httpd", "h1") + line("mail", "h3"), err: "" })
  expect(await Promise.all([ask(httpd), ask(mail)])).toEqual(["h1", "h3"])
  expect(await clusvcadm("-d", "named")).toMatchObject({ exit: 0 })
  expect(await backup("named", "httpd", "nobodys")).toMatchObject({
    exit: 1,
    out: `named: does not run, left alone\n${line("httpd", "h1")}nobodys: no such service\n`,
  })
  expect(await clusvcadm("-e", "named", "-m", "h2")).toMatchObject({ exit: 0 })
  await serves(named, "h2")
})
test("an export is the file with the next version, and importing it changes nothing", async () => {
  const { out, exit } = await shell("moyai", ["export"])
  expect(exit).toBe(0)
  // The panel's settings of fencing go with it, though the file said nothing of them.
  const written = out.replace(/\n\t<fence_daemon [^>]*>/, "")
  expect(written).toBe(readFileSync(CONF, "utf8").replace('config_version="19"', 'config_version="20"'))
  const said = await shell("moyai", ["import", "-", "--json", "--yes"], out)
  expect(said).toMatchObject({ exit: 0 })
  expect(JSON.parse(said.out)).toMatchObject({ taken: [], kept: [], waiting: [] })
  for (const service of services003) expect(await ask(service)).toBe(service.home)
})
