import { expect, test } from "vitest"
import { clock, identity, memory, os, toolsThere, unitsAtBoot } from "./facts"
import { addressIsFree } from "./operations"

const ok = (stdout: string) => ({ exitCode: 0, stdout, stderr: "" })
const uuid = "00000000-0000-4000-8000-000000000001"

test("who it is, and whether it finds its own name", () => {
  const text = (own: string) => ok(`hostname=h1\nmachineId=0123456789abcdef0123456789abcdef\nbootId=${uuid}\nown=${own}\n`)
  expect(identity.parse(text("10.0.0.11 10.0.0.11 ::1 "))).toEqual({
    hostname: "h1",
    machineId: "0123456789abcdef0123456789abcdef",
    bootId: uuid,
    ownAddresses: ["10.0.0.11", "::1"],
  })
  expect(identity.parse(text(""))).toMatchObject({ ownAddresses: [] })
  expect(identity.parse(ok(`hostname=h\u001b[31m1\nmachineId=\nbootId=${uuid}\nown=\n`))).toMatchObject({
    hostname: "h[31m1",
    machineId: null,
  })
  expect(() => identity.parse(ok("hostname=h1\n"))).toThrow("identity answered something else than expected (bootId)")
})
test("os-release is read, never evaluated", () => {
  const text = `moyai.kernel=6.1.0\nmoyai.cpus=4\nPRETTY_NAME="A \\"quoted\\" \\$(reboot)"\nID=debian\nVERSION_ID='12'\nmoyai.kernel=other\n`
  expect(os.parse(ok(text))).toEqual({ name: 'A "quoted" $(reboot)', id: "debian", version: "12", kernel: "6.1.0", cpus: 4 })
  expect(os.parse(ok("moyai.kernel=2.6.32\nmoyai.cpus=1\n"))).toMatchObject({ name: "Linux", id: "linux", version: "" })
})
test("a kernel without MemAvailable: what is free and what the caches give back", () =>
  expect(memory.parse(ok("MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 200 kB\n"))).toMatchObject({
    totalBytes: 1_024_000,
    availableBytes: 358_400,
  }))
test.each([
  ["1800000000.123456789\n", 1_800_000_000_123],
  ["1800000000.%N\n", 1_800_000_000_000],
  ["1800000000.N\n", 1_800_000_000_000],
])("the clock %j", (text, epochMs) => expect(clock.parse(ok(text))).toEqual({ epochMs }))
test("each tool that was asked for is there or not", () => {
  expect(toolsThere.parse(ok("systemctl\n/usr/lib/ocf/resource.d/heartbeat\n__proto__\nmoyai.end\n"))).toMatchObject({
    systemctl: true,
    "/usr/lib/ocf/resource.d/heartbeat": true,
    virsh: false,
  })
  expect(() => toolsThere.parse(ok("systemctl\n"))).toThrow("something else than expected")
})
test("units that start at boot", () =>
  expect(unitsAtBoot.parse(ok("ssh.service  enabled enabled\n\n--x enabled\n"))).toEqual([{ unit: "ssh.service", state: "enabled" }]))

const held = (...addresses: string[]) =>
  ok(JSON.stringify([{}, { ifname: "eth0", flags: ["UP"], addr_info: addresses.map((local) => ({ local, prefixlen: 24 })) }]))
test.each([
  ["192.168.10.246", ["192.168.10.231"], true],
  ["192.168.10.246", ["192.168.10.231", "192.168.10.246"], false],
  ["192.168.10.24", ["192.168.10.246"], true],
  ["fd00:0:0::0246", ["fd00::246"], false],
  ["fd00::247", ["fd00::246", "not an address"], true],
])("%s is free beside %j: %j", (ip, addresses, isFree) => expect(addressIsFree.bind({ ip }).isSettled(held(...addresses))).toBe(isFree))
test("the look changes nothing and names the address", () => {
  expect(addressIsFree.bind({ ip: "10.0.0.1" })).toMatchObject({
    isCheck: true,
    sentence: { code: "checkAddressFree", params: { ip: "10.0.0.1" } },
    command: { argv: ["ip", "-j", "addr"] },
  })
  expect(() => addressIsFree.bind({ ip: "10.0.0.1 dev eth0" })).toThrow()
})
test("an answer that cannot be read is not taken for a free address", () => {
  expect(() => addressIsFree.bind({ ip: "10.0.0.1" }).isSettled({ exitCode: 1, stdout: "[]", stderr: "" })).toThrow("exit code 1")
  expect(() => addressIsFree.bind({ ip: "10.0.0.1" }).isSettled(ok("garbage"))).toThrow("something else than expected")
})
