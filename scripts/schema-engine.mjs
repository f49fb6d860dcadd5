// Prisma's schema engine as WASM from npm, over the libsql adapter: no engine binary is downloaded.
import fs from "node:fs"
import { createRequire } from "node:module"
import path from "node:path"
import { PrismaLibSql } from "@prisma/adapter-libsql"
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils"

const require = createRequire(import.meta.url)
const dir = path.dirname(require.resolve("@prisma/schema-engine-wasm"))
const glue = await import(path.join(dir, "schema_engine_bg.js"))
const { instance } = await WebAssembly.instantiate(fs.readFileSync(path.join(dir, "schema_engine_bg.wasm")), {
  "./schema_engine_bg.js": glue,
})
glue.__wbg_set_wasm(instance.exports)
instance.exports.__wbindgen_start()

export const schemaEngine = (url, datamodels) =>
  glue.SchemaEngine.new(
    { datamodels },
    (line) => process.env.DEBUG && console.error(line),
    bindMigrationAwareSqlAdapterFactory(new PrismaLibSql({ url })),
  )

export const loadSchema = (file) => ({ files: [{ path: path.resolve(file), content: fs.readFileSync(file, "utf8") }] })
