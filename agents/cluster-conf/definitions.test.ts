import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { coverageOf } from "./coverage"
import { type Definitions, toDefinitions } from "./definitions"
import cases from "./definitions.cases.json"
import type { ClusterConf } from "./model"
import { parseClusterConf } from "./parse"
import { renderXml, withNextVersion } from "./render"
import { fromDefinitions } from "./write-definitions"

const read = (text: string): ClusterConf => {
  const result = parseClusterConf(text)
  if (!result.ok) throw new Error(`${result.error.line}: ${result.error.text}`)
  return result.value
}
const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8")
const web = fixture("web-rhel6.conf")
const fixtures = [web, fixture("mail-rhel5.conf")]
const export_ = (definitions: Definitions, conf: ClusterConf): string => renderXml(fromDefinitions(definitions, conf).document)
const conf = (rm: string) =>
  `<cluster name="c" config_version="1">\n  <clusternodes>\n    <clusternode name="h1" nodeid="1"/>\n  </clusternodes>\n  <rm>${rm}</rm>\n</cluster>\n`

describe("what the panel makes of rgmanager's resources, row by row (§7.2)", () => {
  test.each(cases)("$what", ({ rm, resources, notes }) => {
    const { definitions, notes: told } = toDefinitions(read(conf(rm)))
    const found = definitions.services.flatMap((s) => s.resources.map(({ name, parent, params }) => ({ name, parent, params })))
    expect(found).toEqual(resources)
    expect(told.map(({ code }) => code)).toEqual(notes)
  })
})
test("an import of real files takes over domains, services, fencing and delays, and says what it leaves", () => {
  const [first, second] = fixtures.map((text) => toDefinitions(read(text)))
  expect(first?.definitions).toMatchObject({
    cluster: "web-cluster",
    domains: [
      { name: "prefer_h1", ordered: true, members: [{ node: "h1.example.net", priority: 1 }, {}, {}] },
      { restricted: true, nofailback: true },
    ],
    shared: [{ name: "192.168.10.246_24" }, { name: "contents" }, { name: "httpd", params: { class: "lsb", script: "/etc/init.d/httpd" } }],
    services: [
      { name: "httpd", domain: "prefer_h1", recovery: "relocate" },
      { name: "files", maxRestarts: 2, restartExpireMs: 3_600_000 },
      { name: "guest1" },
    ],
    settings: { postFailDelayMs: 2_000, postJoinDelayMs: 30_000 },
  })
  expect(first?.definitions.fenceDevices.map(({ device, secrets }) => [device.name, device.unfences, secrets])).toEqual([
    ["ipmi_h1", false, { passwd: "s3cret" }],
    ["ipmi_h2", false, { passwd: "s3cret" }],
    ["ipmi_h3", false, { passwd: "s3cret" }],
    ["pdu", true, { passwd: "<apc>" }],
  ])
  expect(second?.definitions.services[1]).toMatchObject({ name: "lists", autostart: false, dependsOn: "smtp" })
  expect(second?.notes.map(({ line, code }) => [line, code])).toEqual([
    [8, "deviceMissing"],
    [30, "fenceManual"],
    [51, "noSuccessor"],
  ])
})

