import { spawnSync } from "node:child_process"
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { balancerSchema } from "../../lib/domain/balancer"
import type { CommandResult } from "../../lib/node/session"
import { type Sh, stdinOf } from "../../lib/node/sh"
import type { Fact, Operation } from "../contract"
import { AUTO, kernel, MODULES, RULES, rates, SYSCTL, table } from "./facts"
import { forward, loadModule, persist, restore } from "./operations"

/** The scripts themselves, by this machine's own shell; what ipvsadm prints was printed by a real one. */
let root = ""
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "moyai-scripts-"))
  put("proc-modules", "ip_vs 188416 2 ip_vs_rr, Live 0x0\nip_vs_rr 16384 1 - Live 0x0\nnf_conntrack 188416 1 ip_vs, Live 0x0\n")
  for (const one of [RULES, AUTO, MODULES, SYSCTL, "/bin/x"]) mkdirSync(dirname(here(one)), { recursive: true })
})
afterEach(() => rmSync(root, { recursive: true }))
const here = (path: string) => join(root, path)
const put = (path: string, text: string) => {
  mkdirSync(dirname(here(path)), { recursive: true })
  writeFileSync(here(path), text)
}
const readHere = (path: string) => readFileSync(here(path), "utf8")
const program = (name: string, text: string) => {
  put(`bin/${name}`, `#!/bin/sh\n${text}\n`)
  chmodSync(here(`bin/${name}`), 0o755)
}
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}.txt`, import.meta.url))
const capture = (name: string) => fileURLToPath(new URL(`captures/${name}.txt`, import.meta.url))
const replaced = [
  "/proc/net/ip_vs",
  "/proc/sys/net/ipv4/ip_forward",
  "/lib/modules/",
  "/sys/module/",
  "/boot/config-",
  "/etc/rc[2345].d",
  "/etc/init.d/",
  RULES,
  AUTO,
  MODULES,
  SYSCTL,
]
const placed = (word: string) =>
  replaced.reduce((text, path) => text.replaceAll(path, here(path)), word).replaceAll("/proc/modules", here("proc-modules"))
function run(command: Sh): CommandResult {
  const [, ...words] = command.argv.map(placed)
  const env = { ...process.env, PATH: `${here("bin")}:${process.env.PATH}` }
  const done = spawnSync("sh", words, { input: stdinOf(command), encoding: "utf8", env, timeout: 20_000 })
  return { exitCode: done.status ?? -1, stdout: done.stdout, stderr: done.stderr }
}
const read = <T>({ command, parse }: Fact<T>) => parse(run(command))
function act(operation: Operation, params: unknown) {
  const { command, look, isSettled } = operation.bind(params)
  const before = isSettled(run(look))
  const { exitCode, stderr } = run(command)
  return { before, exitCode, stderr, after: isSettled(run(look)) }
}
/** This kernel's name for itself: it is in the paths of its lists of modules. */
const release = spawnSync("uname", ["-r"], { encoding: "utf8" }).stdout.trim()
const model = (more: object = {}) =>
  balancerSchema.parse({
    virtualServers: [
      {
        service: { kind: "mark", mark: 7 },
        scheduler: "rr",
        forwarding: { method: "direct" },
        persistenceTimeout: 60,
        realServers: ["10.10.0.101", "10.10.0.102", "10.10.0.103"].map((address) => ({ address, weight: 1, ...more })),
      },
    ],
  })

describe("facts", () => {
  test("the table has its seconds by the ticks of this kernel", () => {
    put("/proc/net/ip_vs", readFileSync(fixture("proc-net-ip_vs.fwmark"), "utf8"))
    expect(read(table)).toMatchObject([{ key: "fwmark 7", persistence: 60 }])
    put(`/boot/config-${release}`, "CONFIG_X=y\nCONFIG_HZ=1000\nCONFIG_HZ=250\n")
    expect(read(table)).toMatchObject([{ key: "fwmark 7", persistence: 15 }])
  })
  test("without the module nothing is asked that would load it", () => {
    program("ipvsadm", "echo loaded >&2; exit 1")
    rmSync(here("proc-modules"))
    put("proc-modules", "")
    expect([read(table), read(rates)]).toEqual([[], {}])
    expect(read(kernel)).toEqual({ isLoaded: false, isThere: false, schedulers: [], ipvsadm: "unknown", sync: [] })
  })
  test("rates are those of ipvsadm, service and real server apart", () => {
    put("/proc/net/ip_vs", "")
    program("ipvsadm", `cat '${fixture("ipvsadm-Ln-rate.mixed")}'`)
    const seen = read(rates)
    expect(Object.keys(seen)).toEqual([
      "tcp 10.10.0.100:80",
      "tcp 10.10.0.100:80 real 10.10.0.101:80",
      "tcp 10.10.0.100:80 real 10.10.0.102:80",
      "tcp 10.10.0.100:80 real 127.0.0.1:80",
      "tcp 10.10.0.100:443",
      "tcp 10.10.0.100:443 real 10.20.0.101:8443",
      "udp 10.10.0.100:53",
      "udp 10.10.0.100:53 real 10.10.0.103:53",
      "tcp [2001:db8::100]:80",
      "tcp [2001:db8::100]:80 real [2001:db8::101]:80",
      "fwmark 9",
      "fwmark 9 real 10.10.0.101:0",
    ])
    program("ipvsadm", "echo 'Prot LocalAddress:Port CPS InPPS OutPPS InBPS OutBPS'; echo 'TCP 10.0.0.1:80 1 2 3 400 5'")
    expect(read(rates)).toEqual({ "tcp 10.0.0.1:80": { connections: 1, bytesIn: 400, bytesOut: 5 } })
  })
  test("the kernel's schedulers are module files, built in, or loaded", () => {
    put("/proc/net/ip_vs", "")
    const at = "kernel/net/netfilter/ipvs"
    put(
      `/lib/modules/${release}/modules.dep`,
      `${at}/ip_vs.ko.xz: kernel/lib/libcrc32c.ko.xz\n${at}/ip_vs_wlc.ko: ${at}/ip_vs.ko\n${at}/ip_vs_ftp.ko: x\n`,
    )
    put(`/lib/modules/${release}/modules.builtin`, `${at}/ip_vs_sh.ko\n`)
    program(
      "ipvsadm",
      `case $1 in --version) cat '${capture("ipvsadm-version")}' ;; *) cat '${capture("ipvsadm-Ln-daemon.master")}' '${capture("ipvsadm-Ln-daemon.backup")}' ;; esac`,
    )
    expect(read(kernel)).toEqual({
      isLoaded: true,
      isThere: true,
      schedulers: ["rr", "wlc", "sh"],
      ipvsadm: "1.31",
      sync: [
        { role: "master", interface: "eth1", id: 7 },
        { role: "backup", interface: "eth1", id: 7 },
      ],
    })
  })
})
describe("operations", () => {
  const INPUT = "-A -f 7 -s rr -p 60\n"
  test("restore hands the lines to one ipvsadm, and is settled by the kernel's own table", () => {
    program("ipvsadm", `cat >'${here("got")}'; cat '${fixture("proc-net-ip_vs.fwmark")}' >'${here("proc/net/ip_vs")}'`)
    mkdirSync(here("proc/net"), { recursive: true })
    expect(act(restore, { model: model(), input: INPUT })).toEqual({ before: false, exitCode: 0, stderr: "", after: true })
    expect(readHere("got")).toBe(INPUT)
    const other = restore.bind({ model: model({ weight: 2 }), input: INPUT })
    expect(other.isSettled(run(other.look))).toBe(false)
  })
  test.each([
    ["Service already exists", 0, 4],
    ["", 255, 255],
  ])("restore fails on any word (%j, exit code %d)", (said, code, exitCode) => {
    program("ipvsadm", `cat >/dev/null; [ -z '${said}' ] || echo '${said}' >&2; exit ${code}`)
    expect(act(restore, { model: model(), input: INPUT })).toMatchObject({ exitCode, after: false })
  })
  test("restore with thresholds asks for them as well", () => {
    put("/proc/net/ip_vs", readFileSync(fixture("proc-net-ip_vs.fwmark"), "utf8"))
    const limits = (n: number) => `echo 'Prot LocalAddress:Port Uthreshold Lthreshold ActiveConn InActConn'; echo 'FWM  7 rr'
