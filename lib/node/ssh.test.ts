import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import ssh2 from "ssh2"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { fingerprintOf, newKeyPair } from "./keys"
import { createPool, type Pool } from "./pool"
import { scanHostKey } from "./scan"
import { isUnreachable, type NodeSession } from "./session"
import { reading, secret, sh } from "./sh"
import { startSshd, whyNoSshd } from "./sshd.fixture"

const why = whyNoSshd()

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
  test("an end by a signal is told as a shell tells it", async () => {
    expect(await session.run(sh`sh -c ${"kill -KILL $$"}`, { timeoutMs })).toMatchObject({ exitCode: 137 })
    expect(await session.run(sh`sh -c ${"kill -KILL $PPID"}`, { timeoutMs })).toMatchObject({ exitCode: 137 }) // the shell around it
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
  test("what is read aside does not wait for a reading that hangs", async () => {
    const dir = await mkdtemp(join(tmpdir(), "moyai-aside-"))
    const fifo = join(dir, "fifo")
    await session.run(sh`mkfifo ${fifo}`, { timeoutMs })
    const hanging = session.read([sh`cat ${fifo}`], { timeoutMs })
    await session.read([sh`sh -c ${"echo word >$0"} ${fifo}`], { timeoutMs, isAside: true })
    expect((await hanging)[0]?.stdout).toBe("word\n")
    await rm(dir, { recursive: true })
  })
  test("output over the bound is dropped and said", async () => {
    const { stdout } = await session.run(sh`head -c 300000 /dev/zero`, { timeoutMs, outputMaxBytes: 1_000 })
    expect(stdout.length).toBeLessThan(1_200)
    expect(stdout).toContain("more bytes were dropped")
  })
  test("the host key is shown before anything is sent, and is the one that sshd has", async () => {
    const scanned = await scanHostKey({ host: "127.0.0.1", port: sshd.endpoint.port, timeoutMs })
    expect(scanned).toMatchObject({ hostKey: sshd.endpoint.hostKey, keyType: "ssh-ed25519" })
    expect(scanned.fingerprint).toBe(fingerprintOf(sshd.endpoint.hostKey))
    expect(scanned.banner).toMatch(/^SSH-2\.0-OpenSSH/)
  })
})

const ecdsa = ssh2.utils.generateKeyPairSync("ecdsa", { bits: 256 })
test.each([
  ["same", newKeyPair("thief")],
  ["another", { publicKey: ecdsa.public, privateKey: Buffer.from(ecdsa.private) }],
])("a changed host key of %s type is refused before any credential is sent, with both fingerprints", async (_, thief) => {
  const attempts: string[] = []
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
