import { createServer, type Socket } from "node:net"
import { afterAll, afterEach, beforeAll, expect, test } from "vitest"
import { newKeyPair } from "./keys"
import { localSession } from "./local"
import { createPool, type LinkState, type Pool } from "./pool"
import { type Endpoint, isOutcomeUnknown, isUnreachable, type Unreachable } from "./session"
import { sh } from "./sh"
import { type Served, serveSession } from "./ssh-server"
import { freePort } from "./sshd.fixture"

const timeoutMs = 20_000
const pair = newKeyPair("panel")
const host = newKeyPair("host")
const hostKey = host.publicKey.split(" ").slice(0, 2).join(" ")
const serve = (port = 0) =>
  serveSession({
    session: localSession("h1"),
    hostKey: host.privateKey,
    publicKeys: () => [pair.publicKey],
    passwords: [],
    onPublicKey: () => undefined,
    port,
  })
const endpointAt = (port: number, more: Partial<Endpoint> = {}): Endpoint => ({
  node: "h1",
  host: "127.0.0.1",
  port,
  user: "root",
  sudo: false,
  hostKey,
  ...more,
})

let served: Served
let pools: Pool[] = []
beforeAll(async () => {
  served = await serve()
})
afterAll(() => served.close())
afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.close()))
  pools = []
})
const newPool = (more: Partial<Parameters<typeof createPool>[0]> = {}) => {
  const pool = createPool({ credential: async () => ({ privateKey: pair.privateKey }), ...more })
  pools.push(pool)
  return pool
}
const failure = async (promise: Promise<unknown>): Promise<Unreachable> => {
  const error: unknown = await promise.catch((e: unknown) => e)
  if (isUnreachable(error)) return error
  throw new Error(`not Unreachable: ${String(error)}`)
}
const run = (pool: Pool, endpoint: Endpoint) => pool.session(endpoint).run(sh`echo hi`, { timeoutMs })