test("an export of an import changes nothing but the version", () => {
  expect(export_(toDefinitions(read(web)).definitions, read(web))).toBe(web)
  const { document } = fromDefinitions(toDefinitions(read(web)).definitions, read(web))
  expect(renderXml(withNextVersion(document))).toBe(web.replace('config_version="14"', 'config_version="15"'))
  for (const text of fixtures) {
    const before = read(text)
    const after = read(export_(toDefinitions(before).definitions, before))
    expect(toDefinitions(after).definitions).toEqual(toDefinitions(before).definitions)
    expect(renderXml(after.document)).toBe(renderXml(before.document))
  }
})
describe("a change of the panel is written into the file, and what nobody changed stays as it stands", () => {
  const { definitions } = toDefinitions(read(web))
  const changedLines = (text: string) => {
    const old = new Set(web.split("\n"))
    return text
      .split("\n")
      .filter((line) => !old.has(line))
      .map((line) => line.trim())
  }
  const service = (name: string, change: Partial<Definitions["services"][number]>): Definitions => ({
    ...definitions,
    services: definitions.services.map((s) => (s.name === name ? { ...s, ...change } : s)),
  })
  test.each<readonly [string, Definitions, readonly string[]]>([
    [
      "a policy",
      service("httpd", { recovery: "restart", isExclusive: true }),
      ['<service name="httpd" domain="prefer_h1" autostart="1" recovery="restart" exclusive="1">'],
    ],
    ["no domain", service("httpd", { domain: null }), ['<service name="httpd" autostart="1" recovery="relocate">']],
    [
      "a policy of a vm",
      service("guest1", { autostart: false }),
      ['<vm name="guest1" domain="back_office" xmlfile="/etc/libvirt/qemu/guest1.xml" migrate="live" autostart="0"/>'],
    ],
    [
      "a delay",
      { ...definitions, settings: { ...definitions.settings, postFailDelayMs: 5_500 } },
      ['<fence_daemon post_join_delay="30" post_fail_delay="6"/>'],
    ],
    [
      "a shared address",
      {
        ...definitions,
        shared: definitions.shared.map((s) =>
          s.name === "contents"
            ? {
                ...s,
                params: {
                  class: "ocf",
                  provider: "heartbeat",
                  agent: "Filesystem",
                  params: { fstype: "gfs2", directory: "/srv/www", device: "/dev/vg_san/contents", options: "noatime" },
                },
              }
            : s,
        ),
      },
      ['<clusterfs name="contents" mountpoint="/srv/www" device="/dev/vg_san/contents" fstype="gfs2" options="noatime"/>'],
    ],
    [
      "a domain",
      {
        ...definitions,
        domains: [
          ...definitions.domains,
          { name: "one", ordered: false, restricted: false, nofailback: false, members: [{ node: "h3.example.net" }] },
        ],
      },
      ['<failoverdomain name="one" ordered="0" restricted="0" nofailback="0">'],
    ],
    ["a service that is gone", { ...definitions, services: definitions.services.filter(({ name }) => name !== "files") }, []],
  ])("%s", (_what, now, lines) => {
    const text = export_(now, read(web))
    expect(changedLines(text)).toEqual(lines)
    expect(toDefinitions(read(text)).definitions).toEqual({ ...now, settings: toDefinitions(read(text)).definitions.settings })
  })
  test("a new resource in a tree keeps the others' elements, their schedules and limits", () => {
    const [httpd] = definitions.services
    const added = {
      ...httpd?.resources[0],
      name: "10.0.0.9",
      isShared: false,
      parent: "contents",
      params: { class: "ocf", provider: "heartbeat", agent: "IPaddr2", params: { ip: "10.0.0.9" } },
    }
    const text = export_(
      service("httpd", { resources: [...(httpd?.resources ?? []), added as Definitions["services"][number]["resources"][number]] }),
      read(web),
    )
    expect(changedLines(text)).toEqual(['<ip address="10.0.0.9"/>'])
    expect(text).toContain('<action name="status" depth="*" interval="20s"/>')
    expect(toDefinitions(read(text)).definitions.services[0]?.resources.map(({ name, parent }) => [name, parent])).toEqual([
      ["192.168.10.246_24", null],
      ["contents", "192.168.10.246_24"],
      ["httpd", "contents"],
      ["10.0.0.9", "contents"],
    ])
  })
  test("what rgmanager has no agent for is told, and left out", () => {
    const [httpd] = definitions.services
    const strange = {
      ...httpd?.resources[0],
      name: "x",
      isShared: false,
      parent: null,
      params: { class: "ocf", provider: "heartbeat", agent: "Dummy", params: {} },
    }
    const { notes } = fromDefinitions(
      service("httpd", { resources: [strange as Definitions["services"][number]["resources"][number]] }),
      read(web),
    )
    expect(notes).toMatchObject([{ code: "noAgent" }])
  })
})
test("definitions written into an empty file come back as they were", () => {
  const empty = read(
    conf("").replace(
      "</clusternodes>",
      `${["h1", "h2", "h3"].map((h) => `<clusternode name="${h}.example.net"/>`).join("")}</clusternodes>`,
    ),
  )
  const { definitions } = toDefinitions(read(web))
  const plain = { ...definitions, cluster: "c", services: definitions.services.filter(({ name }) => name !== "guest1") }
  const text = export_(plain, empty)
  const back = toDefinitions(read(text)).definitions
  // Which nodes a device unfences is of the nodes, and not in the definitions.
  expect({
    ...back,
    fenceDevices: back.fenceDevices.map(({ device, secrets }) => ({ device: { ...device, unfences: device.name === "pdu" }, secrets })),
  }).toEqual(plain)
})