for i in 1 2 3; do echo "  -> 10.10.0.10$i:0               ${n}        50         0          0"; done`
    const { look, isSettled } = restore.bind({ model: model({ upperThreshold: 100, lowerThreshold: 50 }), input: INPUT })
    const settled = (n: number) => {
      program("ipvsadm", limits(n))
      return isSettled(run(look))
    }
    expect([settled(100), settled(90)]).toEqual([true, false])
  })
  test("persist writes the rules and switches AUTO on; what else stands there stays", () => {
    program("systemctl", `cd '${root}'; case $1 in enable) touch enabled ;; is-enabled) [ -e enabled ] ;; esac`)
    put(AUTO, '# ipvsadm\nAUTO="false"\nDAEMON="none"\n')
    expect(act(persist, { text: INPUT })).toEqual({ before: false, exitCode: 0, stderr: "", after: true })
    expect([readHere(RULES), readHere(AUTO)]).toEqual([INPUT, '# ipvsadm\nDAEMON="none"\nAUTO="true"\n'])
    expect(act(persist, { text: INPUT })).toMatchObject({ before: true, after: true })
  })
  test("an init script with its links is on at boot, and systemctl, which is slow about it, is not asked", () => {
    program("systemctl", "exit 1")
    program("update-rc.d", `mkdir -p '${here("/etc/rc2.d")}'; [ "$2" = remove ] || touch '${here("/etc/rc2.d/S01ipvsadm")}'`)
    put("/etc/init.d/ipvsadm", "")
    expect(act(persist, { text: INPUT })).toEqual({ before: false, exitCode: 0, stderr: "", after: true })
    rmSync(here("bin/update-rc.d"))
    expect(act(persist, { text: INPUT })).toEqual({ before: true, exitCode: 0, stderr: "", after: true })
  })
  test("a module is loaded now and at boot, once", () => {
    program(
      "modprobe",
      `[ "$2" != ip_vs_nosuch ] || { echo 'FATAL: Module ip_vs_nosuch not found' >&2; exit 1; }; mkdir -p '${here("sys/module")}/'$2`,
    )
    expect(act(loadModule, { module: "ip_vs_sh" })).toEqual({ before: false, exitCode: 0, stderr: "", after: true })
    expect(act(loadModule, { module: "ip_vs_sh" })).toMatchObject({ before: true, after: true })
    expect(readHere(MODULES)).toBe("ip_vs_sh\n")
    expect(act(loadModule, { module: "ip_vs_nosuch" })).toMatchObject({ exitCode: 1, after: false })
    expect(() => loadModule.bind({ module: "dm_mod" })).toThrow("module")
  })
  test("forwarding is on now and at boot", () => {
    put("/proc/sys/net/ipv4/ip_forward", "0\n")
    expect(act(forward, {})).toEqual({ before: false, exitCode: 0, stderr: "", after: true })
    expect(readHere("/proc/sys/net/ipv4/ip_forward")).toBe("1\n")
  })
})
