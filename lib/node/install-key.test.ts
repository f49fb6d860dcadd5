import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { installCommand } from "./install-key"
import { newKeyPair } from "./keys"
import { localSession } from "./local"
import { reading, sh } from "./sh"

let home = ""
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "moyai-home-"))
})
afterEach(() => rmSync(home, { recursive: true }))
const file = () => join(home, ".ssh/authorized_keys")
const { publicKey } = newKeyPair("moyai@panel")
const install = (key = publicKey) => {
  const command = installCommand(key)
  return localSession("here").run(reading(sh`env ${`HOME=${home}`} ${command.argv}`, command.stdin), { timeoutMs: 20_000 })
}
const modes = () => [home, join(home, ".ssh"), file()].map((path) => (statSync(path).mode & 0o777).toString(8)).slice(1)

test("a key is added once, in files that sshd's StrictModes accepts", async () => {
  for (let i = 0; i < 3; i++) expect(await install()).toEqual({ exitCode: 0, stdout: "", stderr: "" })
  expect(readFileSync(file(), "utf8")).toBe(`${publicKey}\n`)
  expect(modes()).toEqual(["700", "600"])
})
test("keys that are there stay, also when their last line has no end", async () => {
  mkdirSync(join(home, ".ssh"), { mode: 0o755 })
  writeFileSync(file(), "ssh-ed25519 AAAA other", { mode: 0o644 })
  chmodSync(file(), 0o644)
  await install()
  expect(readFileSync(file(), "utf8")).toBe(`ssh-ed25519 AAAA other\n${publicKey}\n`)
  expect(modes()).toEqual(["700", "600"])
})
test("a key that is only the beginning of another line is another key", async () => {
  mkdirSync(join(home, ".ssh"))
  writeFileSync(file(), `${publicKey}x\n`)
  await install()
  expect(readFileSync(file(), "utf8")).toBe(`${publicKey}x\n${publicKey}\n`)
})
test("where it cannot be written, that is told", async () => {
  writeFileSync(join(home, ".ssh"), "a file in the way")
  expect((await install()).exitCode).not.toBe(0)
})
