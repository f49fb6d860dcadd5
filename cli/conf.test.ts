import { readFileSync } from "node:fs"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startWorld, type World } from "../lib/server/world.fixture"
import { called } from "./io.fixture"

const web = readFileSync("lib/verbs/conf/web.conf", "utf8")
let w: World
beforeAll(async () => {
  w = await startWorld({ users: true })
})
afterAll(() => w.stop())
const moyai = (line: string, given: Parameters<typeof called>[1] = {}) => called(line, { panel: w.as("admin"), ...given })

describe("moyai import", () => {
  test("--plan prints the table with line numbers, what is new and what differs, and does nothing", async () => {
    const { exit, out } = await moyai("import - --plan", { input: web })
    expect(exit).toBe(0)
    expect(out).toMatch(/^old-web, config_version 41: \d+ understood, \d+ kept as it is, 1 not understood\n/)
    const line = web.split("\n").findIndex((text) => text.includes("exotic")) + 1
    expect(out).toMatch(new RegExp(`^${line} +not understood +cluster/rm/service/@exotic$`, "m"))
    expect(out).toContain("new: service wiki")
    expect(out).toMatch(/differs: fencing delays fence_daemon \(line \d+\) {2}\[settings:fence_daemon#\w{8}\]/)
    expect(out).not.toContain("cluster/rm/failoverdomains")
    expect((await moyai("import - --plan --all", { input: web })).out).toContain("cluster/rm/failoverdomains")
    expect(JSON.parse((await moyai("import - --plan --json", { input: web })).out)).toMatchObject({ version: 41 })
    expect(await w.db.confFile.count()).toBe(0)
  })
  test("with an undecided conflict ends with 3 and its id, and nothing is done", async () => {
    expect(await moyai("import -", { input: web })).toMatchObject({ exit: 3, err: expect.stringContaining("settings:fence_daemon#") })
    const { exit, out } = await moyai("import - --json", { input: web })
    expect([exit, JSON.parse(out).error.code, JSON.parse(out).error.conflicts.length]).toEqual([3, "conflictUndecided", 1])
    expect(await w.db.confFile.count()).toBe(0)
  })
  test("asks at a terminal, and does nothing without a yes", async () => {
    const at = (given: object) => moyai("import - --take panel", { input: web, ...given })
    expect(await at({})).toMatchObject({ exit: 2, err: expect.stringContaining("--yes") })
    const no = await at({ isTerminal: true, answers: ["n"] })
    expect([no.exit, no.asked.length, no.err.includes("new: service wiki")]).toEqual([3, 1, true])
    expect(await w.db.confFile.count()).toBe(0)
  })
  test("--take decides all or one, leaves out something new, and refuses other words", async () => {
    expect(await moyai("import - --take both", { input: web })).toMatchObject({ exit: 2 })
    expect(await moyai("import - --take service:nobody=panel", { input: web })).toMatchObject({ exit: 2 })
    const { exit, out } = await moyai("import - --take panel --take service:reports=panel --json --yes", { input: web })
    expect(exit).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ waiting: ["wiki"], kept: ["service:reports", expect.stringMatching(/^settings:/)] })
    expect(await moyai("import - --take file --yes", { input: web })).toMatchObject({
      exit: 0,
      out: expect.stringContaining("disabled until they are enabled: reports"),
    })
  })
  test("of a file that is none ends with 3 and its line, of one that is not there with 2, without the role with 6", async () => {
    expect(await moyai("import -", { input: "<cluster>\n</x>" })).toMatchObject({ exit: 3, err: expect.stringContaining("Line 2") })
    expect(await moyai("import /nowhere/cluster.conf")).toMatchObject({ exit: 2 })
    expect(await moyai("import -", { input: web, panel: w.as("operator") })).toMatchObject({ exit: 6 })
  })
})
describe("moyai export", () => {
  test("prints the file, and an import of it changes nothing", async () => {
    const { exit, out, err } = await moyai("export")
    expect([exit, out.includes('config_version="42"'), out.includes("canary")]).toEqual([0, true, false])
    expect(err).toContain("rgmanager's ip has no nic")
    expect(await moyai("import -", { input: out })).toMatchObject({ exit: 0, out: expect.stringContaining("nothing had to change") })
  })
  test("has the passwords for an admin who asks", async () => {
    expect((await moyai("export --secrets")).out).toContain("canary-pdu")
    expect(await moyai("export --secrets", { panel: w.as("operator") })).toMatchObject({ exit: 6, out: "" })
  })
})
