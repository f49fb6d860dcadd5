import { createHash, randomUUID } from "node:crypto"
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { type Client, createClient, type Transaction } from "@libsql/client"

type Migration = { readonly name: string; readonly sql: string; readonly sum: string }
const LOCK_PATIENCE_MS = 60_000
const LOCK_RETRY_MS = 50
const COPIES_MAX = 5
const DDL = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" ("id" TEXT PRIMARY KEY NOT NULL,"checksum" TEXT NOT NULL,"finished_at" DATETIME,"migration_name" TEXT NOT NULL,"logs" TEXT,"rolled_back_at" DATETIME,"started_at" DATETIME NOT NULL DEFAULT current_timestamp,"applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0)`

const readMigrations = (dir: string): readonly Migration[] =>
  readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(dir, name, "migration.sql"), "utf8")
      return { name, sql, sum: createHash("sha256").update(sql).digest("hex") }
    })

/** What is to do; refuses a database that this program does not understand. */
async function todo(db: Client | Transaction, all: readonly Migration[]): Promise<readonly Migration[]> {
  const { rows } = await db.execute('SELECT migration_name AS name, checksum AS sum, finished_at AS finished FROM "_prisma_migrations" WHERE rolled_back_at IS NULL')
  const done = new Map(rows.map((row) => [String(row.name), row]))
  for (const [name, row] of done) {
    if (row.finished === null) throw new Error(`the migration ${name} failed earlier: restore the copy beside the database, then start again`)
    const known = all.find((m) => m.name === name)
    if (!known) throw new Error(`the database is newer than this program (it has ${name}): start the newer version, or restore a copy from before`)
    if (known.sum !== row.sum) throw new Error(`the migration ${name} was edited after it was applied: restore its file`)
  }
  return all.filter(({ name }) => !done.has(name))
}

/**
 * Brings the database up to date, or leaves it as it is. Two starts at once do it once: what is to do is computed under the write lock.
 * The format is Prisma's own. @throws Error that says what to do. @returns the names of what was applied.
 */
export async function migrate(file: string, dir = "prisma/migrations"): Promise<readonly string[]> {
  const all = readMigrations(dir)
  const url = `file:${file}`
  await patiently(url, async (db) => {
    await db.execute("PRAGMA journal_mode=WAL")
    await db.execute(DDL)
  })
  return patiently(url, async (db) => {
    const early = await todo(db, all)
    if (early.length === 0) return []
    if (early.length < all.length) await copyBefore(db, file, early[0]?.name ?? "")
    return apply(db, all)
  })
}

/** Another start may hold the lock. SQLite's own waiting would block this process, so it is asked again, on a new connection. */
async function patiently<T>(url: string, act: (db: Client) => Promise<T>): Promise<T> {
  const untilMs = Date.now() + LOCK_PATIENCE_MS
  for (;;) {
    const db = createClient({ url })
    try {
      return await act(db)
    } catch (error) {
      const isBusy = error instanceof Error && "code" in error && error.code === "SQLITE_BUSY"
      if (!isBusy || Date.now() > untilMs) throw error
      await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MS))
    } finally {
      db.close()
    }
  }
}
async function apply(db: Client, all: readonly Migration[]): Promise<readonly string[]> {
  // Outside the transaction: inside it this is a no-op, and dropping a table would cascade to the rows of others.
  await db.execute("PRAGMA foreign_keys=OFF")
  const tx = await db.transaction("write")
  try {
    const list = await todo(tx, all)
    for (const { name, sql, sum } of list) {
      const startedAt = new Date().toISOString()
      for (const statement of statements(sql)) await tx.execute(statement)
      const args = [randomUUID(), sum, new Date().toISOString(), name, startedAt]
      await tx.execute({ sql: 'INSERT INTO "_prisma_migrations"(id,checksum,finished_at,migration_name,started_at,applied_steps_count) VALUES(?,?,?,?,?,1)', args })
    }
    const broken = await tx.execute("PRAGMA foreign_key_check")
    if (broken.rows.length > 0) throw new Error(`a migration would break ${broken.rows.length} references: nothing was changed`)
    await tx.commit()
    return list.map(({ name }) => name)
  } finally {
    tx.close() // rolls back what was not committed
  }
}
/** Migrations are ours: a statement ends with ";" at the end of a line. */
const statements = (sql: string): readonly string[] =>
  sql
    .split(/;\s*$/m)
    .map((s) => s.trim())
    .filter((s) => s.replace(/^--.*$/gm, "").trim() !== "")

async function copyBefore(db: Client, file: string, name: string) {
  const copy = `${file}.before-${name}`
  if (!existsSync(copy)) await db.execute({ sql: "VACUUM INTO ?", args: [copy] })
  const copies = readdirSync(dirname(file)).filter((f) => f.startsWith(`${basename(file)}.before-`)).sort()
  for (const old of copies.slice(0, -COPIES_MAX)) rmSync(join(dirname(file), old))
}
