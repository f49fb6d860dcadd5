import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { balancerSchema } from "../../lib/domain/balancer"
import type { CommandResult } from "../../lib/node/session"
import { type Sh, stdinOf } from "../../lib/node/sh"
import type { Fact, Operation } from "../contract"
import { FILE, FOLDER, MARK, readConfig, readFaults, service, testConfig, version } from "./facts"
import { configure, enable, halt, load, stepDown, takeOver } from "./operations"

/** The scripts themselves, by this machine's own shell, with programs of our own beside the real ones. */
let root = ""
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "moyai-scripts-"))
  for (const folder of ["bin", "run", FOLDER]) mkdirSync(join(root, folder), { recursive: true })
})
afterEach(() => rmSync(root, { recursive: true }))
const here = (path: string) => join(root, path)
const put = (path: string, text: string) => {
  mkdirSync(dirname(here(path)), { recursive: true })
  writeFileSync(here(path), text)
}
const program = (name: string, text: string) => {
  writeFileSync(here(`bin/${name}`), `#!/bin/sh\n${text}\n`)
  chmodSync(here(`bin/${name}`), 0o755)
}
const placed = (word: string) =>
  [FOLDER, MARK, "/proc/net/ip_vs", "/boot/config-", "/sys/fs/cgroup", "/etc/systemd/system", "/proc/$pid"].reduce(
    (text, path) => text.replaceAll(path, here(path)),
    word,
  )
function run(command: Sh, shell = "sh", path = process.env.PATH): CommandResult {
  const [, ...words] = command.argv.map(placed)
  const env = { ...process.env, PATH: `${here("bin")}:${path}` }
  const done = spawnSync(shell, words, { input: stdinOf(command), encoding: "utf8", env, timeout: 20_000 })
  return { exitCode: done.status ?? -1, stdout: done.stdout, stderr: done.stderr }
}
const read = <T>({ command, parse }: Fact<T>) => parse(run(command))
function act(operation: Operation, params: unknown) {
  const { command, look, isSettled } = operation.bind(params)
  const isPlain = command.argv[0] === "sh"
  const before = isSettled(run(look))
  const done = isPlain ? run(command) : run({ ...command, argv: ["sh", "-c", command.argv.join(" ")] })
  return { before, exitCode: done.exitCode, stderr: done.stderr, after: isSettled(run(look)) }
}
const sha256Of = (text: string) => createHash("sha256").update(text).digest("hex")
/** A systemd that knows one unit; what it was told is in run/told. */
const SYSTEMCTL = `
cd "$(dirname "$0")/../run"
case $1 in
  show) for p; do case $p in
    ActiveState) echo "ActiveState=$(cat active 2>/dev/null || echo inactive)" ;;
    MainPID) echo "MainPID=$(cat pid 2>/dev/null || echo 0)" ;;
    UnitFileState) echo "UnitFileState=$(cat enabled 2>/dev/null || echo disabled)" ;;
    ActiveEnterTimestamp) echo "ActiveEnterTimestamp=Tue 2026-01-06 10:11:12 UTC" ;;
  esac; done ;;
  is-active) [ "$(cat active 2>/dev/null)" = active ] ;;
  start) echo start >>told; echo active >active; echo 4711 >pid ;;
  reload) echo reload >>told ;;
  stop) echo inactive >active; echo 0 >pid ;;
  enable) echo enabled >enabled ;;
esac`
/** It stumbles over the word bad, and says the password that stands beside it. */
const KEEPALIVED = `
case $1 in
  --version) echo "Keepalived v2.2.7 (01/16,2022)" >&2; echo "Copyright" >&2 ;;
  -t) if grep -q bad "$3"; then echo "($3: Line 2) Unknown keyword 'bad' s3cret" >&2; exit 5; fi
      if grep -q nosuch "$3"; then echo "($3: Line 3) Invalid lvs_scheduler 'nosuch' - ignoring" >&2; fi ;;
esac`
const IP = `echo '1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever'
echo '2: eth0@if6    inet 10.10.0.11/24 brd 10.10.0.255 scope global eth0\\       valid_lft forever preferred_lft forever'
echo '2: eth0@if6    inet6 FD00::0:1/64 scope global \\       valid_lft forever preferred_lft forever' | tr A-F a-f
echo '1: lo    inet 10.10.0.200/32 scope global lo'`
const tools = () => {
  program("systemctl", SYSTEMCTL)
  program("keepalived", KEEPALIVED)
  program("ip", IP)
}
const text = "vrrp_instance V {\n  authentication {\n    auth_type PASS\n    auth_pass s3cret\n  }\n}\n"

