import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createClient } from "@libsql/client"
import { afterEach, beforeEach, expect, test } from "vitest"
import { openDatabase } from "./client"
import { migrate } from "./migrate"

let dir = ""
const file = () => join(dir, "moyai.db")
const migration = (name: string, sql: string) => {
  mkdirSync(join(dir, "m", name), { recursive: true })
  writeFileSync(join(dir, "m", name, "migration.sql"), sql)
}
const run = () => migrate(file(), join(dir, "m"))
const rows = async (sql: string) => {
  const db = createClient({ url: `file:${file()}` })
  const { rows: found } = await db.execute(sql)
  db.close()
  return found
}
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "moyai-migrate-"))
  migration("1_init", 'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY);\n\nCREATE TABLE "B" ("id" INTEGER PRIMARY KEY, "a" INTEGER REFERENCES "A" ("id") ON DELETE CASCADE);\nINSERT INTO "A" VALUES (1);\nINSERT INTO "B" VALUES (1, 1);\n')
})
afterEach(() => rmSync(dir, { recursive: true }))

test("two starts at the same moment apply each migration once", async () => {
  const applied = await Promise.all([run(), run(), run()])
  expect(applied.flat()).toEqual(["1_init"])
  expect(await run()).toEqual([])
  expect(await rows('SELECT * FROM "A"')).toHaveLength(1)
})
test("a table that is made anew keeps the rows that refer to it, and a copy from before stands beside", async () => {
  await run()
  migration("2_redefine", 'PRAGMA foreign_keys=OFF;\nCREATE TABLE "new_A" ("id" INTEGER PRIMARY KEY, "x" TEXT);\nINSERT INTO "new_A" ("id") SELECT "id" FROM "A";\nDROP TABLE "A";\nALTER TABLE "new_A" RENAME TO "A";\nPRAGMA foreign_keys=ON;\n')
  expect(await run()).toEqual(["2_redefine"])
  expect(await rows('SELECT * FROM "B"')).toHaveLength(1)
  expect(readdirSync(dir)).toContain("moyai.db.before-2_redefine")
})
test("a migration that fails half-way changes nothing and is told", async () => {
  await run()
  migration("2_bad", 'CREATE TABLE "C" ("id" INTEGER);\nDELETE FROM "A" WHERE nonsense;\n')
  await expect(run()).rejects.toThrow("nonsense")
  expect(await rows("SELECT name FROM sqlite_master WHERE name = 'C'")).toEqual([])
})
test("references that would break are refused", async () => {
  await run()
  migration("2_orphan", 'DELETE FROM "A";\n')
  await expect(run()).rejects.toThrow("would break 1 references")
})
test("an edited migration and a database of a newer program are refused, with what to do", async () => {
  await run()
  migration("1_init", "SELECT 1;\n")
  await expect(run()).rejects.toThrow("1_init was edited after it was applied: restore its file")
  rmSync(join(dir, "m", "1_init"), { recursive: true })
  await expect(run()).rejects.toThrow("newer than this program (it has 1_init)")
})
test("the project's own migrations make the database that the client expects", async () => {
  await migrate(file())
  const db = await openDatabase(file())
  expect(await Promise.all([db.user.count(), db.job.count(), db.factRow.count(), db.audit.count()])).toEqual([0, 0, 0, 0])
  await db.$disconnect()
})
