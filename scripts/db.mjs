#!/usr/bin/env node
// npm run db -- new NAME      write a migration for what prisma/schema.prisma has and the migrations have not
// npm run db -- drift         end with 2 when there is such a difference
// npm run db -- status [FILE] which migrations a database has (default: MOYAI_DATA/moyai.db)
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { createClient } from "@libsql/client"
import { atRoot } from "./lib/checks.mjs"
import { explain, Failed } from "./lib/run.mjs"

const SCHEMA = "prisma/schema.prisma"
const DIR = "prisma/migrations"

const folders = () =>
  fs.existsSync(DIR)
    ? fs
        .readdirSync(DIR, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort()
    : []
const sqlOf = (folder) => fs.readFileSync(path.join(DIR, folder, "migration.sql"), "utf8")

/** The migrations are replayed into a throw-away file, and that is compared with the schema (the engine's own shadow database does not work here). */
async function difference() {
  const { loadSchema, schemaEngine } = await import("./schema-engine.mjs")
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "moyai-schema-"))
  const url = `file:${path.join(dir, "shadow.db")}`
  try {
    const db = createClient({ url })
    for (const folder of folders()) await db.executeMultiple(sqlOf(folder))
    db.close()
    const schema = loadSchema(SCHEMA)
    const engine = await schemaEngine(
      url,
      schema.files.map(({ path: file, content }) => [file, content]),
    )
    const from = folders().length > 0 ? { tag: "schemaDatasource", ...schema, configDir: process.cwd() } : { tag: "empty" }
    const filters = { externalTables: [], externalEnums: [] }
    const { exitCode, stdout } = await engine.diff({
      from,
      to: { tag: "schemaDatamodel", ...schema },
      script: true,
      exitCode: true,
      filters,
    })
    return exitCode === 2 ? stdout : ""
  } finally {
    fs.rmSync(dir, { recursive: true, force: true })
  }
}
async function drift() {
  const sql = await difference()
  console.log(
    sql === ""
      ? "the migrations and prisma/schema.prisma agree"
      : `prisma/schema.prisma has what the migrations have not; write one: npm run db -- new NAME\n${sql}`,
  )
  process.exitCode = sql === "" ? 0 : 2
}
async function create(name) {
  if (!/^[a-z0-9_]+$/.test(name ?? "")) throw new Failed("a migration needs a name of a-z, 0-9 and _: npm run db -- new NAME")
  const sql = await difference()
  if (sql === "") return console.log("nothing to write: the migrations and prisma/schema.prisma agree")
  const folder = path.join(DIR, `${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}_${name}`)
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, "migration.sql"), sql)
  fs.writeFileSync(path.join(DIR, "migration_lock.toml"), '# Prisma reads this.\nprovider = "sqlite"\n')
  console.log(`wrote ${folder}: read it, above all what it drops`)
}
async function status(file) {
  if (!fs.existsSync(file)) throw new Failed(`there is no database at ${file}`)
  const db = createClient({ url: `file:${path.resolve(file)}` })
  const { rows } = await db.execute(
    'SELECT migration_name AS name, finished_at AS finished FROM "_prisma_migrations" WHERE rolled_back_at IS NULL ORDER BY migration_name',
  )
  db.close()
  const done = new Map(rows.map(({ name, finished }) => [name, finished]))
  const stateOf = (name) => {
    if (!folders().includes(name)) return "of a newer version"
    if (!done.has(name)) return "applied at the next start"
    return done.get(name) === null ? "failed half-way" : "applied"
  }
  for (const name of [...new Set([...done.keys(), ...folders()])].sort()) console.log(`${name}  ${stateOf(name)}`)
}

const commands = { new: create, drift, status: (file) => status(file ?? path.join(process.env.MOYAI_DATA ?? "data", "moyai.db")) }
async function main() {
  atRoot()
  const [command = "", argument] = process.argv.slice(2)
  if (!Object.hasOwn(commands, command)) throw new Failed("usage: npm run db -- new NAME | drift | status [FILE]")
  await commands[command](argument)
}
await main().catch(explain)
