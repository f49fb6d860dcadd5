import { spawn } from "node:child_process"
import { once } from "node:events"
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
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
  migration(
    "1_init",
    'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY);\n\nCREATE TABLE "B" ("id" INTEGER PRIMARY KEY, "a" INTEGER REFERENCES "A" ("id") ON DELETE CASCADE);\nINSERT INTO "A" VALUES (1);\nINSERT INTO "B" VALUES (1, 1);\n',
  )
})
afterEach(() => rmSync(dir, { recursive: true }))

/** Starts of the panel, as processes of their own, all let go at once. Resolves with what each of them printed. */
async function starts(count: number): Promise<readonly string[]> {
  const go = join(dir, "go")
  const children = Array.from({ length: count }, () =>
    spawn(process.execPath, ["--import", "tsx", "lib/db/migrate.fixture.ts", file(), join(dir, "m"), go], {
      stdio: ["ignore", "pipe", "inherit"],
    }),
  )
  const outputs = children.map(() => "")
  for (const [i, child] of children.entries()) child.stdout.on("data", (chunk) => outputs.splice(i, 1, outputs[i] + String(chunk)))
  const codes = children.map((child) => once(child, "close"))
  await Promise.all(children.map((child) => once(child.stdout, "data")))
  writeFileSync(go, "")
  expect((await Promise.all(codes)).map(([code]) => code)).toEqual(children.map(() => 0))
  rmSync(go)
  return outputs.map((text) => text.replace("ready", "").trim())
}
test("several starts at the same moment apply each migration once, the first and the later ones", async () => {
  expect((await starts(4)).toSorted()).toEqual(["", "", "", "1_init"])
  migration("2_more", 'INSERT INTO "A" VALUES (2);\n')
  expect((await starts(4)).toSorted()).toEqual(["", "", "", "2_more"])
  expect(await rows('SELECT * FROM "A"')).toHaveLength(2)
  expect(readdirSync(dir).filter((name) => name.includes("before"))).toEqual(["moyai.db.before-2_more"])
})
test("a table that is made anew keeps the rows that refer to it, and a copy from before stands beside", async () => {
  await run()
  migration(
    "2_redefine",
    'PRAGMA foreign_keys=OFF;\nCREATE TABLE "new_A" ("id" INTEGER PRIMARY KEY, "x" TEXT);\nINSERT INTO "new_A" ("id") SELECT "id" FROM "A";\nDROP TABLE "A";\nALTER TABLE "new_A" RENAME TO "A";\nPRAGMA foreign_keys=ON;\n',
  )
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
test("a trigger's body, with semicolons of its own, is one statement", async () => {
  migration(
    "2_trigger",
    'CREATE TRIGGER t AFTER INSERT ON "A" BEGIN\n  INSERT INTO "B" VALUES (NEW.id, NEW.id);\nEND;\nINSERT INTO "A" VALUES (7);\n',
  )
  await run()
  expect(await rows('SELECT * FROM "B" WHERE "a" = 7')).toHaveLength(1)
})
test("a copy from before restores what was, for the version from before", async () => {
  await starts(1)
  migration("2_away", 'DELETE FROM "B";\nDELETE FROM "A";\n')
  expect(await starts(1)).toEqual(["2_away"])
  copyFileSync(`${file()}.before-2_away`, file())
  for (const side of ["-wal", "-shm"]) rmSync(file() + side, { force: true })
  rmSync(join(dir, "m", "2_away"), { recursive: true })
  expect(await starts(1)).toEqual([""])
  expect(await rows('SELECT * FROM "B"')).toHaveLength(1)
})
test("the last five copies are kept, a copy of a failed try is made anew, and nobody else may read any of it", async () => {
  await run()
  migration("2_fails", "SELECT nonsense;\n")
  await expect(run()).rejects.toThrow("2_fails failed")
  const db = createClient({ url: `file:${file()}` })
  await db.execute('INSERT INTO "A" VALUES (99)')
  db.close()
  migration("2_fails", "SELECT 1;\n")
  await run()
  const copy = createClient({ url: `file:${file()}.before-2_fails` })
  expect((await copy.execute('SELECT * FROM "A" WHERE "id" = 99')).rows).toHaveLength(1)
  copy.close()
  for (const name of ["3_x", "4_x", "5_x", "6_x", "7_x"]) {
    migration(name, "SELECT 1;\n")
    await run()
  }
  const copies = readdirSync(dir).filter((name) => name.includes("before"))
  expect(copies).toEqual(["3_x", "4_x", "5_x", "6_x", "7_x"].map((name) => `moyai.db.before-${name}`))
  for (const name of [...copies, "moyai.db"]) expect(statSync(join(dir, name)).mode & 0o077).toBe(0)
})
test("a migration that Prisma left half-way is refused, with what to do", async () => {
  await run()
  const db = createClient({ url: `file:${file()}` })
  await db.execute('UPDATE "_prisma_migrations" SET finished_at = NULL')
  db.close()
  await expect(run()).rejects.toThrow("1_init failed half-way earlier: restore the copy")
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