test("whoever uses an endpoint, there is one connection; another port or host key is another", async () => {
  const states: LinkState[] = []
  const pool = newPool()
  pool.onState((state) => states.push(state))
  const endpoint = endpointAt(served.port)
  await Promise.all([run(pool, endpoint), run(pool, { ...endpoint }), pool.session(endpoint).read([sh`true`], { timeoutMs })])
  expect(states.map(({ state }) => state)).toEqual(["connected"])
  await failure(run(pool, { ...endpoint, hostKey: newKeyPair("x").publicKey }))
  expect(states.at(-1)?.why?.why.code).toBe("hostKeyChanged")
})
test("between two tries it fails at once, says when the next is due, and pauses grow to a bound", async () => {
  let nowMs = 1_000_000
  let logins = 0
  const credential = async () => {
    logins += 1
    return { privateKey: pair.privateKey }
  }
  const pool = newPool({ credential, nowMs: () => nowMs, random: () => 1 })
  const endpoint = endpointAt(await freePort())
  const pausesS: number[] = []
  for (let i = 0; i < 7; i++) {
    expect((await failure(run(pool, endpoint))).why).toEqual({ code: "refused" })
    const { message, why } = await failure(run(pool, endpoint))
    expect(why).toEqual({ code: "refused" })
    const pauseS = Number(message.match(/Next try in (\d+) s/)?.[1])
    pausesS.push(pauseS)
    nowMs += pauseS * 1_000
  }
  expect(pausesS).toEqual([1, 2, 4, 8, 15, 15, 15])
  expect(logins).toBe(7)
})
test("forgetting an endpoint forgets its pause, too", async () => {
  const pool = newPool({ nowMs: () => 0, random: () => 1 })
  const port = await freePort()
  await failure(run(pool, endpointAt(port)))
  const late = await serve(port)
  await failure(run(pool, endpointAt(port)))
  pool.forget(endpointAt(port))
  expect(await run(pool, endpointAt(port))).toMatchObject({ stdout: "hi\n" })
  await late.close()
})
test("a lost connection is made again, and both are told", async () => {
  const pool = newPool({ random: () => 0 })
  const states: string[] = []
  const stop = pool.onState(({ state, why }) => states.push(why ? `${state}: ${why.why.code}` : state))
  await run(pool, endpointAt(served.port))
  const lost = new Promise((resolve) => pool.onState(({ state }) => state === "disconnected" && resolve(undefined)))
  served.cut("closed")
  await lost
  served.restore()
  await run(pool, endpointAt(served.port))
  expect(states).toEqual(["connected", "disconnected: closed", "connected"])
  stop()
  await pool.close()
  expect(states.length).toBe(3)
})
test("a connection that comes and goes is not tried without a pause", async () => {
  const pool = newPool({ nowMs: () => 0, random: () => 1 })
  await run(pool, endpointAt(served.port))
  const lost = new Promise((resolve) => pool.onState(({ state }) => state === "disconnected" && resolve(undefined)))
  served.cut("closed")
  await lost
  served.restore()
  expect((await failure(run(pool, endpointAt(served.port)))).message).toContain("Next try in")
})
test("through another node: one connection to it serves all behind it, and it is the pool's own", async () => {
  const { startSshd, whyNoSshd } = await import("./sshd.fixture")
  if (whyNoSshd()) return // only a real sshd forwards here
  const jump = await startSshd()
  const credential = async ({ node }: Endpoint) => ({ privateKey: node === "jump" ? jump.privateKey : pair.privateKey })
  const pool = newPool({ credential })
  const states: string[] = []
  pool.onState(({ endpoint, state }) => states.push(`${endpoint.node} ${state}`))
  const via: Endpoint = { ...jump.endpoint, node: "jump" }
  const other = await serve()
  const ways = [endpointAt(served.port, { via }), endpointAt(other.port, { node: "h2", via })]
  for (const endpoint of ways) expect(await run(pool, endpoint)).toMatchObject({ stdout: "hi\n" })
  expect(states).toEqual(["jump connected", "h1 connected", "h2 connected"])
  const error = await failure(run(pool, endpointAt(await freePort(), { node: "h3", via })))
  expect(error.message).toContain("h3: jump cannot reach 127.0.0.1")
  await pool.close()
  await other.close()
  jump.stop()
})
test("at most sixteen connections are made at once", async () => {
  const sockets: Socket[] = []
  let [open, openMax] = [0, 0]
  const silent = createServer((socket) => {
    sockets.push(socket)
    open += 1
    openMax = Math.max(openMax, open)
    socket.on("error", () => undefined)
    socket.once("data", () => socket.destroy()) // the client has greeted: its attempt ends here
    socket.once("close", () => {
      open -= 1
    })
  })
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve))
  const address = silent.address()
  const port = typeof address === "object" && address ? address.port : 0
  const pool = newPool()
  await Promise.all([...Array(40).keys()].map((i) => failure(run(pool, endpointAt(port, { node: `h${i}` })))))
  expect(sockets.length).toBe(40)
  expect(openMax).toBeLessThanOrEqual(16)
  silent.close()
})
test("a caller's time is not stretched by a connection that is never answered, and nothing was sent", async () => {
  const deaf = createServer()
  await new Promise<void>((resolve) => deaf.listen(0, "127.0.0.1", resolve))
  const address = deaf.address()
  const pool = newPool({ readyTimeoutMs: 60_000 })
  const endpoint = endpointAt(typeof address === "object" && address ? address.port : 0)
  expect((await failure(pool.session(endpoint).run(sh`true`, { timeoutMs: 100 }))).why).toEqual({ code: "timeout" })
  expect((await failure(pool.session(endpoint).read([sh`true`], { timeoutMs: 100 }))).why).toEqual({ code: "timeout" })
  deaf.close()
})
test.each([
  ["a port where nobody listens", async () => endpointAt(await freePort()), "refused"],
  ["a key that is not known there", async () => endpointAt(served.port, { user: "stranger" }), "auth"],
  ["a name without an address", async () => endpointAt(22, { host: "no-such-host.invalid" }), "dns"],
])("%s is told as what it is", async (_, endpoint, code) => {
  const pool = newPool({
    credential: async ({ user }) => ({ privateKey: user === "stranger" ? newKeyPair("x").privateKey : pair.privateKey }),
  })
  expect((await failure(run(pool, await endpoint()))).why).toEqual({ code })
})
test("a private key that cannot be read is told, not thrown as something else", async () => {
  const pool = newPool({ credential: async () => ({ privateKey: Buffer.from("no key") }) })
  expect((await failure(run(pool, endpointAt(served.port)))).message).toContain("privateKey")
})
test("after the pool is closed nothing is sent, and what was under way is unknown", async () => {
  const pool = newPool()
  const session = pool.session(endpointAt(served.port))
  await session.run(sh`true`, { timeoutMs })
  const running = session.run(sh`sleep 30`, { timeoutMs }).catch((error: unknown) => error)
  await session.read([sh`true`], { timeoutMs })
  await pool.close()
  expect(isOutcomeUnknown(await running)).toBe(true)
  expect((await failure(session.run(sh`true`, { timeoutMs }))).why).toEqual({ code: "closed" })
})
