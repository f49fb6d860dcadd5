import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import ssh2 from "ssh2"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { askClaim, claimed, readClaim } from "./claim"
import { fingerprintOf, newKeyPair } from "./keys"
import { createPool, type Pool } from "./pool"
import { scanHostKey } from "./scan"
import { isOutcomeUnknown, isUnreachable, type NodeSession } from "./session"
import { reading, secret, sh } from "./sh"
import { startSshd, whyNoSshd } from "./sshd.fixture"

const why = whyNoSshd()
const dir = mkdtempSync(join(tmpdir(), "moyai-ssh-"))
afterAll(() => rmSync(dir, { recursive: true }))

describe.skipIf(why !== undefined)(`through a real sshd${why ? ` (skipped: ${why})` : ""}`, () => {
  let sshd: Awaited<ReturnType<typeof startSshd>>
  let pool: Pool
  let session: NodeSession
  beforeAll(async () => {
    sshd = await startSshd()
    const { privateKey } = sshd
    pool = createPool({ credential: async () => ({ privateKey }) })
    session = pool.session(sshd.endpoint)
  })
  afterAll(async () => {
    await pool.close()
    sshd.stop()
  })
  const timeoutMs = 10_000
  const dies = (pid: string): Promise<void> =>
    new Promise((resolve) => (existsSync(`/proc/${pid}`) ? setImmediate(() => resolve(dies(pid))) : resolve()))

  test("words, input, both outputs and the exit code arrive as they were", async () => {
    const words = ["a b", "'", "$(id)", "日本語\n", ";x", "-e"]
    const { stdout } = await session.run(sh`printf ${"%s\\0"} ${words}`, { timeoutMs })
    expect(stdout.split("\0").slice(0, -1)).toEqual(words)
    expect(await session.run(reading(sh`sh -c ${"cat; echo no >&2; exit 3"}`, "in\n"), { timeoutMs })).toEqual({
      exitCode: 3,
      stdout: "in\n",
      stderr: "no\n",
    })
  })
  test("half a megabyte goes in whole", async () => {
    const { stdout } = await session.run(reading(sh`wc -c`, "x".repeat(500_000)), { timeoutMs })
    expect(stdout.trim()).toBe("500000")
  })
  test("an end by a signal is told as a shell tells it", async () => {
    expect(await session.run(sh`sh -c ${"kill -KILL $$"}`, { timeoutMs })).toMatchObject({ exitCode: 137 })
  })
  test("facts come back in one round trip, in order, with their own outputs and codes", async () => {
    const results = await session.read(
      [sh`echo one`, sh`sh -c ${"printf two; echo err >&2; exit 7"}`, sh`printf ${"line\nmore"}`, sh`false`],
      { timeoutMs },
    )
    expect(results).toEqual([
      { exitCode: 0, stdout: "one\n", stderr: "" },
      { exitCode: 7, stdout: "two", stderr: "err\n" },
      { exitCode: 0, stdout: "line\nmore", stderr: "" },
      { exitCode: 1, stdout: "", stderr: "" },
    ])
  })
  test("a fact that hangs costs its own round only", async () => {
    await expect(session.read([sh`sleep 60`], { timeoutMs: 300 })).rejects.toThrow("sleep 60")
    expect(await session.read([sh`echo again`], { timeoutMs })).toMatchObject([{ stdout: "again\n" }])
  })
  test("more commands at once than sshd allows sessions all run", async () => {
    const all = await Promise.all([...Array(40)].map((_, i) => session.run(sh`echo ${i}`, { timeoutMs: 30_000 })))
    expect(all.map(({ stdout }) => Number(stdout))).toEqual([...Array(40).keys()])
  })
  test("an abort ends the process on the node, also for root", async () => {
    const abort = new AbortController()
    let pid = ""
    const running = session.run(sh`sh -c ${"echo $$; sleep 600; true"}`, {
      timeoutMs: 60_000,
      signal: abort.signal,
      onLine: (line) => {
        pid = line
        abort.abort()
      },
    })
    await expect(running).rejects.toSatisfy(isOutcomeUnknown)
    expect(pid).toMatch(/^\d+$/)
    await dies(pid)
  })
  test("output over the bound is dropped and said", async () => {
    const { stdout } = await session.run(sh`head -c 300000 /dev/zero`, { timeoutMs, outputMaxBytes: 1_000 })
    expect(stdout.length).toBeLessThan(1_200)
    expect(stdout).toContain("more bytes were dropped")
  })
  test("a claimed command goes on when the link is cut, and is found again", async () => {
    const log = join(dir, "claimed.log")
    const own = createPool({ credential: async () => ({ privateKey: sshd.privateKey }) })
    const base = join(dir, "claims")
    const gate = join(dir, "gate")
    const command = claimed(
      "job.0",
      sh`sh -c ${`echo once >>"$1"; until [ -e "$2" ]; do sleep 0.05; done; echo end`} script ${log} ${gate}`,
      base,
    )
    const running = own.session(sshd.endpoint).run(command, { timeoutMs })
    running.catch(() => undefined)
    while (!existsSync(log)) await new Promise(setImmediate)
    await own.close()
    await expect(running).rejects.toSatisfy(isOutcomeUnknown)
    const ask = async () => readClaim(await session.run(askClaim("job.0", base), { timeoutMs }))
    expect(await ask()).toEqual({ state: "running" })
    writeFileSync(gate, "")
    const over = async (): Promise<unknown> => {
      const c = await ask()
      return c.state === "running" ? over() : c
    }
    expect(await over()).toMatchObject({ state: "done", exitCode: 0, stdout: "end\n" })
    expect(readFileSync(log, "utf8")).toBe("once\n")
  })
  test("a file is put whole, with its old version kept, or not at all", async () => {
    const path = join(dir, "conf")
    const put = (content: string, check = sh`grep -q good`) => session.put({ path, content, mode: 0o640, check, timeoutMs })
    expect(await put("good 1\n")).toMatchObject({ state: "written" })
    expect(await put("good 1\n")).toMatchObject({ state: "unchanged" })
    const second = await put("good 2 $(id) 日本\n")
    expect(second.state === "written" && readFileSync(second.keptAs ?? "", "utf8")).toBe("good 1\n")
    expect(await put("bad\n")).toMatchObject({ state: "refused", exitCode: 1 })
    expect(readFileSync(path, "utf8")).toBe("good 2 $(id) 日本\n")
    expect(readdirSync(dir).filter((name) => /^conf\.moyai\.\w{6}/.test(name))).toEqual([])
  })
  test("the host key is shown before anything is sent, and is the one that sshd has", async () => {
    const scanned = await scanHostKey({ host: "127.0.0.1", port: sshd.endpoint.port, timeoutMs })
    expect(scanned).toMatchObject({ hostKey: sshd.endpoint.hostKey, keyType: "ssh-ed25519" })
    expect(scanned.fingerprint).toBe(fingerprintOf(sshd.endpoint.hostKey))
    expect(scanned.banner).toMatch(/^SSH-2\.0-OpenSSH/)
  })
})

test("a changed host key is refused before any credential is sent, with both fingerprints", async () => {
  const attempts: string[] = []
  const thief = newKeyPair("thief")
  const server = new ssh2.Server({ hostKeys: [thief.privateKey] }, (connection) => {
    connection
      .on("authentication", (auth) => {
        attempts.push(auth.method)
        auth.reject()
      })
      .on("error", () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  const port = typeof address === "object" && address ? address.port : 0
  const [mine, pinned] = [newKeyPair("mine"), newKeyPair("pinned").publicKey.split(" ").slice(0, 2).join(" ")]
  const pool = createPool({ credential: async () => ({ privateKey: mine.privateKey }) })
  const session = pool.session({ node: "h1", host: "127.0.0.1", port, user: "root", sudo: false, hostKey: pinned })
  const error: unknown = await session.run(reading(sh`true`, secret("s3cret")), { timeoutMs: 5_000 }).catch((e: unknown) => e)
  expect(isUnreachable(error) && error.why).toEqual({
    code: "hostKeyChanged",
    pinned: fingerprintOf(pinned),
    offered: fingerprintOf(thief.publicKey),
  })
  expect(attempts).toEqual([])
  await pool.close()
  server.close()
})
