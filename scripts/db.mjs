#!/usr/bin/env node
// node scripts/db.mjs new NAME   write a migration for what prisma/schema.prisma has and the migrations have not
// node scripts/db.mjs drift      end with 2 when there is such a difference
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { createClient } from "@libsql/client"
import { loadSchema, schemaEngine } from "./schema-engine.mjs"

const SCHEMA = "prisma/schema.prisma"
const DIR = "prisma/migrations"
const [command, name = "change"] = process.argv.slice(2)

const folders = () => (fs.existsSync(DIR) ? fs.readdirSync(DIR, { withFileTypes: true }).filter((d) => d.isDirectory()).map((d) => d.name).sort() : [])

/** The migrations are replayed into a throw-away file, and that is compared with the schema. */
async function difference() {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "moyai-schema-"))
  const url = `file:${path.join(dir, "shadow.db")}`
  try {
    const db = createClient({ url })
    for (const folder of folders()) await db.executeMultiple(fs.readFileSync(path.join(DIR, folder, "migration.sql"), "utf8"))
    db.close()
    const schema = loadSchema(SCHEMA)
    const engine = await schemaEngine(url, schema.files.map((f) => [f.path, f.content]))
    const from = folders().length > 0 ? { tag: "schemaDatasource", ...schema, configDir: process.cwd() } : { tag: "empty" }
    const result = await engine.diff({ from, to: { tag: "schemaDatamodel", ...schema }, script: true, exitCode: true, filters: { externalTables: [], externalEnums: [] } })
    return result.exitCode === 2 ? result.stdout : ""
  } finally {
    fs.rmSync(dir, { recursive: true, force: true })
  }
}

const sql = command === "new" || command === "drift" ? await difference() : undefined
if (sql === undefined) {
  console.error("usage: node scripts/db.mjs new NAME | drift")
  process.exitCode = 1
} else if (sql === "") console.log("the migrations and prisma/schema.prisma agree")
else if (command === "drift") {
  console.log(`prisma/schema.prisma differs from the migrations; write one: npm run db -- new NAME\n${sql}`)
  process.exitCode = 2
} else {
  const folder = path.join(DIR, `${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}_${name.replace(/\W+/g, "_")}`)
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, "migration.sql"), sql)
  fs.writeFileSync(path.join(DIR, "migration_lock.toml"), '# Prisma reads this.\nprovider = "sqlite"\n')
  console.log(`wrote ${folder}`)
}
