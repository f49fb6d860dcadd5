import { readdirSync, readFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import type { ConfChange } from "../../domain/cluster-conf"
import { startWorld, type World } from "../../server/world.fixture"
import { refusedBy } from "../called.fixture"

const web = readFileSync(new URL("web.conf", import.meta.url), "utf8")
let w: World
beforeAll(async () => {
  w = await startWorld({ users: true })
  await Promise.all([w.serviceIs("httpd", "started", "h1"), w.serviceIs("named", "started", "h2"), w.serviceIs("mail", "started", "h3")])
})
afterAll(() => w.stop())
afterEach(() => expect(w.errors).toEqual([]))

const codes = async (ask: Promise<unknown>) => (await refusedBy(ask)).map(({ code }) => code)
const preview = (text: string) => w.admin.conf.preview({ clusterId: w.clusterId, text })
const take = (text: string, choices: Record<string, "file" | "panel"> = {}) =>
  w.admin.conf.import({ clusterId: w.clusterId, text, choices })
const exported = (secrets = false) => w.admin.conf.export({ clusterId: w.clusterId, secrets })
const told = (changes: readonly ConfChange[], what: ConfChange["what"]) =>
  changes.filter((c) => c.what === what).map(({ kind, name }) => `${kind}:${name}`)
/** All that a command could have changed. */
const everything = async () => {
  const { db } = w
  const tables = [db.failoverDomain, db.failoverDomainMember, db.service, db.resource, db.sharedResource, db.fenceDevice, db.fenceMethod]
  const rows = await Promise.all([...tables, db.confFile, db.cluster].map((table) => (table as typeof db.service).findMany())) // each has it
  return JSON.stringify(rows)
}

describe("before anything was imported", () => {
  test("an export is what the panel has, with version 1, and an import of it changes nothing", async () => {
    const { text, version, hasSecrets, notes } = await exported()
    expect([version, hasSecrets]).toEqual([1, false])
    expect(notes.map(({ code, text: why }) => [code, why.split(":")[0]])).toEqual(
      ["httpd-ip", "named-ip", "mail-ip"].map((name) => ["parameterLost", name]),
    )
    const { changes, nodesMissing, coverage } = await preview(text)
    expect(nodesMissing).toEqual([])
    expect(changes.map(({ kind, name, what, differences }) => [kind, name, what, differences])).toEqual(
      changes.map(({ kind, name }) => [kind, name, "same", []]),
    )
    expect(told(changes, "same")).toEqual(expect.arrayContaining(["service:httpd", "service:named", "service:mail"]))
    expect(coverage.every(({ reading }) => reading !== "notUnderstood")).toBe(true)
  })
  test("a file that is none is refused with its line, and nothing is kept", async () => {
    for (const [text, line] of [
      ["", "1"],
      ["<cluster>\n<rm>\n</cluster>", "3"],
      ['<!DOCTYPE x SYSTEM "file:///etc/passwd"><cluster/>', "1"],
      ["<html/>", "1"],
    ] as const) {
      const [first] = await refusedBy(preview(text))
      expect([first?.code, first?.field, first?.params.line]).toEqual(["confUnreadable", "text", line])
      expect(await codes(take(text))).toEqual(["confUnreadable"])
    }
    const endless = Array.from(
      { length: 501 },
      (_, i) => `<service name="s${i}"><fs name="f${i}" mountpoint="/m${i}" device="/d"/></service>`,
    )
    const many = `<cluster name="c" config_version="1"><rm>${endless.join("")}</rm></cluster>`
    expect([await codes(preview(many)), await codes(take(many))]).toEqual([["confTooMany"], ["confTooMany"]])
    expect(await codes(preview(`${" ".repeat(1_048_577)}`))).toEqual(["confUnreadable"])
    expect(await w.db.confFile.count()).toBe(0)
  })
})

describe("an import", () => {
  test("is shown before: what is new, what only the panel has, what is understood, kept and not understood, with lines", async () => {
    const before = await everything()
    const shown = await preview(web)
    expect(shown).toMatchObject({ cluster: { file: "old-web", panel: "zigsow-cluster" }, version: 41, nodesMissing: [] })
    expect(told(shown.changes, "new")).toEqual([
      ...["domain:prefer_h2", "fenceDevice:ipmi_h1", "fenceDevice:pdu", "nodeFencing:h1", "nodeFencing:h2"],
      ...["shared:192.168.77.10_24", "shared:wiki", "service:wiki", "service:reports"],
    ])
    expect(told(shown.changes, "conflict")).toEqual(["settings:fence_daemon"])
    expect(told(shown.changes, "onlyInPanel")).toContain("service:httpd")
    expect(shown.changes.flatMap(({ reports }) => reports)).toEqual([])
    for (const { what, line, name, kind } of shown.changes)
      if (what === "new" && kind !== "shared") expect(web.split("\n")[(line ?? 0) - 1]).toContain(name)
    const reading = (path: string) => shown.coverage.find((row) => row.path === path)
    const at = (text: string) => web.split("\n").findIndex((l) => l.includes(text)) + 1
    expect(reading("cluster/rm/service/@exotic")).toMatchObject({ reading: "notUnderstood", line: at("exotic") })
    expect(reading("cluster/totem/@token")).toMatchObject({ reading: "verbatim", line: at("token=") })
    expect(JSON.stringify(shown)).not.toContain("canary")
    expect(await everything()).toBe(before)
  })
  test("is refused while a conflict is undecided, with its id, and then nothing has changed", async () => {
    const before = await everything()
    const [conflict] = (await preview(web)).changes.filter(({ what }) => what === "conflict")
    const refused = await refusedBy(take(web))
    expect(refused).toEqual([
      { code: "conflictUndecided", field: `choices.${conflict?.id}`, params: { id: conflict?.id, name: "fence_daemon" } },
    ])
    expect(await codes(take(web, { "settings:fence_daemon": "file", "settings:fence_daemon#00000000": "file" }))).toEqual([
      "conflictUndecided",
    ])
    expect(await everything()).toBe(before)
  })
  test("that the panel would refuse in one place changes nothing anywhere", async () => {
    const before = await everything()
    const text = web
      .replace('<failoverdomainnode name="h1" priority="2"/>', '<failoverdomainnode name="h9" priority="2"/>')
      .replace('name="h3" nodeid', 'name="h9" nodeid')
    const shown = await preview(text)
    expect(shown.nodesMissing).toEqual(["h9"])
    const blocked = shown.changes.filter(({ reports }) => reports.length > 0)
    expect(blocked.map(({ id, reports }) => [id, reports.map(({ code, params }) => [code, params])])).toEqual([
      ["domain:prefer_h2", [["confMissing", { what: "h9" }]]],
    ])
    const settings = shown.changes.find(({ kind }) => kind === "settings")?.id ?? ""
    expect(await codes(take(text, { [settings]: "panel" }))).toEqual(["confMissing"])
    // Without the domain its service has no place to name.
    expect(await codes(take(text, { [settings]: "panel", "domain:prefer_h2": "panel" }))).toEqual(["confMissing"])
    expect(await everything()).toBe(before)
  })
  test("brings all of it, starts nothing, and removes nothing that only the panel has", async () => {
    const settings = (await preview(web)).changes.find(({ kind }) => kind === "settings")?.id ?? ""
    const done = await take(web, { [settings]: "file" })
    expect(done).toMatchObject({ kept: [], waiting: ["wiki", "reports"] })
    expect(done.taken).toHaveLength(10)
    const wiki = await w.serviceIs("wiki", "disabled")
    expect(wiki.reason).toEqual({ code: "imported", params: {} })
    await w.serviceIs("reports", "disabled")
    const { resources, autostart, domain, recovery } = await w.admin.service.get({ clusterId: w.clusterId, name: "wiki" })
    expect([autostart, domain, recovery]).toEqual([true, "prefer_h2", "relocate"])
    expect(resources.map(({ name, parent, isShared }) => [name, parent, isShared])).toEqual([
      ["192.168.77.10_24", null, true],
      ["wiki", "192.168.77.10_24", true],
      ["wiki-data", "wiki", false],
    ])
    expect(await w.admin.fence.devices({ clusterId: w.clusterId })).toMatchObject([
      { name: "ipmi_h1", secrets: ["passwd"], nodes: ["h1"] },
      { name: "pdu", secrets: ["passwd"], nodes: ["h2"] },
    ])
    expect((await w.admin.fence.settings({ clusterId: w.clusterId })).settings).toMatchObject({
      postFailDelayMs: 2_000,
      postJoinDelayMs: 30_000,
    })
    await w.serviceIs("httpd", "started", "h1")
    expect(w.cluster.executed.filter((line) => /wiki|reports/.test(line) && /\bstart$/.test(line))).toEqual([])
  })
  test("once more changes nothing", async () => {
    const before = JSON.parse(await everything())
    const { changes } = await preview(web)
    expect([told(changes, "new"), told(changes, "conflict")]).toEqual([[], []])
    expect(await take(web)).toMatchObject({ taken: [], kept: [], waiting: [] })
    const after = JSON.parse(await everything())
    expect(after.toSpliced(7, 1)).toEqual(before.toSpliced(7, 1))
  })
})

describe("an export", () => {
  test("is the imported file with the panel's own added, the next version, and no secret; an import of it changes nothing", async () => {
    const { text, version } = await exported()
    expect(version).toBe(42)
    const lines = new Set(text.split("\n"))
    const changed = web.split("\n").filter((line) => !lines.has(line))
    expect(changed.map((line) => line.trim())).toEqual([
      '<!-- <fencedevice agent="fence_apc" name="old" passwd="canary-comment"/> -->',
      '<cluster name="old-web" config_version="41">',
      '<fencedevice name="ipmi_h1" agent="fence_ipmilan" ipaddr="10.9.0.1" login="root" passwd="canary-ipmi"/>',
      '<fencedevice name="pdu" agent="fence_apc" ipaddr="10.9.0.9" login="apc" passwd="canary-pdu"/>',
    ])
    expect(text).not.toContain("canary")
    expect(text).toContain('<totem token="21000"/>')
    const { changes, notes } = await preview(text)
    expect(changes.filter(({ what }) => what !== "same")).toEqual([])
    expect(notes).toEqual([])
    const before = await everything()
    expect(await take(text)).toMatchObject({ taken: [], kept: [] })
    expect((await everything()).replace(/"textSealed".*$/s, "")).toBe(before.replace(/"textSealed".*$/s, ""))
    expect((await exported()).version).toBe(43)
  })
  test("with secrets has them where they stood, in comments too, after an export without them was imported; for an admin only", async () => {
    const { text, hasSecrets } = await exported(true)
    expect(hasSecrets).toBe(true)
    for (const secret of ["canary-comment", "canary-ipmi", "canary-pdu"]) expect(text).toContain(`passwd="${secret}"`)
    for (const role of ["viewer", "operator"] as const) {
      expect(await codes(w.as(role).conf.export({ clusterId: w.clusterId, secrets: true }))).toEqual(["roleMissing"])
      expect((await w.as(role).conf.export({ clusterId: w.clusterId })).text).not.toContain("canary")
    }
    const rows = await w.db.audit.findMany({ where: { verb: "conf.export" }, orderBy: { id: "desc" }, take: 5 })
    expect(rows.map(({ userName, outcome, input }) => [userName, outcome, Object(input).with])).toEqual([
      ["operator", "done", ""],
      ["operator", "refused", "secrets"],
      ["viewer", "done", ""],
      ["viewer", "refused", "secrets"],
      ["admin", "done", "secrets"],
    ])
  })
  test("says what the panel changed since, and an import of the older file is a conflict that either side may win", async () => {
    const { name, domain, isExclusive, resources, maxRestarts, restartExpireMs } = await w.admin.service.get({
      clusterId: w.clusterId,
      name: "reports",
    })
    const rules = {
      name,
      domain,
      isExclusive,
      maxRestarts,
      restartExpireMs,
      autostart: false,
      recovery: "disable" as const,
      ties: "fewest" as const,
    }
    await w.admin.service.save({
      clusterId: w.clusterId,
      was: "reports",
      service: { ...rules, resources: resources.map((r) => ({ ...r, params: JSON.parse(JSON.stringify(r.params)) })) },
    })
    const { text, notes } = await exported()
    expect(notes.map(({ code }) => code).filter((code) => code !== "parameterLost")).toEqual(["tiesLost"])
    expect(text).toContain(
      '<service name="reports" autostart="0" max_restarts="3" restart_expire_time="300" exotic="yes" recovery="disable">',
    )
    expect((await preview(text)).changes.filter(({ what }) => what !== "same")).toEqual([])

    const [conflict, ...others] = (await preview(web)).changes.filter(({ what }) => what === "conflict")
    expect(others).toEqual([])
    expect([conflict?.kind, conflict?.name, conflict?.differences]).toEqual([
      "service",
      "reports",
      [
        { field: "autostart", panel: "false", file: "true" },
        { field: "recovery", panel: "disable", file: "restart" },
      ],
    ])
    const id = conflict?.id ?? ""
    expect(await take(web, { [id]: "panel" })).toMatchObject({ taken: [], kept: [id] })
    expect((await w.admin.service.get({ clusterId: w.clusterId, name })).recovery).toBe("disable")
    expect(await take(web, { [id]: "file" })).toMatchObject({ taken: [id], kept: [] })
    // What cluster.conf has no word for stays.
    expect(await w.admin.service.get({ clusterId: w.clusterId, name })).toMatchObject({
      recovery: "restart",
      autostart: true,
      ties: "fewest",
    })
  })
  test("a running service is not changed behind anybody's back: what would touch a node is refused", async () => {
    const text = (await exported(true)).text.replace(/(<script [^>]*file=")[^"]*apache2[^"]*"/, '$1/etc/init.d/other"')
    const conflicts = (await preview(text)).changes.filter(({ what }) => what === "conflict")
    expect(conflicts.map(({ name, reports }) => [name, reports.map(({ code }) => code)])).toEqual([["httpd", ["needsPlan"]]])
    const before = await everything()
    expect(await codes(take(text, { [conflicts[0]?.id ?? ""]: "file" }))).toEqual(["needsPlan"])
    expect(await everything()).toBe(before)
    expect(await take(text, { [conflicts[0]?.id ?? ""]: "panel" })).toMatchObject({ taken: [] })
  })
})

test("no secret of a file is in the database's bytes or in the record", async () => {
  await codes(w.as("operator").conf.import({ clusterId: w.clusterId, text: web, choices: {} }))
  await codes(w.as("viewer").conf.preview({ clusterId: w.clusterId, text: web }))
  await codes(take(`${web}<`))
  await w.admin.service.get({ clusterId: w.clusterId, name: "wiki" })
  const [{ file = "" } = {}] = await w.db.$queryRawUnsafe<{ file: string }[]>("PRAGMA database_list")
  const files = readdirSync(dirname(file)).filter((name) => name.startsWith(basename(file)))
  expect(files.filter((name) => readFileSync(join(dirname(file), name)).includes("canary"))).toEqual([])
  const imports = await w.db.audit.findMany({ where: { verb: "conf.import" } })
  expect(imports.every(({ input }) => Object(input).characters > 0 || Object(input).text === undefined)).toBe(true)
  expect(JSON.stringify(imports)).not.toContain("clusternode")
  expect(await w.db.confFile.findFirst()).toMatchObject({ textSealed: expect.stringMatching(/^v1\./), userName: "admin" })
})
