import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto"
import { readKey } from "./key-file"

const VERSION = "v1"
const IV_BYTES = 12
const TAG_BYTES = 16
/** Without the length a tag cut down to four bytes would be taken as well. */
const OPTIONS = { authTagLength: TAG_BYTES }

export type Sealer = {
  readonly seal: (plain: Buffer, purpose: string) => string
  readonly open: (sealed: string, purpose: string) => Buffer
}

/** AES-256-GCM under the key file, which is made (0600) when there is none. @throws Error that names the file and the fix. */
export const openSealer = (keyFile: string): Sealer => sealerOf(readKey(keyFile))

/** `v1.` and base64 of nonce, tag, body. `purpose` is bound in: what was sealed for one place opens in no other. */
export const sealerOf = (key: Buffer): Sealer => ({
  seal: (plain, purpose) => {
    const iv = randomBytes(IV_BYTES)
    const cipher = createCipheriv("aes-256-gcm", key, iv, OPTIONS).setAAD(Buffer.from(purpose))
    const body = Buffer.concat([cipher.update(plain), cipher.final()])
    return `${VERSION}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64")}`
  },
  open: (sealed, purpose) => {
    const [version, text = ""] = sealed.split(".")
    if (version !== VERSION)
      throw new Error(`the ${purpose} was sealed by a version of Moyai that this one does not know: start the newer version`)
    const bytes = Buffer.from(text, "base64")
    try {
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_BYTES), OPTIONS).setAAD(Buffer.from(purpose))
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()])
    } catch {
      throw new Error(`the ${purpose} cannot be opened with this key file: restore the key file that belongs to the database`)
    }
  },
})
