import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"

const VERSION = "v1"
const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16

export type Sealer = { readonly seal: (plain: Buffer, purpose: string) => string; readonly open: (sealed: string, purpose: string) => Buffer }

/** AES-256-GCM under the key file, which is made (0600) when there is none. @throws Error that names the file and the fix. */
export const openSealer = (keyFile: string): Sealer => sealerOf(readKey(keyFile))

/** `purpose` is bound in: what was sealed for one place opens in no other. */
export const sealerOf = (key: Buffer): Sealer => ({
  seal: (plain, purpose) => {
    const iv = randomBytes(IV_BYTES)
    const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(purpose))
    const body = Buffer.concat([cipher.update(plain), cipher.final()])
    return `${VERSION}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64")}`
  },
  open: (sealed, purpose) => {
    const [version, text = ""] = sealed.split(".")
    if (version !== VERSION) throw new Error("a sealed value is of a version that this program does not know")
    const bytes = Buffer.from(text, "base64")
    try {
      // Without the length, GCM would take a tag cut to four bytes.
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES }).setAAD(Buffer.from(purpose))
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()])
    } catch {
      throw new Error(`the ${purpose} cannot be opened with this key file: restore the key file that belongs to the database`)
    }
  },
})

function readKey(file: string): Buffer {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, `${randomBytes(KEY_BYTES).toString("base64")}\n`, { mode: 0o600, flag: "wx" })
  }
  if ((statSync(file).mode & 0o077) !== 0) throw new Error(`${file} can be read by others: chmod 600 ${file}`)
  const key = Buffer.from(readFileSync(file, "utf8").trim(), "base64")
  if (key.length !== KEY_BYTES) throw new Error(`${file} does not hold a key of ${KEY_BYTES} bytes in base64: restore it from your backup; with a new one the stored keys cannot be opened`)
  return key
}
