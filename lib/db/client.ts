import { PrismaLibSql } from "@prisma/adapter-libsql"
import { oneConnection } from "./connection"
import { Prisma, PrismaClient } from "./generated/client"

export type Db = PrismaClient
export type { Prisma }
/** SQL's NULL in a JSON column. */
export const dbNull = Prisma.DbNull
/** Plain data for a JSON column. */
export const json = (value: unknown): Prisma.InputJsonObject => JSON.parse(JSON.stringify(value))
const PATIENCE_MS = 10_000

class Adapter extends PrismaLibSql {
  readonly #file: string
  constructor(file: string) {
    super({ url: `file:${file}` })
    this.#file = file
  }
  override createClient() {
    return oneConnection(this.#file, PATIENCE_MS)
  }
}

/**
 * WAL, foreign keys on, every commit on the disk before it is answered for (`synchronous` stays FULL: a job is stored before its first command leaves).
 * Inside `db.$transaction(async (tx) => …)` use `tx` alone: a query on `db` would wait for the transaction, and the transaction for it.
 */
export async function openDatabase(file: string): Promise<Db> {
  const db = new PrismaClient({ adapter: new Adapter(file), transactionOptions: { maxWait: PATIENCE_MS, timeout: PATIENCE_MS } })
  await db.$queryRawUnsafe("PRAGMA journal_mode=WAL")
  return db
}
