import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { compare, type NodeRehearsal, type Rehearsed, type ResourceRehearsal, verdictOf } from "./rehearsal"

const file = (digest: string, mode = "644:root:root") => ({ kind: "file" as const, digest, mode })
const seen = (over: Partial<Rehearsed> = {}): Rehearsed => ({
  ...{ isThere: true, package: { name: "apache2", version: "2.4" }, startsAtBoot: false, isCut: false, directories: [], devices: [] },
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
describe("what is found on h2, beside h1 where it runs", () => {
  const table: readonly (readonly [string, Partial<ResourceRehearsal>, readonly string[]])[] = [
    [
      "a file of another content",
      { seen: seen({ files: { ...seen().files, "/etc/apache2/ports.conf": file("x") } }) },
      ["fileDiffers /etc/apache2/ports.conf"],
    ],
    [
      "a file that is missing",
      { seen: seen({ files: { "/etc/apache2/apache2.conf": file("a") } }) },
      ["fileMissing /etc/apache2/ports.conf"],
    ],
    ["a file more", { seen: seen({ files: { ...seen().files, "/etc/apache2/x": file("x") } }) }, ["fileExtra /etc/apache2/x"]],
    [
      "another owner or mode",
      { seen: seen({ files: { ...seen().files, "/etc/apache2/ports.conf": file("b", "600:root:root") } }) },
      ["modeDiffers /etc/apache2/ports.conf"],
    ],
    ["another version", { seen: seen({ package: { name: "apache2", version: "2.5" } }) }, ["packageDiffers"]],
    [
      "no program and no package",
      { seen: seen({ isThere: false, package: null, files: {} }) },
      ["programMissing", "packageMissing", "fileMissing /etc/apache2/apache2.conf", "fileMissing /etc/apache2/ports.conf"],
    ],
    ["no answer", { seen: undefined }, ["notSeen"]],
    ["parameters that the agent refuses", { validation: { verdict: "failed", detail: "no" } }, ["validateFailed"]],
    ["an agent that cannot say", { validation: { verdict: "notSupported", detail: "" } }, []],
    ["a start at boot", { seen: seen({ startsAtBoot: true }) }, ["startsAtBoot"]],
    ["no mount point", { mount: { directory: "/srv", device: "host:/export" } }, ["mountPointMissing /srv"]],
    [
      "no device",
      { mount: { directory: "/srv", device: "/dev/vg/data" }, seen: seen({ directories: ["/srv"] }) },
      ["deviceMissing /dev/vg/data"],
    ],
    ["an address of another network", { addresses: ["192.168.11.5"] }, ["addressOutside 192.168.11.5"]],
    ["an address of its own network", { addresses: ["192.168.10.5"] }, []],
  ]
  test.each(table)("%s", (_, over, found) => expect(codes([node("h1"), node("h2", over)], "h1").h2).toEqual(found))
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
