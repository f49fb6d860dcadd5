import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Definitions } from "../../../agents/cluster-conf/definitions"
import { ServiceInput } from "../../domain/service"
import { type Compared, compare } from "./compare"
import { confIn, confOf, emptyConf, readAs, writtenInto } from "./document"

const members = ["h1", "h2", "h3"]
const empty: Definitions = {
  ...{ cluster: "c", domains: [], shared: [], services: [], fenceDevices: [], fencing: [] },
  settings: { postFailDelayMs: 0, postJoinDelayMs: 6_000 },
}
type Named = { readonly name: string }
const put = <T extends Named>(list: readonly T[], one: T): readonly T[] => [...list.filter(({ name }) => name !== one.name), one]
/** The panel with one of them taken, as the verbs write it. */
function taken(panel: Definitions, { kind, name, next }: Compared): Definitions {
  const one = JSON.parse(JSON.stringify({ ...next, name }))
  switch (kind) {
    case "domain":
      return { ...panel, domains: put(panel.domains, one) }
    case "shared":
      return { ...panel, shared: put(panel.shared, one) }
    case "service":
      return { ...panel, services: put(panel.services, ServiceInput.parse(one)) }
    case "fenceDevice": {
      const { secrets, ...device } = one
      return { ...panel, fenceDevices: [...panel.fenceDevices.filter(({ device: d }) => d.name !== name), { device, secrets }] }
    }
    case "nodeFencing":
      return { ...panel, fencing: [...panel.fencing.filter(({ node }) => node !== name), { node: name, levels: one.levels }] }
    case "settings":
      return { ...panel, settings: { ...panel.settings, ...JSON.parse(JSON.stringify(next)) } }
  }
}
const open = ({ what }: Compared) => what === "new" || what === "conflict"
const offered = (text: string, panel: Definitions) => compare(confOf(text), panel, members).compared.filter(open)
const all = (text: string, panel: Definitions) => offered(text, panel).reduce(taken, panel)

/** As the verbs would have it: a resource's name is its own in the whole cluster. */
const isSound = ({ shared, services }: Definitions): boolean => {
  const names = [...shared, ...services.flatMap((s) => s.resources.filter((r) => !r.isShared))].map(({ name }) => name)
  return new Set(names).size === names.length
}

// ---- random files that share names and differ in what they say of them ----
const oneOf = fc.constantFrom
const leaf = fc
  .record({ name: oneOf("a", "b", "c", "d"), is: oneOf("fs", "ip", "script", "apache", "own") })
  .chain(({ name, is }) =>
    oneOf("1", "2").map((v) =>
      is === "fs"
        ? `<fs name="${name}-fs" mountpoint="/m${v}" device="/d" quick_status="1">CHILD</fs>`
        : is === "ip"
          ? `<ip address="10.0.${name.charCodeAt(0)}.${v}" monitor_link="1">CHILD</ip>`
          : is === "script"
            ? `<script name="${name}-sh" file="/etc/init.d/${v}">CHILD</script>`
            : is === "apache"
              ? `<apache name="${name}-web" server_root="/srv/${v}">CHILD</apache>`
              : `<own name="${name}" x="${v}">CHILD</own>`,
    ),
  )
const tree = fc
  .array(leaf, { minLength: 1, maxLength: 3 })
  .map((parts) => parts.reduceRight((child, part) => part.replace("CHILD", child), ""))
const service = fc.record({
  name: oneOf("s", "t"),
  recovery: oneOf("restart", "relocate", "disable"),
  autostart: oneOf("0", "1"),
  domain: oneOf("", ' domain="p"'),
  trees: fc.array(tree, { minLength: 1, maxLength: 2 }),
})
const file = fc
  .record({
    services: fc.uniqueArray(service, { selector: ({ name }) => name, maxLength: 2 }),
    ordered: oneOf("0", "1"),
    first: oneOf("h1", "h2"),
    delay: oneOf("", '<fence_daemon post_join_delay="20"/>'),
    shared: oneOf("", '<ip address="10.9.9.9"/>', '<fs name="shared" mountpoint="/s" device="/s"/>'),
  })
  .map(
    ({ services, ordered, first, delay, shared }) =>
      `<cluster name="c" config_version="3"><clusternodes>${members.map((h, i) => `<clusternode name="${h}" nodeid="${i + 1}"/>`).join("")}</clusternodes>${delay}<rm><failoverdomains><failoverdomain name="p" ordered="${ordered}"><failoverdomainnode name="${first}" priority="1"/><failoverdomainnode name="h3" priority="2"/></failoverdomain></failoverdomains><resources>${shared}</resources>${services
        .map(
          (s) => `<service name="${s.name}" recovery="${s.recovery}" autostart="${s.autostart}"${s.domain}>${s.trees.join("")}</service>`,
        )
        .join("")}</rm></cluster>`,
  )

