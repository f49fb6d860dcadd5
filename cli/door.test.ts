import { execFile, execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { XMLParser } from "fast-xml-parser"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { PASSWORD, startWorld, type World } from "../lib/server/world.fixture"
import { everyVerb } from "../lib/verbs/called.fixture"
import { listen } from "./door.fixture"
import { httpPanel } from "./http"
import { isQuery, queries } from "./verbs"

let w: World
let door: Awaited<ReturnType<typeof listen>>
const dir = mkdtempSync(join(tmpdir(), "moyai-cli-"))
const bundle = join(realpathSync("."), "dist/cli/moyai.mjs")
beforeAll(async () => {
  // Bundles what has changed.
  execFileSync(process.execPath, ["scripts/moyai.mjs", "--help"])
  w = await startWorld({ users: true })
  door = await listen(w)
  for (const name of ["clustat", "clusvcadm", "fence_tool", "moyai"]) symlinkSync(bundle, join(dir, name))
  await Promise.all([w.serviceIs("httpd", "started", "h1"), w.serviceIs("named", "started", "h2"), w.serviceIs("mail", "started", "h3")])
})
afterAll(async () => {
  await door.close()
  await w.stop()
  rmSync(dir, { recursive: true })
})
type Given = { readonly input?: string; readonly env?: Readonly<Record<string, string>> }
/** A real process, as in a shell. */
const shell = (command: string, args: readonly string[], { input = "", env = {} }: Given = {}) =>
  new Promise<{ exit: number; out: string; err: string }>((resolve) => {
    const path = `${dir}${delimiter}${process.env.PATH ?? ""}`
    const child = execFile(
      command,
      [...args],
      { env: { NODE_ENV: "test", PATH: path, HOME: dir, XDG_CONFIG_HOME: join(dir, "config"), TZ: "UTC", ...env }, timeout: 60_000 },
      (error, out, err) => resolve({ exit: error === null ? 0 : Number(error.code ?? -1), out, err }),
    )
    child.stdin?.end(input)
  })
const moyai = (line: string, given?: Given) => shell(join(dir, "moyai"), line.split(" "), given)

describe("somebody at a shell", () => {
  test("is told to log in, and by what", async () => {
    expect(await moyai("status")).toMatchObject({ exit: 6, out: "", err: expect.stringContaining("moyai login") })
  })
  test("logs in with name and password from standard input; the token is kept for the owner's eyes, the password nowhere", async () => {
    expect(await moyai(`login ${door.url}`, { input: "operator\nwrong password here\n" })).toMatchObject({ exit: 3 })
    const said = await moyai(`login ${door.url}`, { input: `operator\n${PASSWORD}\n` })
    expect(said).toMatchObject({ exit: 0, out: expect.stringContaining("as operator (operator)") })
    const file = join(dir, "config/moyai/config.json")
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ url: door.url, token: expect.stringMatching(/^moyai_/) })
    expect(readFileSync(file, "utf8") + said.out + said.err).not.toContain(PASSWORD)
  })
  test("sees the cluster, as a table and as JSON, and is on record as one at the command line", async () => {
    const { exit, out } = await moyai("status")
    expect(exit).toBe(0)
    expect(out).toMatch(/^zigsow-cluster: quorate, 3 of 3 members known\n/)
    expect(out).toMatch(/^named +started +h2 /m)
    expect(JSON.parse((await moyai("services --json")).out)).toMatchObject([{ name: "httpd" }, { name: "named" }, { name: "mail" }])
    expect(door.seen.at(-1)).toMatchObject({ path: "/api/v1/overview/get", agent: expect.stringMatching(/^moyai-cli\//) })
  })
  test("moves a service and stays until it has moved", async () => {
    const said = await moyai("relocate named h3 --yes --wait --why move")
    expect(said).toMatchObject({ exit: 0, out: expect.stringMatching(/\[1\/\d\] .*: done[\s\S]*Relocate named: done/) })
    await w.serviceIs("named", "started", "h3")
    const [last] = await w.admin.audit.list({})
    expect(last).toMatchObject({ user: "operator", through: "cli", why: "move", outcome: "done" })
    expect(await moyai("relocate named h2 --yes --wait")).toMatchObject({ exit: 0 })
  })
  test("ends with 3 where it is refused, 6 without the role, 4 where nobody answers, 2 for wrong usage", async () => {
    expect(await moyai("enable named --yes")).toMatchObject({ exit: 3, err: "moyai: named runs on h2. Stop it first.\n" })
    expect(await moyai("audit")).toMatchObject({ exit: 6, err: expect.stringContaining("needs the role admin") })
    expect(await moyai("status --json", { env: { MOYAI_TOKEN: "moyai_none", MOYAI_URL: door.url } })).toMatchObject({ exit: 6 })
    const nobody = await moyai("status --json", { env: { MOYAI_TOKEN: "moyai_x", MOYAI_URL: "http://127.0.0.1:1000" } })
    expect([nobody.exit, JSON.parse(nobody.out).error.code]).toEqual([4, "unreachable"])
    expect(await moyai("relocate")).toMatchObject({ exit: 2 })
    expect(await moyai("status --cluster other")).toMatchObject({ exit: 2, err: expect.stringContaining("zigsow-cluster") })
  })
  test("never gives the stored token to another panel", async () => {
    const other = await listen(w)
    expect(await moyai("status", { env: { MOYAI_URL: other.url } })).toMatchObject({ exit: 6 })
    await other.close()
  })
})
test("a command whose answer is lost is asked for again, and carried out once", async () => {
  const { token } = JSON.parse(readFileSync(join(dir, "config/moyai/config.json"), "utf8"))
  const panel = httpPanel({ url: door.url, token })
  const plan = await panel.plan.make({ clusterId: w.clusterId, service: "mail", action: "restart" })
  const before = await w.db.job.count()
  door.loseAnswers(1)
  const { jobId } = await panel.plan.apply({ planId: plan.id, why: "" })
  expect(await w.db.job.count()).toBe(before + 1)
  await w.jobIs(jobId, "succeeded")
})
test("queries are those of the panel", () => {
  for (const verb of queries) expect(everyVerb.get(verb)?.kind, verb).toBe("query")
  for (const verb of ["plan.make", "plan.apply", "plan.power", "fence.apply", "fence.test", "job.giveUp"])
    expect(isQuery(verb), verb).toBe(false)
})

describe("the old commands, by symbolic links of their names", () => {
  test("a script of those days works unchanged", async () => {
    const keepHome = (node: string) => shell("bash", ["cli/examples/keep-home.sh", "named", node])
    expect(await keepHome("h2")).toEqual({ exit: 0, err: "", out: 'name="service:named" state="112"\nservice:named h2 started\n' })
    expect((await keepHome("h1")).out).toBe('named is on h2, moving home\nname="service:named" state="112"\nservice:named h1 started\n')
    await shell(join(dir, "clusvcadm"), ["-d", "named"])
    expect((await keepHome("h2")).out).toMatch(
      /^named is disabled, enabling\nMember h2 trying to enable service:named\.\.\.Success\nservice:named is now running on h2\n/,
    )
    await shell(join(dir, "clusvcadm"), ["-s", "named"])
    expect(await keepHome("h2")).toMatchObject({ exit: 2, out: "named is in state 110, calling somebody\n" })
    await shell(join(dir, "clusvcadm"), ["-e", "named"])
  })
  test("clustat -x is XML that tells what runs where", async () => {
    const { out, exit } = await shell(join(dir, "clustat"), ["-x"])
    const parsed = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "" }).parse(out)
    expect(exit).toBe(0)
    expect(parsed.clustat.nodes.node.map((n: { name: string; state: string }) => [n.name, n.state])).toEqual([
      ["h1", "1"],
      ["h2", "1"],
      ["h3", "1"],
    ])
    expect(parsed.clustat.groups.group[0]).toMatchObject({ name: "service:httpd", state: "112", state_str: "started", owner: "h1" })
  })
  test("without a panel they end with 1, as without a daemon", async () => {
    const said = await shell(join(dir, "clustat"), ["-s", "named"], { env: { MOYAI_URL: "http://127.0.0.1:1000", MOYAI_TOKEN: "x" } })
    expect(said).toMatchObject({ exit: 1, out: "", err: expect.stringContaining("does not answer") })
  })
  test("fence_tool ls shows the fence domain", async () => {
    expect((await shell(join(dir, "fence_tool"), ["ls"])).out).toContain("members       1 2 3\n")
  })
})
test("a pipe that is closed early ends it quietly", async () => {
  expect(await shell("bash", ["-c", "moyai --help | head -1"])).toEqual({ exit: 0, out: "Usage: moyai [options] [command]\n", err: "" })
})
