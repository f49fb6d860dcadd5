import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, statfsSync, statSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { createClient } from "@libsql/client"

const COPIES_MAX = 5

/**
 * `moyai.db.before-<migration>`, whole or not there at all; an older one of the same name is from a try that changed nothing.
 * The caller holds the write lock, this reads beside it. @throws Error when there is no room
 */
export async function copyBefore(file: string, migration: string): Promise<void> {
  const copy = `${file}.before-${migration}`
  const partial = `${file}.copying`
  const { bavail, bsize } = statfsSync(dirname(file))
  const needed = statSync(file).size
  if (bavail * bsize < 2 * needed)
    throw new Error(
      `there is no room in ${dirname(file)} for a copy of the database before its migration: ${Math.ceil((2 * needed) / 1024 ** 2)} MiB are needed`,
    )
  rmSync(partial, { force: true })
  closeSync(openSync(partial, "wx", 0o600))
  const db = createClient({ url: `file:${file}` })
  try {
    await db.execute({ sql: "VACUUM INTO ?", args: [partial] })
    syncToDisk(partial) // VACUUM INTO does not (sqlite.org/lang_vacuum.html)
    renameSync(partial, copy)
    syncToDisk(dirname(file))
  } finally {
    db.close()
    rmSync(partial, { force: true })
  }
  const copies = readdirSync(dirname(file))
    .filter((name) => name.startsWith(`${basename(file)}.before-`))
    .sort()
  for (const old of copies.slice(0, -COPIES_MAX)) rmSync(join(dirname(file), old))
}

function syncToDisk(place: string) {
  const fd = openSync(place, "r")
  fsyncSync(fd)
  closeSync(fd)
}
