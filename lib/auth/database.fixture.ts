import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openDatabase } from "../db/client"
import { migrate } from "../db/migrate"

/** An empty database with the panel's tables, in a directory of its own. */
export async function startDatabase() {
  const dir = mkdtempSync(join(tmpdir(), "moyai-auth-"))
  await migrate(join(dir, "moyai.db"))
  const db = await openDatabase(join(dir, "moyai.db"))
  const stop = async () => {
    await db.$disconnect()
    rmSync(dir, { recursive: true, force: true })
  }
  return { db, stop }
}
