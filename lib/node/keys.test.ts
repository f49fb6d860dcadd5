import { execFileSync, spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import ssh2 from "ssh2"
import { expect, test } from "vitest"
import { fingerprintOf, newKeyPair } from "./keys"

test("every pair can be read back, by us and by OpenSSH, with the fingerprint that OpenSSH shows", () => {
  const dir = mkdtempSync(join(tmpdir(), "moyai-keys-"))
  for (let i = 0; i < 300; i++) expect(ssh2.utils.parseKey(newKeyPair("x").privateKey)).not.toBeInstanceOf(Error)
  const { publicKey, privateKey } = newKeyPair("moyai@test")
  writeFileSync(join(dir, "key"), privateKey, { mode: 0o600 })
  expect(
    execFileSync("ssh-keygen", ["-y", "-f", join(dir, "key")], { encoding: "utf8" })
      .split(" ")[1]
      ?.trim(),
  ).toBe(publicKey.split(" ")[1])
  expect(execFileSync("ssh-keygen", ["-l", "-f", join(dir, "key")], { encoding: "utf8" })).toContain(fingerprintOf(publicKey))
  rmSync(dir, { recursive: true })
})
test("a pair is made whenever memory is collected meanwhile: the process does not stand still", () => {
  const make = `import { newKeyPair } from ${JSON.stringify(new URL("keys.ts", import.meta.url).href)}; for (let i = 0; i < 20_000; i++) newKeyPair("x")`
  const argv = ["--gc-interval=7", "--import", "tsx", "--input-type=module", "--eval", make]
  expect(spawnSync(process.execPath, argv, { timeout: 90_000, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" })
})
