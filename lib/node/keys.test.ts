import { execFileSync } from "node:child_process"
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
