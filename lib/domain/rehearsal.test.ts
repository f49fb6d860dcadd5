import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { compare, type NodeRehearsal, type Rehearsed, type ResourceRehearsal, verdictOf } from "./rehearsal"
import cases from "./rehearsal.cases.json"

const file = (digest: string, mode = "644:root:root") => ({ kind: "file" as const, digest, mode })
const seen = (over: Partial<Rehearsed> = {}): Rehearsed => ({
  ...{ isThere: true, package: { name: "apache2", version: "2.4" }, startsAtBoot: false, isCut: false, directories: [], devices: [] },
  ...{ unread: [], missingPrograms: [], missingNic: null },
  files: { "/etc/apache2/apache2.conf": file("a"), "/etc/apache2/ports.conf": file("b") },
  ...over,
})
const one = (over: Partial<ResourceRehearsal> = {}): ResourceRehearsal => ({
  ...{ resource: "httpd", seen: seen(), validation: undefined, mount: undefined, addresses: [] },
  ...over,
})
const node = (name: string, over: Partial<ResourceRehearsal> = {}): NodeRehearsal => ({
  node: name,
  networks: ["192.168.10.231/24"],
  resources: [one(over)],
})
const codes = (nodes: readonly NodeRehearsal[], owner?: string) =>
  Object.fromEntries(
    [...compare(nodes, owner)].map(([name, findings]) => [
      name,
      findings.map(({ code, params }) => `${code} ${params.path ?? params.ip ?? ""}`.trim()),
    ]),
  )

test("equal nodes are ready", () => expect(codes([node("h1"), node("h2")], "h1")).toEqual({ h1: [], h2: [] }))
type Over = Omit<Partial<ResourceRehearsal>, "seen"> & { readonly seen?: Partial<Rehearsed> | null; readonly networks?: null }
type Case = { readonly title: string; readonly over: Over; readonly found: readonly string[] }
describe("what is found on h2, beside h1 where it runs", () =>
  test.each(cases as readonly Case[])("$title", ({ over: { seen: changed, networks, ...over }, found }) => {
    const h2 = node("h2", { ...over, seen: changed === null ? undefined : seen(changed) })
    const findings = compare([node("h1"), networks === null ? { ...h2, networks: undefined } : h2], "h1").get("h2") ?? []
    expect(findings.map(({ level, code, params }) => `${level} ${code} ${params.path ?? params.ip ?? params.nic ?? ""}`.trim())).toEqual(
      found,
    )
  }))
test("where it runs nowhere, the majority is what the others are compared with, and the finding names one of it", () => {
  const odd = { seen: seen({ files: { ...seen().files, "/etc/apache2/ports.conf": file("x") } }) }
  const found = compare([node("h1", odd), node("h2"), node("h3")], undefined)
  expect(codes([node("h1", odd), node("h2"), node("h3")])).toEqual({ h1: ["fileDiffers /etc/apache2/ports.conf"], h2: [], h3: [] })
  expect(found.get("h1")?.[0]?.params.reference).toBe("h2")
})
test("the node where it runs is what the others are compared with, and is compared with nobody", () => {
  const other = { seen: seen({ files: {} }) }
  expect(codes([node("h1", other), node("h2")], "h2")).toEqual({
    h1: ["fileMissing /etc/apache2/apache2.conf", "fileMissing /etc/apache2/ports.conf"],
    h2: [],
  })
})
test("what nobody can say is never ready, and what is wrong is worse than what nobody knows", () => {
  expect(verdictOf([])).toBe("ready")
  expect(verdictOf([{ level: "warn" }])).toBe("warnings")
  expect(verdictOf([{ level: "warn" }, { level: "unknown" }])).toBe("unknown")
  expect(verdictOf([{ level: "unknown" }, { level: "bad" }])).toBe("notReady")
})
test("a node that did not answer is never called ready, whatever the others have", () =>
  fc.assert(
    fc.property(fc.uniqueArray(fc.constantFrom("h1", "h2", "h3", "h4"), { minLength: 1 }), fc.constantFrom("h1", "h2"), (silent, owner) => {
      const nodes = (["h1", "h2", "h3", "h4"] as const).map((name) => node(name, silent.includes(name) ? { seen: undefined } : {}))
      for (const [name, findings] of compare(nodes, owner)) expect(verdictOf(findings) === "ready").toBe(!silent.some((s) => s === name))
    }),
  ))