// ---- nothing is dropped ----
test("every element, attribute and text is in the table once, with its line", () => {
  for (const text of fixtures) {
    const covered = coverageOf(read(text))
    const written = text.replace(/<!--[\s\S]*?-->|<\?.*?\?>/g, (part) => part.replace(/[^\n]/g, " "))
    expect(covered.filter(({ path }) => !path.includes("@")).length).toBe(written.match(/<[a-z]/gi)?.length)
    expect(covered.filter(({ path }) => path.includes("@")).length).toBe(written.match(/\s[\w-]+="/g)?.length)
    for (const { line, path } of covered) expect(text.split("\n")[line - 1]).toContain(path.split(/[/@]/).at(-1))
  }
})
test("the table tells what takes effect from what is kept and what nobody knows", () => {
  const table = coverageOf(read(fixtures[1] ?? ""))
  const reading = (path: string) => table.find((row) => row.path === path)?.reading
  expect([reading("cluster/rm/failoverdomains/failoverdomain/@ordered"), reading("cluster/rm/service/ip/@address")]).toEqual([
    "understood",
    "understood",
  ])
  expect([reading("cluster/quorumd/@tko"), reading("cluster/rm/service/ip/@monitor_link"), reading("cluster/cman/@two_node")]).toEqual([
    "verbatim",
    "verbatim",
    "verbatim",
  ])
  expect([reading("cluster/rm/service/dovecot"), reading("cluster/rm/service/dovecot/@site")]).toEqual(["notUnderstood", "notUnderstood"])
})

// ---- random services ----
const leaf = fc.constantFrom(
  '<ip address="10.1.0.N"/>',
  '<script name="sN" file="/etc/init.d/sN"/>',
  '<fs name="fN" mountpoint="/fN" device="/dN" quick_status="1"/>',
  '<apache name="wN" server_root="/srv/N" config_file="c.conf"/>',
  '<nfsexport name="eN"/>',
  '<own name="oN"/>',
  '<netfs name="nN" mountpoint="/nN" host="h" export="/eN" fstype="nfs"/>',
)
const { tree } = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc
      .tuple(leaf, fc.array(tie("tree"), { maxLength: 3 }))
      .map(([head, children]) => `${head.slice(0, -2)}><!-- c -->${children.join("\n")}</${head.slice(1).split(" ")[0]}>`),
  ),
}))
test("random trees round-trip: an export of an import is the same file, and means the same", () =>
  fc.assert(
    fc.property(fc.array(tree, { maxLength: 5 }), (trees) => {
      let n = 0
      const rm = `<service name="a" max_restarts="3">${trees.join("")}</service>`.replace(/<\w+ [^>]*>/g, (tag) => {
        n += 1
        return tag.replaceAll("N", String(n))
      })
      const before = read(conf(rm))
      const imported = toDefinitions(before)
      const text = export_(imported.definitions, before)
      expect(text).toBe(renderXml(before.document))
      expect(toDefinitions(read(text)).definitions).toEqual(imported.definitions)
    }),
    { numRuns: 300 },
  ))
