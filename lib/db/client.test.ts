import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createClient } from "@libsql/client"
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import { type Db, openDatabase } from "./client"
import { migrate } from "./migrate"

let dir = ""
let db: Db
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "moyai-db-"))
  await migrate(join(dir, "moyai.db"))
  db = await openDatabase(join(dir, "moyai.db"))
})
afterAll(async () => {
  await db.$disconnect()
  rmSync(dir, { recursive: true })
})
beforeEach(async () => {
  await db.setting.deleteMany()
})
const put = (key: string, value = "") => db.setting.create({ data: { key, value } })
const keys = async () => (await db.setting.findMany({ orderBy: { key: "asc" } })).map(({ key }) => key)
const descriptors = () => readdirSync("/proc/self/fd").length
const pragma = async (name: string) =>
  Object.values((await db.$queryRawUnsafe<Record<string, unknown>[]>(`PRAGMA ${name}`))[0] ?? {}).map(String)[0]

test("a transaction leaves nothing open, and the settings of the connection as they were", async () => {
  const settings = async () => [await pragma("foreign_keys"), await pragma("journal_mode"), await pragma("synchronous")]
  expect(await settings()).toEqual(["1", "wal", "2"])
  const before = descriptors()
  for (let i = 0; i < 200; i++)
    await db.$transaction((tx) =>
      tx.setting.upsert({ where: { key: "n" }, create: { key: "n", value: "0" }, update: { value: String(i) } }),
    )
  expect(descriptors() - before).toBeLessThan(10)
  expect(await settings()).toEqual(["1", "wal", "2"])
})
test("what is written beside a transaction waits for it, and twenty at once all succeed", async () => {
  const bump = async (key: string) =>
    db.$transaction(async (tx) => {
      const row = await tx.setting.findUnique({ where: { key } })
      await new Promise((resolve) => setTimeout(resolve, 5))
      await tx.setting.upsert({ where: { key }, create: { key, value: "1" }, update: { value: String(Number(row?.value) + 1) } })
    })
  await Promise.all([...Array.from({ length: 20 }, () => bump("n")), put("beside"), put("besides")])
  expect(await keys()).toEqual(["beside", "besides", "n"])
  expect((await db.setting.findUnique({ where: { key: "n" } }))?.value).toBe("20")
})
test("a transaction that throws leaves no trace, and a query after it stands outside of it", async () => {
  await expect(
    db.$transaction(async (tx) => {
      await tx.setting.create({ data: { key: "never", value: "" } })
      throw new Error("changed my mind")
    }),
  ).rejects.toThrow("changed my mind")
  await put("after")
  expect(await keys()).toEqual(["after"])
})
test("a transaction that takes too long is rolled back; its late statements reach nothing", async () => {
  let late: Promise<unknown> = Promise.resolve()
  const slow = db.$transaction(
    async (tx) => {
      await tx.setting.create({ data: { key: "slow", value: "" } })
      await new Promise((resolve) => setTimeout(resolve, 400))
      late = tx.setting.create({ data: { key: "late", value: "" } })
      await late
    },
    { timeout: 100 },
  )
  await expect(slow).rejects.toThrow()
  await expect(late).rejects.toThrow()
  await put("after")
  expect(await keys()).toEqual(["after"])
})
test("while another program holds the write lock the event loop runs on, and then the write succeeds", async () => {
  const other = createClient({ url: `file:${join(dir, "moyai.db")}` })
  await other.execute("BEGIN IMMEDIATE")
  let beats = 0
  const beat = setInterval(() => beats++, 10)
  const writes = [put("alone"), db.$transaction((tx) => tx.setting.create({ data: { key: "together", value: "" } }))]
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(await createReader()).toEqual([])
  await other.execute("COMMIT")
  await Promise.all(writes)
  clearInterval(beat)
  other.close()
  expect(beats).toBeGreaterThan(20)
  await db.$transaction((tx) => tx.setting.create({ data: { key: "later", value: "" } }))
  expect(await keys()).toEqual(["alone", "later", "together"])
  expect([await pragma("foreign_keys"), await pragma("synchronous")]).toEqual(["1", "2"])
})
const createReader = async () => {
  const reader = createClient({ url: `file:${join(dir, "moyai.db")}` })
  const { rows } = await reader.execute('SELECT "key" FROM "Setting"')
  reader.close()
  return rows
}
