import { PrismaLibSql } from "@prisma/adapter-libsql"
import { Prisma, PrismaClient } from "./generated/client"

export type Db = PrismaClient
export type { Prisma }
/** SQL's NULL in a JSON column. */
export const dbNull = Prisma.DbNull
/** Plain data for a JSON column. */
export const json = (value: unknown): Prisma.InputJsonObject => JSON.parse(JSON.stringify(value))
const BUSY_TIMEOUT_MS = 10_000

/** WAL, foreign keys on. A transaction waits for another one at most BUSY_TIMEOUT_MS, and may itself take that long. */
export async function openDatabase(file: string): Promise<Db> {
  const adapter = new PrismaLibSql({ url: `file:${file}`, timeout: BUSY_TIMEOUT_MS } as ConstructorParameters<typeof PrismaLibSql>[0]) // `timeout` is libsql's own
  const db = new PrismaClient({ adapter, transactionOptions: { maxWait: BUSY_TIMEOUT_MS, timeout: BUSY_TIMEOUT_MS } })
  await db.$queryRawUnsafe("PRAGMA journal_mode=WAL")
  return db
}
