import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { openSealer, sealerOf } from "./seal"

const key = Buffer.alloc(32, 7)
const { seal, open } = sealerOf(key)
const plain = Buffer.from("-----BEGIN OPENSSH PRIVATE KEY-----\n")
const REFUSED = "cannot be opened with this key file"
const bytesOf = (sealed: string) => Buffer.from(sealed.slice("v1.".length), "base64")
const textOf = (bytes: Buffer) => `v1.${bytes.toString("base64")}`

test("what was sealed opens again, and no two seals of one thing are alike", () => {
  const sealed = seal(plain, "cluster key")
  expect(open(sealed, "cluster key")).toEqual(plain)
  expect(open(seal(Buffer.alloc(0), "p"), "p")).toEqual(Buffer.alloc(0))
  expect(seal(plain, "cluster key")).not.toBe(sealed)
  expect(bytesOf(sealed).includes(plain.subarray(0, 8))).toBe(false)
})
test("one changed bit anywhere opens nothing", () => {
  const bytes = bytesOf(seal(plain, "cluster key"))
  for (let i = 0; i < bytes.length; i++) {
    const tampered = Buffer.from(bytes)
    tampered[i] = (tampered[i] ?? 0) ^ 1
    expect(() => open(textOf(tampered), "cluster key"), `byte ${i}`).toThrow(REFUSED)
  }
})
test("a value cut short at any length opens nothing: no tag of four bytes is taken for one of sixteen", () => {
  for (const whole of [bytesOf(seal(plain, "p")), bytesOf(seal(Buffer.alloc(0), "p"))])
    for (let length = 0; length < whole.length; length++)
      expect(() => open(textOf(whole.subarray(0, length)), "p"), `${length} bytes`).toThrow(REFUSED)
})
test("a purpose or a key that is another one opens nothing", () => {
  const sealed = seal(plain, "cluster key")
  expect(() => open(sealed, "webhook")).toThrow(REFUSED)
  expect(() => sealerOf(Buffer.alloc(32, 8)).open(sealed, "cluster key")).toThrow(REFUSED)
})
test.each(["", "v2.AAAA", "AAAA", "v1"])("%j is no sealed value of ours", (sealed) =>
  expect(() => open(sealed, "p")).toThrow(/version|cannot be opened/),
)

let dir = ""
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "moyai-seal-"))
})
afterEach(() => rmSync(dir, { recursive: true }))

test("a key file is made for its owner only, once, and opens after a restart what it sealed before", () => {
  const file = join(dir, "new", "secret.key")
  const sealed = openSealer(file).seal(plain, "p")
  expect([statSync(file).mode & 0o777, statSync(join(dir, "new")).mode & 0o777]).toEqual([0o600, 0o700])
  const before = readFileSync(file)
  expect(openSealer(file).open(sealed, "p")).toEqual(plain)
  expect(readFileSync(file)).toEqual(before)
})
test.each([0o640, 0o604, 0o660, 0o644])("a key file with mode %o is refused with the command that mends it", (mode) => {
  const file = join(dir, "secret.key")
  openSealer(file)
  chmodSync(file, mode)
  expect(() => openSealer(file)).toThrow(`chmod 600 ${file}`)
})
test.each([
  ["cut short", "AAAA\n"],
  ["empty", ""],
  ["no base64", "?".repeat(44)],
])("a key file that is %s is refused and left as it is", (_, text) => {
  const file = join(dir, "secret.key")
  writeFileSync(file, text, { mode: 0o600 })
  expect(() => openSealer(file)).toThrow("restore it from your backup")
  expect(existsSync(file) && readFileSync(file, "utf8")).toBe(text)
})
