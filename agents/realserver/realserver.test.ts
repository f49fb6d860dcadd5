import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { balancerSchema } from "../../lib/domain/balancer"
import { diagnose } from "../../lib/domain/doctor"
import { stdinOf } from "../../lib/node/sh"
import type { Operation, SimHost } from "../contract"
import { driver } from "./driver"
import { arpAnswers, realServerState } from "./facts"
import { hold, quiet, redirect, release, unredirect } from "./operations"
import { parseArping, parseState } from "./parse"
import { interfacesFile, labelOf, SYSCTL_FILE } from "./schema"
import { simulate } from "./sim"

const fixture = (name: string) => ({
  exitCode: 0,
  stdout: readFileSync(new URL(`./fixtures/${name}`, import.meta.url), "utf8"),
  stderr: "",
})
const vip = "192.168.10.249"

describe("what a real machine printed", () => {
  test("a real server that was made ready", () => {
    const state = parseState(fixture("state.ready.txt"))
    expect(state).toMatchObject({
      arp: { all: { ignore: 1, announce: 2 }, eth0: { ignore: 0, announce: 0 } },
      rpFilter: { all: 0 },
      forwards: { inet: false, inet6: false },
      gateways: [{ family: "inet", via: "192.168.10.1", interface: "eth0" }],
      persistence: "ifupdown",
    })
    expect(state.addresses.filter((a) => !a.address.startsWith("fe80"))).toEqual([
      { interface: "lo", address: "127.0.0.1", prefix: 8, mac: null },
      { interface: "lo", address: vip, prefix: 32, mac: null },
      { interface: "lo", address: "fd00::249", prefix: 128, mac: null },
      { interface: "lo", address: "::1", prefix: 128, mac: null },
      { interface: "eth0", address: "192.168.10.11", prefix: 24, mac: "02:00:00:00:00:11" },
    ])
    expect(state.listening).toEqual([
      { protocol: "tcp", address: "0.0.0.0", port: 8080 },
      { protocol: "tcp", address: "192.168.10.11", port: 80 },
      { protocol: "tcp", address: "*", port: 443 },
      { protocol: "udp", address: "0.0.0.0", port: 53 },
    ])
    expect(state.filter).toContain('\t\tip daddr 192.168.10.250 tcp dport 80 redirect comment "moyai 192.168.10.250 tcp 80"\n')
    expect(Object.keys(state.files)).toEqual([SYSCTL_FILE, interfacesFile(vip), interfacesFile("fd00::249")])
    expect(quiet.bind({}).isSettled(fixture("state.ready.txt"))).toBe(true)
    expect(hold.bind({ address: vip }).isSettled(fixture("state.ready.txt"))).toBe(true)
    expect(hold.bind({ address: "fd00:0::0249" }).isSettled(fixture("state.ready.txt"))).toBe(true)
  })
  test("document 003's machine: another address on lo, and nothing set", () => {
    const state = parseState(fixture("state.document003.txt"))
    expect(state.addresses).toContainEqual({ interface: "lo", address: "192.168.1.100", prefix: 24, mac: null })
    expect(state).toMatchObject({ arp: { all: { ignore: 0, announce: 0 } }, filter: "", files: {}, listening: [], persistence: "none" })
    expect(quiet.bind({}).isSettled(fixture("state.document003.txt"))).toBe(false)
  })
  test("the doctor finds document 003's mistake in it, and names both addresses", () => {
    const text = (host: string) => ({ value: parseState(fixture(host)), atMs: 1_000, everyMs: 10_000, from: "moyai-realserver" })
    const server = {
      service: { kind: "address", address: vip, port: 80, protocol: "tcp" },
      scheduler: "rr",
      forwarding: { method: "direct" },
      realServers: [{ address: "192.168.10.12" }],
    }
    const { findings } = diagnose({
      ...{ nowMs: 2_000, sinceMs: 2_000 },
      name: "web",
      engine: "keepalived",
      model: balancerSchema.parse({ virtualServers: [server] }),
      directors: [],
      realServers: [{ address: "192.168.10.12", node: "h2", state: text("state.document003.txt") }],
      ...{ drift: [], arp: [], others: [] },
    })
    expect(findings.map(({ code, params }) => [code, params.vip, params.found])).toEqual([["loIsNotVip", vip, "192.168.1.100"]])
  })
  test("rules of the old iptables are seen beside nft's", () =>
    expect(parseState(fixture("state.legacy.txt")).filter).toContain("-A INPUT -p tcp -m tcp --dport 80 -j REJECT"))
  test.each([
    ["arping.one.txt", ["02:00:00:00:00:13"]],
    ["arping.two.txt", ["02:00:00:00:00:11", "02:00:00:00:00:13"]],
    ["arping.none.txt", []],
  ])("%s: who answers", (name, macs) => expect(parseArping(vip)(fixture(name))).toEqual({ address: vip, macs }))
  test.each([
    ["arping.own.txt", "own"],
    ["arping.far.txt", "not on a link"],
    ["arping.habets-two.txt", "not that of iputils"],
  ])("%s: silence that means nothing is no answer", (name, why) => expect(() => parseArping(vip)(fixture(name))).toThrow(why))
  test("a look that was cut short is refused, wherever the cut is", () => {
    const { stdout } = fixture("state.ready.txt")
    fc.assert(
      fc.property(fc.nat(stdout.length - 12), (end) => {
        expect(() => parseState({ exitCode: 0, stdout: stdout.slice(0, end), stderr: "" })).toThrow("did not end")
      }),
    )
  })
})

