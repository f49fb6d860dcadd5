import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { canonical } from "../../lib/domain/balancer-address"
import type { MarkRule } from "../../lib/domain/balancer-live"
import { stdinOf, textOf } from "../../lib/node/sh"
import type { Operation, SimHost } from "../contract"
import { MARKS, mark, marks, renderMarks, UNIT_FILE, unmark } from "./operations-marks"
import { marking } from "./sim-marks"

const anyRule = fc.record({
  mark: fc.integer({ min: 1, max: 4_294_967_295 }),
  protocol: fc.constantFrom("tcp", "udp", "sctp"),
  address: fc.oneof(fc.ipV4(), fc.ipV6()).map(canonical),
  ports: fc.tuple(fc.integer({ min: 1, max: 65_535 }), fc.integer({ min: 1, max: 65_535 })),
})
const rulesOf = fc
  .array(anyRule, { minLength: 1, maxLength: 12 })
  .map((list) => list.map(({ ports: [a, b], ...one }) => ({ ...one, from: Math.min(a, b), to: Math.max(a, b) }) as MarkRule))
const web: MarkRule = { mark: 7, protocol: "tcp", address: "10.0.0.1", from: 80, to: 443 }
const dns: MarkRule = { mark: 8, protocol: "udp", address: "fd00::1", from: 53, to: 53 }

test("what is rendered is what is read back, whatever the rules are", () => {
  fc.assert(
    fc.property(rulesOf, (rules) => {
      const scripts = new Map(marking({ disk: new Map() } as unknown as SimHost)) // the disk is all that it asks for
      scripts.get("moyai-marks-load")?.([], renderMarks(rules)).end()
      const result = scripts.get("moyai-marks")?.([], "").end() ?? { exitCode: 1, stdout: "", stderr: "" }
      expect(marks.parse(result)).toMatchObject({ rules, strange: 0, text: renderMarks(rules), isAtBoot: true })
      expect(mark.bind({ rules }).isSettled(result)).toBe(true)
    }),
  )
})
test.each([
  { ...web, address: "10.0.0.1; flush ruleset" },
  { ...web, address: '10.0.0.1 }\ninclude "/etc/shadow"' },
  { ...web, address: "@set" },
  { ...web, address: "0.0.0.0/0" },
  { ...web, protocol: "tcp; flush ruleset" },
  { ...web, mark: "7; flush ruleset" },
  { ...web, from: "80 accept" },
  { ...web, to: 65_536 },
  { ...web, mark: 0 },
  { ...web, comment: "x" },
])("a hostile rule is no rule: %j", (rule) => expect(() => mark.bind({ rules: [rule] })).toThrow())
test("values reach nft by stdin alone: no word of the command has one", () => {
  expect(mark.bind({ rules: [web] }).command.argv.join(" ")).not.toContain("10.0.0.1")
})
test("an answer without its end, or that nft itself did not give, is not understood", () => {
  const answer = (stdout: string) => marks.parse({ exitCode: 0, stdout, stderr: "" })
  expect(() => answer("nftables v1.0.6\n")).toThrow()
  expect(() => answer("nftables v1.0.6\nmoyai.unreadable\nmoyai.end\n")).toThrow("cannot list")
  expect(() => answer('nftables v1.0.6\nmoyai.table\n{"other": 1}\nmoyai.end\n')).toThrow()
  expect(answer("moyai.end\n")).toEqual({ nft: null, rules: null, strange: 0, text: null, isAtBoot: false })
})

/** On a real kernel: a network namespace with an /etc of its own, so that nothing of this machine is touched. */
const isPossible =
  spawnSync("unshare", ["-n", "-m", "sh", "-c", "PATH=$PATH:/usr/sbin:/sbin; nft -j list tables && mount --bind /tmp /mnt"]).status === 0
