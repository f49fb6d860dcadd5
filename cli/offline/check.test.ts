import { describe, expect, test } from "vitest"
import { check } from "./check"
import cases from "./check.cases.json"

const fenced = (name: string, i: number) =>
  `<clusternode name="${name}" nodeid="${i}"><fence><method name="m"><device name="pdu" port="${i}"/></method></fence></clusternode>`
type Part = "cluster" | "cman" | "nodes" | "devices" | "other" | "rm" | "domains" | "resources" | "services"
const sound: Readonly<Record<Part, string>> = {
  cluster: 'name="c" config_version="1"',
  cman: "<cman/>",
  nodes: [fenced("h1", 1), fenced("h2", 2), fenced("h3", 3)].join(""),
  devices: '<fencedevice name="pdu" agent="fence_apc"/>',
  other: "",
  rm: "",
  domains: '<failoverdomain name="d"><failoverdomainnode name="h1"/></failoverdomain>',
  resources: '<ip address="192.0.2.1"/>',
  services: '<service name="a" domain="d"><ip ref="192.0.2.1"/></service>',
}
/** Each part on a line of its own: what a case puts there is what it finds there. */
const written = (p: Readonly<Record<Part, string>>) =>
  [
    `<cluster ${p.cluster}>`,
    p.cman,
    `<clusternodes>${p.nodes}</clusternodes>`,
    `<fencedevices>${p.devices}</fencedevices>`,
    p.other,
    `<rm ${p.rm}><failoverdomains>${p.domains}</failoverdomains>`,
    `<resources>${p.resources}</resources>`,
    p.services,
    "</rm></cluster>",
  ].join("\n")
const findings = (text: string) => {
  const result = check(text)
  return result.ok ? result.value.findings : []
}

describe("what is wrong or risky, row by row, with its line and nothing beside it", () => {
  type Case = { readonly what: string; readonly put: Partial<Record<Part, string>>; readonly findings: readonly unknown[] }
  test.each(cases as readonly Case[])("$what", ({ put, findings: expected }) => {
    const found = findings(written({ ...sound, ...put }))
    expect(found.map(({ text: _, ...finding }) => finding)).toEqual(expected)
    for (const { text } of found) expect(text).toMatch(/^\S.{10,}[.?]$/)
  })
})
test("findings come by line, the worse ones first", () => {
  const found = findings(written({ ...sound, cluster: "", services: "<service/>" }))
  expect(found).toEqual(found.toSorted((a, b) => a.line - b.line))
  expect(found.length).toBeGreaterThan(2)
})
