import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { newKeyPair } from "@/lib/node/keys"
import { createPool, type Pool } from "@/lib/node/pool"
import { installKey, scanHostKey } from "@/lib/node/scan"
import type { Endpoint } from "@/lib/node/session"
import { secret, sh } from "@/lib/node/sh"
import { LAB_PASSWORD, LAB_USER, labOf } from "./lab"

const timeoutMs = 15_000
const lab = labOf()
const pair = newKeyPair("moyai@lab")
let pool: Pool
const endpointOf = (i: number, user = LAB_USER): Endpoint => {
  const node = lab.nodes[i]
  if (!node) throw new Error(`no node ${i}`)
  return { node: node.name, host: node.address, port: node.port, user, sudo: user !== "root", hostKey: node.hostKey }
}
beforeAll(() => {
  pool = createPool({ credential: async ({ user }) => ({ privateKey: user === "root" ? lab.controlKey : pair.privateKey }) })
})
afterAll(() => pool.close())

test("each node shows the host key that it has", async () => {
  for (const { address, port, hostKey, fingerprint } of lab.nodes)
    expect(await scanHostKey({ host: address, port, timeoutMs })).toMatchObject({ hostKey, fingerprint })
})
test("a password is used once to install the key: wrong is told, right lets in, twice is once", async () => {
  expect(await installKey(endpointOf(0), secret("wrong"), pair.publicKey)).toMatchObject({ ok: false, code: "loginFailed" })
  for (const i of [0, 1, 2, 0]) expect(await installKey(endpointOf(i), secret(LAB_PASSWORD), pair.publicKey)).toEqual({ ok: true })
  expect(
    (await lab.exec("h1", "cat", `/home/${LAB_USER}/.ssh/authorized_keys`)).split("\n").filter((line) => line === pair.publicKey.trim()),
  ).toHaveLength(1)
  expect(await installKey(endpointOf(0, "root"), secret("x"), pair.publicKey)).toMatchObject({ ok: false })
})
describe("as an ordinary user with sudo", () => {
  test("commands run as root, facts come in one round trip, and no argument reaches sudo's log", async () => {
    const session = pool.session(endpointOf(0))
    expect(await session.run(sh`id -un`, { timeoutMs })).toMatchObject({ exitCode: 0, stdout: "root\n" })
    const [host, load] = await session.read([sh`hostname`, sh`cat /proc/loadavg`], { timeoutMs })
    expect(host?.stdout).toBe("h1\n")
    expect(load?.stdout).toMatch(/^[\d.]+ /)
  })
})
test("each boot has its own id, and a node without power does not answer", async () => {
  const bootId = async () =>
    (await pool.session(endpointOf(2, "root")).read([sh`cat /proc/sys/kernel/random/boot_id`], { timeoutMs }))[0]?.stdout
  const before = await bootId()
  await lab.powerOff("h3")
  await expect(pool.session(endpointOf(2, "root")).run(sh`true`, { timeoutMs: 3_000 })).rejects.toThrow()
  await lab.powerOn("h3")
  pool.forget(endpointOf(2, "root"))
  expect(await bootId()).not.toBe(before)
})
test("nothing outside can be reached", async () =>
  expect((await lab.exec("h1", "ip", "route")).split("\n").filter((line) => line.startsWith("default"))).toEqual([]))