test("names of files and labels are those that every ifupdown and every kernel take", () =>
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
      expect(interfacesFile(address).split("/").at(-1)).toMatch(/^[A-Za-z0-9_-]+$/)
      if (!address.includes(":")) expect(labelOf(address)).toMatch(/^lo:moy[0-9a-f]{8}$/)
    }),
  ))
test.each(["127.0.0.1", "127.1.2.3", "::1", "0:0:0:0:0:0:0:1", "10.0.0.1/24", "-f", "$(id)", ""])("%j is no service address", (address) => {
  for (const operation of [hold, release]) expect(() => operation.bind({ address })).toThrow()
  expect(() => redirect.bind({ address, protocol: "tcp", port: 80 })).toThrow()
})
test("without a balancer nothing is read", () => {
  expect(driver.facts([])).toEqual([])
  expect(driver.facts([{ balancer: "web" }, { balancer: "mail" }]).map(({ name }) => name)).toEqual(["realserver.state"])
})

const power = { isOn: () => true, set: () => undefined, trouble: () => undefined }
const host = (node: string, disk = new Map<string, string>()): SimHost => ({
  node,
  nowMs: () => 0,
  has: () => false,
  bootId: "",
  machineId: `${node.charCodeAt(1).toString(16)}0000000`.padEnd(32, "0"),
  bootedAtMs: 0,
  disk,
  addresses: new Set([`192.168.10.${node.slice(1)}/24`]),
  power,
})
const on = (machine: ReturnType<typeof simulate>) => {
  const run = (argv: readonly string[]) => machine.begin(argv, "")?.end() ?? { exitCode: 127, stdout: "", stderr: "" }
  return {
    look: () => realServerState.parse(run(realServerState.command.argv)),
    macs: (address: string) => arpAnswers(address).parse(run(arpAnswers(address).command.argv)).macs,
    perform: (operation: Operation, params: unknown) => {
      const { command, look, isSettled } = operation.bind(params)
      expect(stdinOf(command)).toBe("")
      return [run(command.argv).exitCode, isSettled(run(look.argv))]
    },
  }
}
describe("the pretend machine", () => {
  test("goes the same way as a real one: made ready, rebooted, undone", () => {
    const disk = new Map<string, string>()
    const machine = on(simulate(host("h1", disk)))
    const before = machine.look()
    expect(machine.perform(hold, { address: vip })).toEqual([1, false])
    for (const _ of [1, 2]) {
      expect(machine.perform(quiet, {})).toEqual([0, true])
      expect(machine.perform(hold, { address: vip })).toEqual([0, true])
      expect(machine.perform(redirect, { address: vip, protocol: "tcp", port: 80 })).toEqual([0, true])
    }
    const ready = machine.look()
    const rebooted = on(simulate(host("h1", disk)))
    expect(rebooted.look()).toEqual({ ...ready, filter: "" })
    expect(machine.perform(unredirect, { address: vip, protocol: "tcp", port: 80 })).toEqual([0, true])
    expect(machine.perform(release, { address: vip })).toEqual([0, true])
    expect(machine.look()).toEqual(before)
    expect([...disk]).toEqual([])
  })
  test("answers ARP for what is on lo as long as nothing keeps it from it", () => {
    const [real, client] = ["h1", "h2"].map((node) =>
      simulate(host(node, node === "h1" ? new Map([[interfacesFile(vip), ` replace ${vip}/32 dev lo`]]) : undefined)),
    )
    if (!real || !client) throw new Error("no machines")
    expect(on(client).macs(vip)).toHaveLength(1)
    on(real).perform(quiet, {})
    expect(on(client).macs(vip)).toEqual([])
    expect(on(client).macs("192.168.10.1")).toHaveLength(1)
  })
})
