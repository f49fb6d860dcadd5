import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { stdinOf, textOf } from "../../lib/node/sh"
import type { Operation } from "../contract"
import { realServerState } from "./facts"
import { hold, quiet, redirect, release, unredirect } from "./operations"
import { interfacesFile, NFT_FILE, SYSCTL_FILE } from "./schema"

/** The operations on a real kernel: a network namespace with an /etc of its own, so that nothing of this machine is touched. */
const toolsThere = (tools: string) => spawnSync("unshare", ["-n", "-m", "sh", "-c", `PATH=$PATH:/usr/sbin:/sbin; ${tools}`]).status === 0
const isPossible = toolsThere("ip link set lo up && ip link add v0 type veth peer name v1 && ss -ltn >/dev/null && mount --bind /tmp /mnt")
const hasNft = isPossible && toolsThere("nft list ruleset")
if (!isPossible) console.warn("skipped: no network namespace can be made here (it takes root, iproute2 and veth)")
else if (!hasNft) console.warn("skipped: no nft here, so nothing is redirected")

const SETUP = `
set -e
mount --make-rprivate /
mount --bind "$1" /etc
ip link set lo up
ip link add eth0 type veth peer name peer0
ip link set eth0 address 02:00:00:00:00:11 up
ip link set peer0 up
ip address add 192.168.10.11/24 dev eth0
ip route add default via 192.168.10.1
echo ready
exec sleep 600`
let dir = ""
let namespace: ChildProcess | undefined
const etc = (path: string) => join(dir, path.replace(/^\/etc/, "etc"))
beforeEach(async () => {
  if (!isPossible) return
  dir = mkdtempSync(join(tmpdir(), "moyai-realserver-"))
  for (const name of ["etc", "bin"]) mkdirSync(join(dir, name))
  const child = spawn("unshare", ["-n", "-m", "sh", "-c", SETUP, "setup", join(dir, "etc")], { stdio: ["ignore", "pipe", "inherit"] })
  namespace = child
  await new Promise((resolve) => child.stdout?.once("data", resolve))
})
afterEach(() => {
  namespace?.kill()
  namespace = undefined
  if (dir !== "") rmSync(dir, { recursive: true })
})
function enter(words: readonly string[], input = "") {
  const { status, stdout, stderr } = spawnSync("nsenter", ["-t", String(namespace?.pid), "-n", "-m", ...words], {
    input,
    encoding: "utf8",
    env: { ...process.env, PATH: `${join(dir, "bin")}:${process.env.PATH}` },
  })
  return { exitCode: status ?? -1, stdout, stderr }
}
const at = (text: string) => enter(["sh", "-c", `PATH=$PATH:/usr/sbin:/sbin; ${text}`])
const look = () => realServerState.parse(enter(["sh", "-c", textOf(realServerState.command)]))
function perform(operation: Operation, params: unknown) {
  const { command, look: seen, isSettled } = operation.bind(params)
  const result = enter(["sh", "-c", textOf(command)], stdinOf(command))
  return { ...result, isSettled: isSettled(enter(["sh", "-c", textOf(seen)])) }
}
const done = { exitCode: 0, stdout: "", stderr: "", isSettled: true }
const withIfupdown = () => {
  writeFileSync(join(dir, "bin/ifup"), "#!/bin/sh\n")
  chmodSync(join(dir, "bin/ifup"), 0o755)
  mkdirSync(etc("/etc/network"))
  writeFileSync(etc("/etc/network/interfaces"), "source /etc/network/interfaces.d/*\nauto lo\niface lo inet loopback\n")
}
/** All that an undo must bring back. */
const traces = () => ({
  lo: at("ip -o addr show dev lo").stdout,
  arp: at("cat /proc/sys/net/ipv4/conf/all/arp_ignore /proc/sys/net/ipv4/conf/all/arp_announce").stdout,
  files: readdirSync(join(dir, "etc"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name),
  rules: hasNft ? at("nft list ruleset").stdout : "",
})
const vip = "192.168.10.249"

describe.skipIf(!isPossible)("on a real kernel", () => {
  test("what is seen is what the kernel has", () => {
    at("sysctl -qw net.ipv4.conf.eth0.arp_ignore=1 net.ipv4.ip_forward=1; ip addr add 192.168.1.100/24 dev lo label lo:0")
    const state = look()
    expect(state.addresses).toContainEqual({
      interface: "eth0",
      address: "192.168.10.11",
      prefix: 24,
      mac: "02:00:00:00:00:11",
    })
    expect(state.addresses).toContainEqual({ interface: "lo", address: "192.168.1.100", prefix: 24, mac: null })
    expect(state.arp).toMatchObject({ all: { ignore: 0, announce: 0 }, eth0: { ignore: 1, announce: 0 } })
    expect(state).toMatchObject({
      forwards: { inet: true },
      gateways: [{ family: "inet", via: "192.168.10.1", interface: "eth0" }],
      listening: [],
      files: {},
      persistence: "none",
    })
    expect(state.filter).toBe(hasNft ? "" : state.filter)
  })
  test("an address without the sysctls is refused: it would answer ARP", () => {
    const { exitCode, stderr, isSettled } = perform(hold, { address: vip })
    expect({ exitCode, stderr, isSettled }).toEqual({
      exitCode: 1,
      stderr: `arp_ignore and arp_announce are not set: this machine would answer ARP for ${vip}\n`,
      isSettled: false,
    })
  })
  test.each([false, true])("made ready, a second time as well, and undone without a trace (ifupdown: %s)", (hasIfupdown) => {
    if (hasIfupdown) withIfupdown()
    const before = traces()
    for (const _ of [1, 2]) {
      expect(perform(quiet, {})).toEqual(done)
      expect(perform(hold, { address: vip })).toEqual(done)
      expect(perform(hold, { address: "fd00::249" })).toEqual(done)
    }
    const state = look()
    expect(state.addresses.filter((a) => a.interface === "lo" && a.address !== "127.0.0.1" && a.address !== "::1")).toEqual([
      { interface: "lo", address: vip, prefix: 32, mac: null },
      { interface: "lo", address: "fd00::249", prefix: 128, mac: null },
    ])
    expect(state.arp.all).toEqual({ ignore: 1, announce: 2 })
    expect(state.persistence).toBe(hasIfupdown ? "ifupdown" : "none")
    expect(existsSync(etc(interfacesFile(vip)))).toBe(hasIfupdown)
    expect(perform(release, { address: vip })).toEqual(done)
    expect(perform(release, { address: "fd00::249" })).toEqual(done)
    expect(perform(release, { address: vip })).toEqual(done)
    expect(traces()).toEqual(before)
  })
  test("a wider mask on lo becomes one host's, and another address there stays", () => {
    at(`ip addr add ${vip}/24 dev lo label lo:0; ip addr add 192.168.1.100/24 dev lo label lo:1`)
    perform(quiet, {})
    expect(perform(hold, { address: vip })).toEqual(done)
    expect(look().addresses.filter((a) => a.interface === "lo" && a.address.startsWith("192."))).toEqual([
      { interface: "lo", address: "192.168.1.100", prefix: 24, mac: null },
      { interface: "lo", address: vip, prefix: 32, mac: null },
    ])
  })
  test("the sysctls stay as long as one address needs them, and go back to what they were", () => {
    at("sysctl -qw net.ipv4.conf.all.arp_announce=1")
    perform(quiet, {})
    for (const address of [vip, "192.168.10.250"]) expect(perform(hold, { address })).toEqual(done)
    perform(release, { address: vip })
    expect(look().arp.all).toEqual({ ignore: 1, announce: 2 })
    expect(readFileSync(etc(SYSCTL_FILE), "utf8")).toBe(
      "# Moyai: a real server must not answer ARP for a service address, which is the director's.\n# before 0 1\n# holds 192.168.10.250\nnet.ipv4.conf.all.arp_ignore = 1\nnet.ipv4.conf.all.arp_announce = 2\n",
    )
    perform(release, { address: "192.168.10.250" })
    expect([look().arp.all, existsSync(etc(SYSCTL_FILE))]).toEqual([{ ignore: 0, announce: 1 }, false])
  })
  test("an address that was on lo before us keeps the sysctls when ours goes", () => {
    at("ip addr add 192.168.10.7/32 dev lo")
    perform(quiet, {})
    for (const [act, then] of [
      [hold, 1],
      [release, 1],
    ] as const) {
      expect(perform(act, { address: vip })).toEqual(done)
      expect([look().arp.all?.ignore, existsSync(etc(SYSCTL_FILE))]).toEqual([then, true])
    }
  })
  test("a stricter sysctl stays as it is, and one that was changed since is left alone", () => {
    at("sysctl -qw net.ipv4.conf.all.arp_ignore=2")
    expect(perform(quiet, {})).toEqual(done)
    expect(look().arp.all).toEqual({ ignore: 2, announce: 2 })
    perform(hold, { address: vip })
    at("sysctl -qw net.ipv4.conf.all.arp_ignore=3")
    perform(release, { address: vip })
    expect(look().arp.all).toEqual({ ignore: 3, announce: 0 })
  })
  test.skipIf(!hasNft).each([false, true])("redirected once, kept where nftables.conf reads it, undone without a trace (%s)", (isRead) => {
    const before = traces()
    if (isRead) writeFileSync(etc("/etc/nftables.conf"), 'flush ruleset\ninclude "/etc/nftables.d/*.nft"\n')
    const rules = [
      { address: vip, protocol: "tcp", port: 80 },
      { address: vip, protocol: "udp", port: 53 },
      { address: "fd00::249", protocol: "tcp", port: 80 },
    ]
    for (const rule of [...rules, ...rules]) expect(perform(redirect, rule)).toEqual(done)
    expect(look().filter?.match(/redirect comment/g)).toHaveLength(3)
    expect(existsSync(etc(NFT_FILE))).toBe(isRead)
    if (isRead) {
      const live = look().filter
      at("nft -f /etc/nftables.conf")
      expect(look().filter).toBe(live)
      expect(Object.keys(look().files)).toEqual([NFT_FILE])
    }
    for (const rule of [...rules, ...rules]) expect(perform(unredirect, rule)).toEqual(done)
    if (isRead) rmSync(etc("/etc/nftables.conf"))
    expect(traces()).toEqual(before)
  })
  test("who listens, and on which address", async () => {
    const server = spawn(
      "nsenter",
      [
        ...["-t", String(namespace?.pid), "-n", process.execPath, "-e"],
        'const n=require("net");n.createServer().listen(80,"192.168.10.11",()=>n.createServer().listen(8080,"0.0.0.0",()=>n.createServer().listen(443,()=>console.log("ready"))))',
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    )
    await new Promise((resolve) => server.stdout?.once("data", resolve))
    const { listening } = look()
    server.kill()
    expect(listening.toSorted((a, b) => a.port - b.port)).toEqual([
      { protocol: "tcp", address: "192.168.10.11", port: 80 },
      { protocol: "tcp", address: "*", port: 443 },
      { protocol: "tcp", address: "0.0.0.0", port: 8080 },
    ])
  })
})
