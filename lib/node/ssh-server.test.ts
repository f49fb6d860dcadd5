import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import ssh2 from "ssh2"
import { afterAll, afterEach, beforeAll, expect, test } from "vitest"
import { connect } from "./connect"
import { newKeyPair } from "./keys"
import { localSession } from "./local"
import { createPool, type Pool } from "./pool"
import { installKey, scanHostKey } from "./scan"
import { type Endpoint, isOutcomeUnknown, isUnreachable, type NodeSession, OutcomeUnknown, type PutFile } from "./session"
import { reading, secret, sh } from "./sh"
import { type Served, serveSession } from "./ssh-server"

const timeoutMs = 20_000
const pair = newKeyPair("panel")
const host = newKeyPair("host")
const here = localSession("here")
const dir = mkdtempSync(join(tmpdir(), "moyai-served-"))
const puts: PutFile[] = []
const aborted: string[] = []
/** A session that notes what it is asked, and does it here. */
const noting: NodeSession = {
  node: "h1",
  run: async (command, options) => {
    if (command.argv[0] === "unknown") throw new OutcomeUnknown("lost")
    if (command.argv[0] === "bug") throw new RangeError("a bug")
    if (command.argv[0] !== "forever") return here.run(command, options)
    options.onLine?.("begun")
    return new Promise((_, reject) =>
      options.signal?.addEventListener("abort", () => {
        aborted.push(command.masked)
        reject(new OutcomeUnknown("aborted"))
      }),
    )
  },
  read: (commands, options) => here.read(commands, options),
  put: (file) => {
    puts.push(file)
    return here.put(file)
  },
}
let keys: string[] = [pair.publicKey]
let isOff = false
let [served, pool, endpoint, session] = [] as unknown as [Served, Pool, Endpoint, NodeSession] // set in beforeAll
beforeAll(async () => {
  served = await serveSession({
    session: () => (isOff ? "off" : noting),
    hostKey: host.privateKey,
    publicKeys: () => keys,
    passwords: [{ user: "root", password: "correct horse" }],
    onPublicKey: (key) => void keys.push(key),
    port: 0,
  })
  pool = createPool({ credential: async () => ({ privateKey: pair.privateKey }), keepaliveMs: 100, random: () => 0 })
  endpoint = {
    node: "h1",
    host: "127.0.0.1",
    port: served.port,
    user: "root",
    sudo: false,
    hostKey: host.publicKey.split(" ").slice(0, 2).join(" "),
  }
  session = pool.session(endpoint)
})
afterEach(() => {
  isOff = false
  keys = [pair.publicKey]
})
afterAll(async () => {
  await pool.close()
  await served.close()
  rmSync(dir, { recursive: true })
})

test("words, input, outputs and exit codes go through as they are, also as a sudoer", async () => {
  for (const each of [session, pool.session({ ...endpoint, sudo: true })]) {
    const print = sh`printf ${"%s\\0"} ${["a b", "'", "日本語\n", ""]}`
    expect(await each.run(print, { timeoutMs })).toEqual({ exitCode: 0, stdout: "a b\0'\0日本語\n\0\0", stderr: "" })
    expect(await each.run(reading(sh`sh -c ${"cat; echo e >&2; exit 3"}`, "in"), { timeoutMs })).toEqual({
      exitCode: 3,
      stdout: "in",
      stderr: "e\n",
    })
    const facts = await each.read([sh`echo one`, sh`sh -c ${"printf x; exit 4"}`, print], { timeoutMs })
    expect(facts.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
      [0, "one\n"],
      [4, "x"],
      [0, "a b\0'\0日本語\n\0\0"],
    ])
  }
})
test("lines arrive while the command runs; an abort reaches it", async () => {
  const abort = new AbortController()
  const running = session.run(sh`forever 1`, { timeoutMs, signal: abort.signal, onLine: () => abort.abort() })
  await expect(running).rejects.toThrow("it was aborted")
  expect(aborted).toEqual(["forever 1"])
})
test("a file is put by the session's own put, with its check", async () => {
  const path = join(dir, "file")
  const file = { path, content: "日本\n", mode: 0o644, timeoutMs }
  expect(await session.put({ ...file, check: sh`grep -q ${"日本"}` })).toMatchObject({ state: "written" })
  expect(await session.put({ ...file, content: "x", check: sh`grep -q ${"日本"}` })).toMatchObject({ state: "refused", exitCode: 1 })
  expect(readFileSync(path, "utf8")).toBe("日本\n")
  expect(puts.map(({ content, mode, check }) => [content, mode, check?.masked])).toEqual([
    ["日本\n", 0o644, "grep -q '日本'"],
    ["x", 0o644, "grep -q '日本'"],
  ])
})
test("an outcome that the session does not know is none on the wire either", async () => {
  const error: unknown = await session.run(sh`unknown`, { timeoutMs }).catch((e: unknown) => e)
  expect([isOutcomeUnknown(error), isUnreachable(error)]).toEqual([true, false])
  expect(await session.run(sh`bug`, { timeoutMs })).toMatchObject({ exitCode: 70, stderr: expect.stringContaining("a bug") })
})
test.each(["id", "exec sh -c 'id'", "exec sudo -n sh -c 'IFS= read -r c && eval \"$c\"'; id"])(
  "any other exec line is answered with 127: %s",
  async (line) => {
    const client = await connect(endpoint, { privateKey: pair.privateKey })
    const code = await new Promise((resolve, reject) =>
      client.exec(line, (error, channel) => (error ? reject(error) : channel.on("exit", resolve).resume())),
    )
    expect(code).toBe(127)
    client.end()
  },
)
test.each(["id; id\n", "$(id)\n", ""])("any other text behind the right line runs nothing: %j", async (text) => {
  const client = await connect(endpoint, { privateKey: pair.privateKey })
  const code = await new Promise((resolve, reject) =>
    client.exec(`exec sh -c 'IFS= read -r c && eval "$c"'`, (error, channel) => {
      if (error) return reject(error)
      channel.on("exit", resolve).resume().end(text)
    }),
  )
  expect([75, 127]).toContain(code)
  client.end()
})
test("a silent cable is noticed by the missing signs of life; after it is plugged in again, the node answers", async () => {
  await session.run(sh`true`, { timeoutMs })
  const running = session.run(sh`forever 2`, { timeoutMs, onLine: () => served.cut("silent") }).catch((error: unknown) => error)
  expect(isOutcomeUnknown(await running)).toBe(true)
  served.restore()
  expect(await session.run(sh`echo back`, { timeoutMs })).toMatchObject({ stdout: "back\n" })
})
test("a machine without power cuts its connections", async () => {
  await session.run(sh`true`, { timeoutMs })
  isOff = true
  await expect(session.run(sh`true`, { timeoutMs })).rejects.toSatisfy(isOutcomeUnknown)
})