describe("the fact of every second", () => {
  const GROUP = "system.slice/keepalived.service/cgroup.procs"
  const link = (folder: string, target: string) => {
    mkdirSync(here(dirname(folder)), { recursive: true })
    symlinkSync(target, here(folder))
  }
  test("says what the file and the interfaces say, and what systemd says of a unit without a process", () => {
    tools()
    put(FILE, text)
    put("run/active", "failed\n")
    expect(read(service)).toEqual({
      isInstalled: true,
      active: "failed",
      isEnabled: false,
      configSha256: sha256Of(text),
      addresses: [
        { interface: "lo", address: "127.0.0.1", prefix: 8 },
        { interface: "eth0", address: "10.10.0.11", prefix: 24 },
        { interface: "eth0", address: "fd00::1", prefix: 64 },
        { interface: "lo", address: "10.10.0.200", prefix: 32 },
      ],
    })
  })
  test.each(["", "systemd/", "unified/"])(
    "a process in the unit's cgroup below %j is keepalived at work, and systemd is not asked",
    (below) => {
      tools()
      program("systemctl", "echo asked >&2; exit 1")
      put(`/sys/fs/cgroup/${below}${GROUP}`, "4711\n4712\n")
      put("/proc/4711/comm", "keepalived\n")
      expect(read(service).active).toBe("active")
    },
  )
  test("a process that a script of it left behind is not keepalived", () => {
    tools()
    put("run/active", "inactive\n")
    put(`/sys/fs/cgroup/${GROUP}`, "4711\n")
    put("/proc/4711/comm", "logger\n")
    expect(read(service).active).toBe("inactive")
  })
  test("an empty cgroup, as one that ends leaves behind, is no process", () => {
    tools()
    put("run/active", "inactive\n")
    put(`/sys/fs/cgroup/${GROUP}`, "")
    expect(read(service).active).toBe("inactive")
  })
  test("it starts at boot by a link that another unit wants it by, and not where it is masked", () => {
    tools()
    link("/etc/systemd/system/multi-user.target.wants/keepalived.service", "/lib/systemd/system/keepalived.service")
    expect(read(service).isEnabled).toBe(true)
    link("/etc/systemd/system/keepalived.service", "/dev/null")
    expect(read(service).isEnabled).toBe(false)
  })
  test("says of a machine without keepalived that there is none", () => {
    program("systemctl", "echo 'System has not been booted with systemd' >&2; exit 1")
    program("ip", "exit 0")
    const nothing = { isInstalled: false, active: "unknown", isEnabled: false, configSha256: null, addresses: [] }
    const elsewhere = ({ argv, ...rest }: Sh): Sh => ({ ...rest, argv: argv.map((word) => word.replaceAll(":/usr/sbin:/sbin", "")) })
    const without = <T>({ command, parse }: Fact<T>) => parse(run(elsewhere(command), "sh", "/usr/bin:/bin"))
    expect(without(service)).toEqual(nothing)
    expect(without(version)).toBeNull()
  })
  test("the version, once a minute", () => {
    tools()
    expect(read(version)).toBe("2.2.7")
  })
})
describe("the file", () => {
  const files: Readonly<Record<string, string>> = {
    "keepalived.conf": "include conf.d/*.conf # ours\n  include 'a b.conf'\ninclude nosuch.conf\nglobal_defs {\n}\n",
    "conf.d/1.conf": "# no end",
    "conf.d/2.conf": "\n\nx\\y $(id) |z\n",
    "conf.d/sub/3.conf": "# below\n",
    "a b.conf": "include conf.d/sub/3.conf\n",
    "other.conf": "# not asked for\n",
  }
  test("is read with what it includes, to the byte", () => {
    for (const [name, one] of Object.entries(files)) put(`${FOLDER}/${name}`, one)
    const { text: whole, files: included } = read(readConfig())
    expect(whole).toBe(files["keepalived.conf"])
    expect(included).toEqual({
      "conf.d/1.conf": files["conf.d/1.conf"],
      "conf.d/2.conf": files["conf.d/2.conf"],
      "a b.conf": files["a b.conf"],
      "conf.d/sub/3.conf": files["conf.d/sub/3.conf"],
    })
  })
  test("that includes itself comes to an end; one that is too long is told; none is none", () => {
    expect(read(readConfig())).toEqual({ text: null, files: {} })
    put(FILE, "include keepalived.conf\ninclude *.conf\n")
    expect(read(readConfig()).text).toContain("include")
    put(FILE, "x".repeat(1_100_000))
    expect(() => read(readConfig())).toThrow("keepalived.conf ended")
  })
  test("is tested beside the real one, which stays, and nothing of the trial does; no password is told", () => {
    tools()
    put(FILE, "old\n")
    expect(read(testConfig(text))).toEqual({ exit: 0, output: "" })
    expect(read(testConfig(`${text}bad\n`))).toEqual({ exit: 5, output: "(keepalived.conf: Line 2) Unknown keyword 'bad' ***" })
    expect(readdirSync(here(FOLDER))).toEqual(["keepalived.conf"])
    expect(readFileSync(here(FILE), "utf8")).toBe("old\n")
  })
  test("is written whole, for root's eyes, and the one before is kept", () => {
    tools()
    put(FILE, "old\n")
    expect(act(configure, { text, sha256: sha256Of(text) })).toEqual({ before: false, exitCode: 0, stderr: "", after: true })
    expect(readFileSync(here(FILE), "utf8")).toBe(text)
    expect((statSync(here(FILE)).mode & 0o777).toString(8)).toBe("640")
    expect(readFileSync(here(`${FILE}.moyai-old`), "utf8")).toBe("old\n")
    expect(act(configure, { text, sha256: sha256Of(text) })).toMatchObject({ before: true, exitCode: 0, after: true })
  })
  test.each([
    ["bad", "put refused 5"],
    ["nosuch", "put refused 4"],
  ])("with %s is refused, also where keepalived exits with 0 and says something", (word, why) => {
    tools()
    put(FILE, "old\n")
    const wrong = `${text}${word}\n`
    const done = act(configure, { text: wrong, sha256: sha256Of(wrong) })
    expect(done).toMatchObject({ exitCode: 1, after: false })
    expect(done.stderr).toContain(why)
    expect(done.stderr).toContain("keepalived.conf: Line")
    expect([readFileSync(here(FILE), "utf8"), readdirSync(here(FOLDER))]).toEqual(["old\n", ["keepalived.conf"]])
  })
  test("shows no password: not in its words, not as it is shown, not in what is told of it", () => {
    const { command, clean } = configure.bind({ text, sha256: sha256Of(text) })
    expect(JSON.stringify([command.argv, command.masked, command])).not.toContain("s3cret")
    expect(clean?.("Unknown keyword 's3cret'")).toBe("Unknown keyword '***'")
  })
})
describe("the daemon", () => {
  const model = balancerSchema.parse({
    directors: [{}],
    virtualServers: [
      {
        service: { kind: "address", address: "10.10.0.100", port: 80, protocol: "tcp" },
        scheduler: "rr",
        forwarding: { method: "direct" },
        persistenceTimeout: 300,
        realServers: [{ address: "10.10.0.101", port: 80, inhibitOnFailure: true, checks: [{ kind: "tcp" }] }],
      },
    ],
  })
  const params = { sha256: sha256Of(text), model, director: 0 }
  const table = (weight: number) =>
    put(
      "/proc/net/ip_vs",
      `IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\nTCP  0A0A0064:0050 rr  persistent 75000 FFFFFFFF\n  -> 0A0A0065:0050      Route   ${weight}      0          13        \n`,
    )
  const told = () => (existsSync(here("run/told")) ? readFileSync(here("run/told"), "utf8").trim().split("\n") : [])
  test("is started when it does not run and told to reload when it does; the mark and the table settle it", () => {
    tools()
    put(FILE, text)
    table(1)
    expect(act(load, params)).toMatchObject({ before: false, exitCode: 0, after: true })
    expect(act(load, params)).toMatchObject({ before: true, exitCode: 0, after: true })
    expect(told()).toEqual(["start", "reload"])
    table(5)
    expect(load.bind(params).isSettled(run(load.bind(params).look))).toBe(false)
    table(0)
    expect(load.bind(params).isSettled(run(load.bind(params).look))).toBe(true)
    put("run/pid", "4712\n")
    expect(load.bind(params).isSettled(run(load.bind(params).look))).toBe(false)
  })
  test("is told nothing when the file is another than the plan's", () => {
    tools()
    put(FILE, "somebody else's\n")
    expect(act(load, params)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("is another than the plan's"), after: false })
    expect(told()).toEqual([])
  })
  test("is halted, and started at boot", () => {
    tools()
    put("run/active", "active\n")
    expect(act(halt, {})).toMatchObject({ before: false, exitCode: 0, after: true })
    expect(act(enable, {})).toMatchObject({ before: false, exitCode: 0, after: true })
  })
  test("tells which instances are in FAULT by what keepalived said of them last", () => {
    const said = (...lines: readonly string[]) => {
      program("journalctl", `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")}`)
      return read(readFaults)
    }
    expect(said("(web) Entering FAULT STATE", "TCP connection to [10.0.0.1]:tcp:80 success.")).toEqual(["web"])
    expect(
      said("(web): entering FAULT state (interface eth1 down)", "(web) entering FAULT state", "(db) Entering BACKUP STATE (init)"),
    ).toEqual(["web"])
    expect(said("(web) Entering FAULT STATE", "(web) Entering BACKUP STATE", "(db) Entering MASTER STATE")).toEqual([])
    expect(said("Startup complete")).toEqual([])
  })
  test("has taken over when every address is on an interface that is not lo, and stepped down when none is", () => {
    tools()
    const isOver = (...addresses: readonly string[]) => {
      const { look, isSettled } = takeOver.bind({ addresses })
      return isSettled(run(look))
    }
    expect([isOver("10.10.0.11"), isOver("fd00:0::1", "10.10.0.11"), isOver("10.10.0.11", "10.10.0.12"), isOver("10.10.0.200")]).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect(() => takeOver.bind({ addresses: ["$(id)"] })).toThrow("address")
    const isGone = (...addresses: readonly string[]) => {
      const { look, isSettled } = stepDown.bind({ addresses })
      return isSettled(run(look))
    }
    expect([isGone("10.10.0.11"), isGone("10.10.0.11", "10.10.0.12"), isGone("10.10.0.12", "10.10.0.200")]).toEqual([false, false, true])
    expect([
      takeOver.bind({ addresses: ["10.0.0.1"] }).timeoutMs,
      takeOver.bind({ addresses: ["10.0.0.1"], withinS: 55 }).timeoutMs,
    ]).toEqual([15_000, 55_000])
  })
})
