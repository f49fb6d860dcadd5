import { randomBytes } from "node:crypto"
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from "node:fs"
import { dirname } from "node:path"

const KEY_BYTES = 32

/** 32 bytes in base64, readable by its owner alone; made when there is none. @throws Error that names the file and the fix. */
export function readKey(file: string): Buffer {
  if (!existsSync(file)) makeKey(file)
  const mode = statSync(file).mode & 0o777
  if ((mode & 0o077) !== 0) throw new Error(`MOYAI_KEY_FILE: ${file} is open to others (mode ${mode.toString(8)}): chmod 600 ${file}`)
  const key = Buffer.from(readFileSync(file, "utf8").trim(), "base64")
  if (key.length !== KEY_BYTES)
    throw new Error(
      `MOYAI_KEY_FILE: ${file} holds ${key.length} bytes, not a key of ${KEY_BYTES} bytes in base64: restore it from your backup. If the database is new and empty, delete the file and start again`,
    )
  return key
}
function makeKey(file: string) {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const fd = openSync(file, "wx", 0o600)
  writeSync(fd, `${randomBytes(KEY_BYTES).toString("base64")}\n`)
  // Before anything is sealed with it: a key that a power cut takes away takes the nodes' keys with it.
  fsyncSync(fd)
  closeSync(fd)
  const dir = openSync(dirname(file), "r")
  fsyncSync(dir)
  closeSync(dir)
}