if (!isPossible) console.warn("skipped: no network namespace with nft can be made here (it takes root and nftables)")
const SETUP = 'set -e; mount --make-rprivate /; mount --bind "$1" /etc; echo ready; exec sleep 600'
/** systemd's part: what it is told, and whether a unit is linked. */
const SYSTEMCTL = `#!/bin/sh
echo "$*" >>/etc/told
case $1 in
  enable) : >/etc/enabled ;;
  disable) rm -f /etc/enabled ;;
  is-enabled) [ -e /etc/enabled ] ;;
esac`
describe.skipIf(!isPossible)("by the real nft", () => {
  let dir = ""
  let namespace: ChildProcess | undefined
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), "moyai-marks-"))
    for (const name of ["etc/systemd/system", "bin"]) mkdirSync(join(dir, name), { recursive: true })
    writeFileSync(join(dir, "bin/systemctl"), SYSTEMCTL)
    chmodSync(join(dir, "bin/systemctl"), 0o755)
    const child = spawn("unshare", ["-n", "-m", "sh", "-c", SETUP, "setup", join(dir, "etc")], { stdio: ["ignore", "pipe", "inherit"] })
    namespace = child
    await new Promise((resolve) => child.stdout?.once("data", resolve))
  })
  afterEach(() => {
    namespace?.kill()
    rmSync(dir, { recursive: true })
  })
  const etc = (path: string) => join(dir, path.replace(/^\/etc/, "etc"))
  function enter(words: readonly string[], input = "") {
    const env = { ...process.env, PATH: `${join(dir, "bin")}:${process.env.PATH}` }
    const { status, stdout, stderr } = spawnSync("nsenter", ["-t", String(namespace?.pid), "-n", "-m", ...words], {
      ...{ input, encoding: "utf8", env },
    })
    return { exitCode: status ?? -1, stdout, stderr }
  }
  const nft = (text: string) => enter(["sh", "-c", `PATH=$PATH:/usr/sbin:/sbin; ${text}`])
  const look = () => marks.parse(enter(["sh", "-c", textOf(marks.command)]))
  function perform(operation: Operation, params: unknown) {
    const { command, look: seen, isSettled } = operation.bind(params)
    const result = enter(["sh", "-c", textOf(command)], stdinOf(command))
    return { ...result, isSettled: isSettled(enter(["sh", "-c", textOf(seen)])) }
  }
  test("rules are loaded, told by what loads them at boot, replaced as one, and taken away; other tables stay", () => {
    nft("nft add table inet others; nft add chain inet others input")
    expect(look()).toEqual({ nft: expect.stringMatching(/^1\./), rules: null, strange: 0, text: null, isAtBoot: false })
    expect(perform(mark, { rules: [web, dns] })).toMatchObject({ exitCode: 0, stderr: "", isSettled: true })
    expect(look()).toMatchObject({ rules: [web, dns], strange: 0, isAtBoot: true })
    expect(readFileSync(etc(UNIT_FILE), "utf8")).toMatch(
      /^Before=keepalived.service$[\s\S]*^ExecStart=\/\S*nft -f \/etc\/moyai-marks.nft$/m,
    )
    expect(perform(mark, { rules: [dns] })).toMatchObject({ exitCode: 0, isSettled: true })
    expect(look().rules).toEqual([dns])
    // As the unit does at boot.
    nft("nft delete table inet moyai_marks")
    expect(look().rules).toBeNull()
    expect(nft(`nft -f ${MARKS} && nft -f ${MARKS}`)).toMatchObject({ exitCode: 0 })
    expect(look().rules).toEqual([dns])
    expect(perform(unmark, {})).toMatchObject({ exitCode: 0, stderr: "", isSettled: true })
    expect([existsSync(etc(MARKS)), existsSync(etc(UNIT_FILE)), existsSync(etc("/etc/enabled"))]).toEqual([false, false, false])
    expect(nft("nft list table inet others").exitCode).toBe(0)
    expect(perform(unmark, {})).toMatchObject({ exitCode: 0, isSettled: true })
  })
  test("what somebody else puts into our table, or takes out of it, is seen", () => {
    perform(mark, { rules: [web] })
    nft("nft add rule inet moyai_marks prerouting tcp dport 22 drop; nft add chain inet moyai_marks other")
    expect(look()).toMatchObject({ rules: [web], strange: 2 })
    nft("nft flush table inet moyai_marks")
    expect(look()).toMatchObject({ rules: [], strange: 1 })
    expect(perform(mark, { rules: [web] })).toMatchObject({ isSettled: true })
    expect(look()).toMatchObject({ rules: [web], strange: 0 })
  })
  test("a text that nft does not take leaves file and table as they were", () => {
    perform(mark, { rules: [web] })
    writeFileSync(join(dir, "bin/nft"), '#!/bin/sh\n[ "$1" != -c ] || { echo "Error: no" >&2; exit 1; }\nexec /usr/sbin/nft "$@"\n')
    chmodSync(join(dir, "bin/nft"), 0o755)
    expect(perform(mark, { rules: [dns] })).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Error: no"), isSettled: false })
    expect(look().rules).toEqual([web])
    expect(readFileSync(etc(MARKS), "utf8")).toBe(renderMarks([web]))
  })
})