test("a host key is scanned without a word about who asks, of the preferred type when there is one", async () => {
  const at = { host: "127.0.0.1", port: served.port, timeoutMs }
  expect(await scanHostKey(at, "ecdsa-sha2-nistp256")).toMatchObject({
    hostKey: endpoint.hostKey,
    keyType: "ssh-ed25519",
    banner: expect.stringMatching(/^SSH-2\.0-ssh2js/),
  })
})
test("a key is installed by password once; after that it opens", async () => {
  const mine = newKeyPair("mine")
  const own = createPool({ credential: async () => ({ privateKey: mine.privateKey }), random: () => 0 })
  await expect(own.session(endpoint).run(sh`true`, { timeoutMs })).rejects.toMatchObject({ why: { code: "auth" } })
  expect(await installKey(endpoint, secret("correct horse"), `${mine.publicKey}\n`)).toEqual({ ok: true })
  expect(await own.session(endpoint).run(sh`echo in`, { timeoutMs })).toMatchObject({ stdout: "in\n" })
  await own.close()
})
test("a wrong password, a host that takes none, a changed key and a closed port are told apart, and none prints the password", async () => {
  const wrong = await installKey(endpoint, secret("wr0ng"), pair.publicKey)
  const keysOnly = await serveSession({
    session: noting,
    hostKey: host.privateKey,
    publicKeys: () => [],
    passwords: [],
    onPublicKey: () => undefined,
    port: 0,
  })
  const off = await installKey({ ...endpoint, port: keysOnly.port }, secret("wr0ng"), pair.publicKey)
  await keysOnly.close()
  const closed = await installKey({ ...endpoint, port: keysOnly.port }, secret("wr0ng"), pair.publicKey)
  const changed = await installKey({ ...endpoint, hostKey: newKeyPair("x").publicKey }, secret("wr0ng"), pair.publicKey)
  const results = [wrong, off, closed, changed]
  expect(results.map((result) => !result.ok && result.code)).toEqual([
    "loginFailed",
    "passwordLoginOff",
    "nodeUnreachable",
    "hostKeyChanged",
  ])
  expect(JSON.stringify(results)).not.toContain("wr0ng")
})
test("a server with another key sees neither password nor key", async () => {
  const attempts: string[] = []
  const honeypot = new ssh2.Server({ hostKeys: [newKeyPair("thief").privateKey] }, (connection) => {
    connection.on("authentication", (auth) => {
      attempts.push(auth.method)
      auth.reject(["password", "publickey"])
    })
    connection.on("error", () => undefined)
  })
  await new Promise<void>((resolve) => honeypot.listen(0, "127.0.0.1", resolve))
  const address = honeypot.address()
  const port = typeof address === "object" && address ? address.port : 0
  expect(await installKey({ ...endpoint, port }, secret("correct horse"), pair.publicKey)).toMatchObject({
    ok: false,
    code: "hostKeyChanged",
  })
  await expect(pool.session({ ...endpoint, port }).run(sh`true`, { timeoutMs })).rejects.toMatchObject({ why: { code: "hostKeyChanged" } })
  expect(await scanHostKey({ host: "127.0.0.1", port, timeoutMs })).toMatchObject({ keyType: "ssh-ed25519" })
  expect(attempts).toEqual([])
  honeypot.close()
})
test.each(["no key", `${pair.publicKey}\n${pair.publicKey}`])("%j is no line for authorized_keys", async (line) => {
  await expect(installKey(endpoint, secret("correct horse"), line)).rejects.toThrow(TypeError)
})
