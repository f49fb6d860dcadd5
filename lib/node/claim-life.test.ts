import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { askClaim, type Claim, claimed, claimLines, claimRequest, cleanClaims, readClaim } from "./claim"
import { localSession } from "./local"
import { reading, type Sh, secret, sh } from "./sh"

let dir = ""
let base = ""
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "moyai-claim-"))
  base = join(dir, "claims")
})
afterEach(() => rmSync(dir, { recursive: true }))
const here = localSession("here")
const timeoutMs = 20_000
const run = async (command: Sh) => readClaim(await here.run(command, { timeoutMs }))
const ask = () => run(askClaim("job.0", base))
const over = async (): Promise<Claim> => {
  const claim = await ask()
  return claim.state === "running" ? over() : claim
}
const until = async (isThere: () => boolean) => {
  while (!isThere()) await new Promise(setImmediate)
}
/** Waits for the file `gate`, so that a test decides when it goes on. */
const gated = (before: string, after: string) =>
  sh`sh -c ${`${before}; until [ -e "$1" ] || [ ! -d "$2" ]; do sleep 0.02; done; ${after}`} gated ${join(dir, "gate")} ${dir}`
const open = () => writeFileSync(join(dir, "gate"), "")

test("each line is told while the command runs, once, and the answer is whole", async () => {
  const lines: string[] = []
  const onLine = claimLines((line) => {
    lines.push(line)
    if (line === "| first") open()
  })
  const command = claimed("job.0", gated(`echo '| first'`, "echo 'claim done 7'; printf last; exit 3"), base)
  const claim = readClaim(await here.run(command, { timeoutMs, onLine }))
  expect(claim).toEqual({ state: "done", exitCode: 3, stdout: "| first\nclaim done 7\nlast", stderr: "" })
  expect(lines).toEqual(["| first", "claim done 7", "last"])
})
test("a pid that is another process's by now is not taken for the claim's", async () => {
  await run(claimed("job.0", sh`true`, base))
  rmSync(join(base, "job.0/exit"))
  writeFileSync(join(base, "job.0/pid"), `${process.pid} 1\n`)
  expect(await ask()).toEqual({ state: "lost" })
  const born = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ")[19]
  writeFileSync(join(base, "job.0/pid"), `${process.pid} ${born}\n`)
  expect(await ask()).toEqual({ state: "running" })
})
test("a claimer that died before it ran anything is lost, and one that is about to claim is running", async () => {
  await run(claimed("job.0", sh`true`, base))
  rmSync(join(base, "job.0/exit"))
  rmSync(join(base, "job.0/pid"))
  expect(await ask()).toEqual({ state: "lost" })
  rmSync(join(base, "job.0"), { recursive: true })
  const born = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ")[19]
  writeFileSync(join(base, `job.0@${process.pid}`), `${process.pid} ${born}\n`)
  expect(await ask()).toEqual({ state: "running" })
})
test("a command that is ended by an abort is done, with the exit code of the signal", async () => {
  const abort = new AbortController()
  const running = here.run(claimed("job.0", gated("echo begun", "true"), base), {
    timeoutMs,
    signal: abort.signal,
    onLine: () => abort.abort(),
  })
  await expect(running).rejects.toThrow("aborted")
  expect(await over()).toMatchObject({ state: "done", exitCode: 143, stdout: "begun\n" })
})
test("nothing lingers after it: no follower, no file of a claimer", async () => {
  await run(claimed("job.0", sh`echo out`, base))
  expect(readdirSync(base)).toEqual(["job.0"])
  expect(readdirSync(join(base, "job.0")).sort()).toEqual(["exit", "pid", "stderr", "stdout"])
  const { stdout } = await here.run(
    sh`sh -c ${'grep -la "$1" /proc/[0-9]*/cmdline 2>/dev/null | grep -v "/$$/\\|/self/"; true'} look ${join(base, "job.0/stdout")}`,
    { timeoutMs },
  )
  const pids = stdout.split("\n").filter((path) => path !== "" && existsSync(path) && readFileSync(path, "utf8").startsWith("tail"))
  expect(pids).toEqual([])
})
test("a daemon that the command leaves behind does not keep the claim open", async () => {
  const daemon = sh`sh -c ${'(while [ -d "$1" ]; do sleep 0.02; done) & echo started'} daemon ${dir}`
  expect(await run(claimed("job.0", daemon, base))).toMatchObject({ state: "done", exitCode: 0, stdout: "started\n" })
})
test("two hundred short claims in a row all come to their end", async () => {
  for (let i = 0; i < 200; i++) expect(await run(claimed(`job.${i}`, sh`true`, base))).toMatchObject({ state: "done" })
})
test("output over the bound is cut and said, and the answer can still be read", async () => {
  const claim = await run(claimed("job.0", sh`head -c 3000000 /dev/zero`, base))
  expect(claim).toMatchObject({ state: "done", exitCode: 0, truncated: true })
  const lines = await run(claimed("job.1", sh`sh -c ${"yes | head -n 1000000"}`, base))
  expect(lines).toMatchObject({ state: "done", exitCode: 0, truncated: true })
})
test("a claim is its owner's alone", async () => {
  await run(claimed("job.0", sh`true`, base))
  const { stdout } = await here.run(sh`sh -c ${'stat -c %a "$1" "$1"/job.0'} stat ${base}`, { timeoutMs })
  expect(stdout).toBe("700\n700\n")
})
test("clean-up takes old claims that are over, and never one whose process lives, nor a young one", async () => {
  const long = here.run(claimed("old.running", gated("echo begun", "true"), base), { timeoutMs })
  await until(() => existsSync(join(base, "old.running/pid")))
  for (const step of ["old.done", "old.lost", "young"]) await run(claimed(step, sh`true`, base))
  rmSync(join(base, "old.lost/exit"))
  const threeDaysAgo = Date.now() / 1_000 - 3 * 86_400
  for (const step of ["old.running", "old.done", "old.lost"]) utimesSync(join(base, step), threeDaysAgo, threeDaysAgo)
  const { stdout } = await here.run(cleanClaims(2, base), { timeoutMs })
  expect(stdout.trim().split("\n").sort()).toEqual(["old.done", "old.lost"])
  expect(readdirSync(base).sort()).toEqual(["old.running", "young"])
  open()
  expect(readClaim(await long)).toMatchObject({ state: "done", exitCode: 0 })
})
test.each([0, -1, 1.5, Number.NaN])("claims are not cleaned by an age of %d days", (days) =>
  expect(() => cleanClaims(days, base)).toThrow(RangeError),
)
test("clean-up where there are no claims yet does nothing", async () => {
  expect(await here.run(cleanClaims(2, base), { timeoutMs })).toEqual({ exitCode: 0, stdout: "", stderr: "" })
})
test("what is claimed can be read back from the command, for a simulated node", () => {
  const password = secret("s3cret")
  const command = claimed("job.7", reading(sh`chpasswd -e ${"a b"}`, password))
  expect(claimRequest(command.argv, command.stdin)).toEqual({ step: "job.7", argv: ["chpasswd", "-e", "a b"], stdin: password })
  expect(claimRequest(askClaim("job.7").argv)).toEqual({ step: "job.7", argv: undefined })
  expect(claimRequest(["ls"])).toBeUndefined()
})
test("it is shown as the command that it runs, not as the script around it", () => {
  expect(claimed("job.0", reading(sh`chpasswd -e`, secret("s3cret"))).masked).toBe("moyai-claim job.0: chpasswd -e < ***")
  expect(askClaim("job.0").masked).toBe("moyai-ask job.0")
})
test("a NUL, which no shell can keep, is refused before anything is claimed", () =>
  expect(() => claimed("job.0", reading(sh`cat`, "a\0b"))).toThrow(TypeError))
