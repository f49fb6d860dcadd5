import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { askClaim, type Claim, claimed, readClaim } from "./claim"
import { createPool, type LinkState, type Pool } from "./pool"
import { isOutcomeUnknown, isUnreachable, type NodeSession } from "./session"
import { reading, sh } from "./sh"
import { ReadStopped } from "./shell"
import { type Sshd, startSshd, whyNoSshd } from "./sshd.fixture"

const why = whyNoSshd()
const timeoutMs = 20_000
const isAlive = (pid: string): boolean => {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ")
  } catch {
    return false
  }
}
const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise(setImmediate)
}

describe.skipIf(why !== undefined)(`when things go wrong with a real sshd${why ? ` (skipped: ${why})` : ""}`, () => {
  let [dir, sshd, pool, session] = ["", undefined as Sshd | undefined, undefined as Pool | undefined, undefined as NodeSession | undefined]
  const the = () => {
    if (!sshd || !pool || !session) throw new Error("not started")
    return { sshd, pool, session }
  }
  beforeAll(async () => {
    sshd = await startSshd()
  })
  afterAll(() => sshd?.stop())
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "moyai-fault-"))
    pool = createPool({ credential: async () => ({ privateKey: the().sshd.privateKey }), keepaliveMs: 200, random: () => 0 })
    session = pool.session((sshd as Sshd).endpoint) // started in beforeAll
  })
  afterEach(async () => {
    await pool?.close()
    rmSync(dir, { recursive: true })
  })
  /** A claimed command that waits for the file `gate`. */
  const claimGated = () => {
    const text = `echo once >>"$1"; until [ -e "$2" ] || [ ! -e "$1" ]; do sleep 0.02; done; echo end`
    return claimed("job.0", sh`sh -c ${text} gated ${join(dir, "log")} ${join(dir, "gate")}`, join(dir, "claims"))
  }
  const over = async (): Promise<Claim> => {
    const claim = readClaim(await the().session.run(askClaim("job.0", join(dir, "claims")), { timeoutMs }))
    return claim.state === "running" ? over() : claim
  }
  const reattached = async () => {
    writeFileSync(join(dir, "gate"), "")
    expect(await over()).toMatchObject({ state: "done", exitCode: 0, stdout: "end\n" })
    expect(readFileSync(join(dir, "log"), "utf8")).toBe("once\n")
  }

  test("a connection killed in the middle: unknown outcome, the claimed command ends, and is found again", async () => {
    const running = the().session.run(claimGated(), { timeoutMs })
    await until(() => existsSync(join(dir, "log")))
    for (const pid of the().sshd.connections()) process.kill(pid, "SIGKILL")
    const error: unknown = await running.catch((e: unknown) => e)
    expect([isOutcomeUnknown(error), isUnreachable(error)]).toEqual([true, false])
    await reattached()
  })
  test("an sshd that hangs is noticed by the missing signs of life, told as lost, and what was claimed goes on", async () => {
    const states: LinkState[] = []
    the().pool.onState((state) => states.push(state))
    const running = the().session.run(claimGated(), { timeoutMs })
    await until(() => existsSync(join(dir, "log")))
    const hung = the().sshd.connections()
    for (const pid of hung) process.kill(pid, "SIGSTOP")
    const error: unknown = await running.catch((e: unknown) => e)
    expect([isOutcomeUnknown(error), isUnreachable(error)]).toEqual([true, false])
    expect(states.map(({ state, why: reason }) => [state, /Keepalive timeout/.test(reason?.message ?? "")])).toEqual([
      ["connected", false],
      ["disconnected", true],
    ])
    await reattached()
    for (const pid of hung) process.kill(pid, "SIGKILL")
  })
  test("a time-out hangs up: a claimed command goes on, another one is ended", async () => {
    const claim = the().session.run(claimGated(), { timeoutMs: 3_000 })
    const plain = the().session.run(sh`sh -c ${`echo $$ >"$1"; while :; do sleep 0.1; done`} plain ${join(dir, "pid")}`, {
      timeoutMs: 3_000,
    })
    await Promise.all([claim, plain].map((running) => expect(running).rejects.toThrow("no answer in")))
    const pid = readFileSync(join(dir, "pid"), "utf8").trim()
    await until(() => !isAlive(pid))
    await reattached()
  })
  test("an abort ends the whole group, also what ignores TERM, before it is told", async () => {
    const abort = new AbortController()
    const text = `trap '' TERM; (while :; do sleep 0.1; done) & echo $$ $!; while :; do sleep 0.1; done`
    let pids: string[] = []
    const onLine = (line: string) => {
      pids = line.split(" ")
      abort.abort()
    }
    await expect(the().session.run(sh`sh -c ${text}`, { timeoutMs, signal: abort.signal, onLine })).rejects.toThrow("it was aborted")
    expect([pids.length, pids.filter(isAlive)]).toEqual([2, []])
  })
  test("an abort before anything was sent says so", async () => {
    const error: unknown = await the()
      .session.run(sh`touch ${join(dir, "x")}`, { timeoutMs, signal: AbortSignal.abort() })
      .catch((e: unknown) => e)
    expect([isUnreachable(error), existsSync(join(dir, "x"))]).toEqual([true, false])
  })
  test("a fact that hangs is named, the answers before it are kept, its process is ended, and other facts are read", async () => {
    const hangs = sh`sh -c ${'echo $$ >"$1"; while :; do sleep 0.1; done'} hangs ${join(dir, "pid")}`
    const bad = the().session.read([sh`echo one`, hangs, sh`echo three`], { timeoutMs: 3_000 })
    const good = the().session.read([sh`echo good`], { timeoutMs })
    const error: unknown = await bad.catch((e: unknown) => e)
    expect(isOutcomeUnknown(error) && error instanceof ReadStopped).toBe(true)
    expect(error).toMatchObject({ culprit: hangs, answered: [{ exitCode: 0, stdout: "one\n", stderr: "" }] })
    expect(await good).toMatchObject([{ stdout: "good\n" }])
    await until(() => !isAlive(readFileSync(join(dir, "pid"), "utf8").trim()))
  })
  test("a fact that ends the shell, or changes it, touches no other fact", async () => {
    const results = await the().session.read([sh`exit 5`, sh`cd /proc`, sh`pwd`], { timeoutMs })
    expect(results.map(({ exitCode }) => exitCode)).toEqual([5, 0, 0])
    expect(results[2]?.stdout).not.toBe("/proc\n")
  })
  test("a fact reads nothing: one that would is refused", async () => {
    await expect(the().session.read([reading(sh`cat`, "x")], { timeoutMs })).rejects.toThrow(TypeError)
  })
  test("more output than the bound is cut in a fact as well, and the next fact is whole", async () => {
    const [big, next] = await the().session.read([sh`head -c 5000000 /dev/zero`, sh`echo next`], { timeoutMs })
    expect([big?.truncated, (big?.stdout.length ?? 0) < 1_100_000, next?.stdout]).toEqual([true, true, "next\n"])
  })
  test("forty commands at once, and facts meanwhile, need no more sessions than sshd allows", async () => {
    const runs = [...Array(40).keys()].map((i) => the().session.run(sh`echo ${i}`, { timeoutMs: 60_000 }))
    const reads = [...Array(5).keys()].map((i) => the().session.read([sh`echo ${i}`], { timeoutMs: 60_000 }))
    const [ran, seen] = await Promise.all([Promise.all(runs), Promise.all(reads)])
    expect(ran.map(({ stdout }) => Number(stdout))).toEqual([...Array(40).keys()])
    expect(seen.map(([result]) => Number(result?.stdout))).toEqual([...Array(5).keys()])
  })
})
