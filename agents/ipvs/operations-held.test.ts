import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { stdinOf, textOf } from "../../lib/node/sh"
import type { Operation } from "../contract"
import { dropAddress, HELD_FILE, held, holdAddress } from "./operations-held"

test.each(["10.0.0.1; id", "$(id)", "-oProxyCommand=x", "127.0.0.1", "::1", "10.0.0.1/8", ""])("%j is no address to hold", (address) =>
  expect(() => holdAddress.bind({ address })).toThrow(),
)

const SETUP = `
set -e
mount --make-rprivate /
mount --bind "$1" /etc
ip link set lo up
ip link add eth0 type veth peer name peer0
ip link set eth0 up
ip link set peer0 up
ip address add 192.168.10.11/24 dev eth0
ip address add fd00:10::11/64 dev eth0 nodad
echo ready
exec sleep 600`
const SYSTEMCTL = `#!/bin/sh
case $1 in
  enable) : >/etc/enabled ;;
  disable) rm -f /etc/enabled ;;
  is-enabled) [ -e /etc/enabled ] ;;
esac`
const isPossible =
  spawnSync("unshare", [
    "-n",
    "-m",
    "sh",
    "-c",
    "PATH=$PATH:/usr/sbin:/sbin; ip link add v0 type veth peer name v1 && mount --bind /tmp /mnt",
  ]).status === 0
if (!isPossible) console.warn("skipped: no network namespace can be made here (it takes root, iproute2 and veth)")
describe.skipIf(!isPossible)("on a real kernel", () => {
  let dir = ""
  let namespace: ChildProcess | undefined
  const program = (name: string, text: string) => {
    writeFileSync(join(dir, "bin", name), text)
    chmodSync(join(dir, "bin", name), 0o755)
  }
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), "moyai-held-"))
    for (const name of ["etc/systemd/system", "bin"]) mkdirSync(join(dir, name), { recursive: true })
    program("systemctl", SYSTEMCTL)
    // Nobody else is on the link.
    program("arping", "#!/bin/sh\nexit 0\n")
    const child = spawn("unshare", ["-n", "-m", "sh", "-c", SETUP, "setup", join(dir, "etc")], { stdio: ["ignore", "pipe", "inherit"] })
    namespace = child
    await new Promise((resolve) => child.stdout?.once("data", resolve))
  })
  afterEach(() => {
    namespace?.kill()
    rmSync(dir, { recursive: true })
  })
  function enter(words: readonly string[], input = "") {
    const env = { ...process.env, PATH: `${join(dir, "bin")}:${process.env.PATH}` }
    const { status, stdout, stderr } = spawnSync("nsenter", ["-t", String(namespace?.pid), "-n", "-m", ...words], {
      ...{ input, encoding: "utf8", env },
    })
    return { exitCode: status ?? -1, stdout, stderr }
  }
  const at = (text: string) => enter(["sh", "-c", `PATH=$PATH:/usr/sbin:/sbin; ${text}`])
  const look = () => held.parse(enter(["sh", "-c", textOf(held.command)]))
  function perform(operation: Operation, address: string) {
    const { command, look: seen, isSettled } = operation.bind({ address })
    const result = enter(["sh", "-c", textOf(command)], stdinOf(command))
    return { ...result, isSettled: isSettled(enter(["sh", "-c", textOf(seen)])) }
  }
  const unit = () => readFileSync(join(dir, HELD_FILE), "utf8")

  test("addresses are set on the interface that leads to them, kept in one unit, and go one by one", () => {
    const all = ["192.168.10.24", "192.168.10.249", "fd00:10::249"]
    for (const address of all) expect(perform(holdAddress, address)).toMatchObject({ exitCode: 0, stderr: "", isSettled: true })
    expect(look()).toMatchObject({ kept: all, isAtBoot: true })
    expect(unit().match(/^ExecStart=\/\S+ address replace \S+ dev eth0( preferred_lft 0)?$/gm)).toHaveLength(3)
    // A real server that has the address itself would never answer what is sent from it.
    expect(at("ip -o -6 addr show dev eth0").stdout).toMatch(/fd00:10::249\/128 scope global.* deprecated/)
    // As the unit does at boot, where they are not there yet, and again where they are.
    at("ip address del 192.168.10.249/32 dev eth0")
    expect(look().here).not.toContain("192.168.10.249")
    const boot = "sed -n 's/^ExecStart=//p' /etc/systemd/system/moyai-addresses.service | sh -e"
    expect([at(boot).exitCode, at(boot).exitCode]).toEqual([0, 0])
    expect(look().here).toEqual(expect.arrayContaining(all))
    expect(perform(holdAddress, "192.168.10.249")).toMatchObject({ exitCode: 0, isSettled: true })
    expect(unit().match(/^ExecStart=/gm)).toHaveLength(3)
    // Not the one that it is the beginning of.
    expect(perform(dropAddress, "192.168.10.24")).toMatchObject({ exitCode: 0, stderr: "", isSettled: true })
    expect(look()).toMatchObject({
      kept: expect.arrayContaining(all.slice(1)),
      here: expect.arrayContaining(["192.168.10.11", ...all.slice(1)]),
    })
    for (const address of all) expect(perform(dropAddress, address)).toMatchObject({ exitCode: 0, isSettled: true })
    expect([existsSync(join(dir, HELD_FILE)), existsSync(join(dir, "etc/enabled")), look().kept]).toEqual([false, false, []])
    expect(at("ip -o addr show dev eth0").stdout).not.toContain("249")
  })
  test("an address that another machine answers for, that no interface leads to, or that is on lo is refused, and nothing is left", () => {
    expect(perform(holdAddress, "10.9.9.9")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("no interface") })
    at("ip address add 192.168.10.77/32 dev lo")
    expect(perform(holdAddress, "192.168.10.77")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("on lo") })
    at("ip neigh add 192.168.10.249 lladdr 02:00:00:00:00:07 dev eth0 nud permanent")
    expect(perform(holdAddress, "192.168.10.249")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("another machine") })
    expect([existsSync(join(dir, HELD_FILE)), look().here]).toEqual([false, expect.not.arrayContaining(["192.168.10.249"])])
  })
})