test("a resource that the file has twice is the panel's own when it is written: the one that rgmanager drops is gone", () => {
  const conf = (inner: string) =>
    `<cluster name="c" config_version="3"><rm><service name="s" recovery="restart" autostart="0">${inner}</service></rm></cluster>`
  const fs = (name: string, v: number, child = "") => `<fs name="${name}-fs" mountpoint="/m${v}" device="/d" quick_status="1">${child}</fs>`
  const panel = all(conf(fs("b", 1, fs("a", 1))), empty)
  const twice = conf(`${fs("b", 2, '<own name="a" x="1"/>')}${fs("b", 2)}`)
  const both = all(twice, panel)
  expect(both.services[0]?.resources.map(({ name, params }) => [name, params])).toMatchObject([["b-fs", { params: { directory: "/m2" } }]])
  const written = confIn(writtenInto(confOf(twice), panel, members).document)
  const [read] = readAs(written, panel).definitions.services
  expect(read?.resources.map(({ name, params }) => [name, params])).toMatchObject([
    ["b-fs", { params: { directory: "/m1" } }],
    ["a-fs", { params: { directory: "/m1" } }],
  ])
})
describe("laws of an import", () => {
  test("once all of a file is taken, nothing of it is new or differs", () =>
    fc.assert(
      fc.property(file, file, (first, second) => {
        const panel = all(first, empty)
        expect(offered(first, panel)).toEqual([])
        const both = all(second, panel)
        fc.pre(isSound(both))
        expect(offered(second, both)).toEqual([])
      }),
      { numRuns: 300 },
    ))
  test("an import of an export changes nothing, whatever the file it is written into", () =>
    fc.assert(
      fc.property(file, file, fc.boolean(), (first, second, isBase) => {
        const panel = all(second, all(first, empty))
        fc.pre(isSound(panel))
        const base = isBase ? confOf(second) : emptyConf("c")
        const text = confIn(writtenInto(base, panel, members).document)
        expect(compare(text, panel, members).compared.filter(({ what }) => what !== "same")).toEqual([])
      }),
      { numRuns: 300 },
    ))
  test("what only the panel has is never offered, and a file that says nothing offers nothing", () =>
    fc.assert(
      fc.property(file, (first) => {
        const panel = all(first, empty)
        expect(offered('<cluster name="c" config_version="1"/>', panel)).toEqual([])
      }),
    ))
})
test("names that cluster.conf cannot say are the panel's again, and the schedule stays", () => {
  const conf = confOf(readFileSync(new URL("web.conf", import.meta.url), "utf8"))
  const panel = readAs(conf, empty).definitions
  const own = (name: string, params: object) => ({ ...panel.services[0]?.resources[1], name, params, isShared: false, parent: null })
  const ip = { class: "ocf", provider: "heartbeat", agent: "IPaddr2", params: { ip: "10.7.7.7", nic: "eth1" }, monitorEveryMs: 5_000 }
  const web = ServiceInput.parse({
    ...panel.services[0],
    name: "web",
    resources: [own("front door", ip)].map((r) => ({ ...r, name: "front-door" })),
  })
  const now = { ...panel, services: [...panel.services, web] }
  const { document } = writtenInto(conf, now, members)
  expect(compare(confIn(document), now, members).compared.filter(open)).toEqual([])
  const text = JSON.parse(JSON.stringify(document).replace("10.7.7.7", "10.7.7.8"))
  const [change, ...others] = compare(confIn(text), now, members).compared.filter(open)
  expect([change?.what, change?.name, others]).toEqual(["conflict", "web", []])
})
