import { createHash, randomUUID } from "node:crypto"
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { createClient, type Transaction } from "@libsql/client"
import { copyBefore } from "./copies"
import { patiently } from "./patience"

type Migration = { readonly name: string; readonly sql: string; readonly sum: string }
const PATIENCE_MS = 60_000
/** As Prisma makes it. */
const TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" ("id" TEXT PRIMARY KEY NOT NULL,"checksum" TEXT NOT NULL,"finished_at" DATETIME,"migration_name" TEXT NOT NULL,"logs" TEXT,"rolled_back_at" DATETIME,"started_at" DATETIME NOT NULL DEFAULT current_timestamp,"applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0)`

/**
 * Brings the database up to date, or leaves it as it is. Two starts at once do it once: what is to do is computed under the write lock.
 * @throws Error that says what to do. @returns the names of what was applied.
 */
export async function migrate(file: string, dir = "prisma/migrations"): Promise<readonly string[]> {
  const all = readMigrations(dir)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  closeSync(openSync(file, "a", 0o600)) // SQLite gives its side files the same mode
  return migrateFile(file, all)
}

const readMigrations = (dir: string): readonly Migration[] =>
  readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(dir, name, "migration.sql"), "utf8")
      return { name, sql, sum: createHash("sha256").update(sql).digest("hex") }
    })

async function migrateFile(file: string, all: readonly Migration[]): Promise<readonly string[]> {
  const db = createClient({ url: `file:${file}` })
  try {
    await patiently(db, PATIENCE_MS, () => db.execute("PRAGMA journal_mode=WAL"))
    const tx = await patiently(db, PATIENCE_MS, async () => {
      // Outside the transaction: inside it this is a no-op, and dropping a table would cascade to the rows of others.
      await db.execute("PRAGMA foreign_keys=OFF")
      return db.transaction("write")
    })
    try {
      return await migrateUnderLock(tx, file, all)
    } finally {
      tx.close() // rolls back what was not committed
    }
  } finally {
    db.close()
  }
}

async function migrateUnderLock(tx: Transaction, file: string, all: readonly Migration[]): Promise<readonly string[]> {
  await tx.execute(TABLE)
  const todo = await whatIsToDo(tx, all)
  const [first] = todo
  if (!first) return []
  if (todo.length < all.length) await copyBefore(file, first.name)
  for (const migration of todo) await applyOne(tx, migration)
  const { rows } = await tx.execute("PRAGMA foreign_key_check")
  if (rows.length > 0)
    throw new Error(
      `the migrations ${todo.map(({ name }) => name).join(", ")} would break ${rows.length} references: nothing was changed. Start the version from before and report this`,
    )
  await tx.commit()
  return todo.map(({ name }) => name)
}

/** Refuses a database that this program does not understand. */
async function whatIsToDo(tx: Transaction, all: readonly Migration[]): Promise<readonly Migration[]> {
  const { rows } = await tx.execute(
    'SELECT migration_name AS name, checksum AS sum, finished_at AS finished FROM "_prisma_migrations" WHERE rolled_back_at IS NULL',
  )
  const done = new Map(rows.map((row) => [String(row.name), row]))
  for (const [name, row] of done) {
    if (row.finished === null)
      throw new Error(
        `the migration ${name} failed half-way earlier: restore the copy beside the database (docs/settings.md), then start again`,
      )
    const known = all.find((m) => m.name === name)
    if (!known)
      throw new Error(
        `the database is newer than this program (it has ${name}): start the newer version, or restore a copy from before (docs/settings.md)`,
      )
    if (known.sum !== row.sum) throw new Error(`the migration ${name} was edited after it was applied: restore its file`)
  }
  return all.filter(({ name }) => !done.has(name))
}

async function applyOne(tx: Transaction, { name, sql, sum }: Migration) {
  const startedAt = new Date().toISOString()
  try {
    await tx.executeMultiple(sql)
  } catch (error) {
    throw new Error(
      `the migration ${name} failed: ${error instanceof Error ? error.message : error}. Nothing was changed; start the version from before and report this`,
      { cause: error },
    )
  }
  const args = [randomUUID(), sum, new Date().toISOString(), name, startedAt]
  await tx.execute({
    sql: 'INSERT INTO "_prisma_migrations"(id,checksum,finished_at,migration_name,started_at,applied_steps_count) VALUES(?,?,?,?,?,1)',
    args,
  })
}
