import { beforeEach, expect, test, vi } from "vitest"

const verified = vi.hoisted((): string[] => [])
vi.mock("@node-rs/argon2", async (original) => {
  const real = await original<typeof import("@node-rs/argon2")>()
  const verify = (...args: Parameters<typeof real.verify>) => {
    verified.push(String(args[0]))
    return real.verify(...args)
  }
  return { ...real, verify }
})
const { hashPassword, verifyPassword } = await import("./password")

beforeEach(() => void verified.splice(0))
/** "$argon2id$v=19$m=19456,t=2,p=1" */
const costOf = (hash: string | undefined) => hash?.split("$").slice(1, 4).join(" ")

test("only the right password opens; the hash is argon2id of OWASP's cost, salted", async () => {
  const hash = await hashPassword("correct horse battery")
  expect(await verifyPassword(hash, "correct horse battery")).toBe(true)
  expect(await verifyPassword(hash, "correct horse batterY")).toBe(false)
  expect(await verifyPassword(hash, "")).toBe(false)
  expect(costOf(hash)).toBe("argon2id v=19 m=19456,t=2,p=1")
  expect(await hashPassword("correct horse battery")).not.toBe(hash)
})
test("an unknown user costs one verification of the same price as a known one, and is let in by nothing", async () => {
  const hash = await hashPassword("correct horse battery")
  await verifyPassword(hash, "wrong")
  for (const password of ["wrong", "nobody has this password"]) expect(await verifyPassword(undefined, password)).toBe(false)
  expect(verified).toHaveLength(3)
  expect(verified.map(costOf)).toEqual(Array(3).fill(costOf(hash)))
})
test("one password typed on two keyboards is one password (NFKC)", async () => {
  expect(await verifyPassword(await hashPassword("ﾓｱｲcafé-moyai"), "モアイcafe\u0301-moyai")).toBe(true)
})
