import type { Client } from "@libsql/client"

const RETRY_MS = 20
const isBusy = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "SQLITE_BUSY"
const pause = () => new Promise((resolve) => setTimeout(resolve, RETRY_MS))

/**
 * For when another program holds the write lock. SQLite's own waiting would hold up the event loop and every SSH session with it.
 * A statement that met SQLITE_BUSY is never reset by libsql 0.5, so that each later COMMIT on its connection fails
 * ("SQL statements in progress"): the connection is made anew.
 */
export async function patiently<T>(client: Client, patienceMs: number, act: () => Promise<T>): Promise<T> {
  const untilMs = Date.now() + patienceMs
  for (;;) {
    try {
      return await act()
    } catch (error) {
      if (!isBusy(error) || Date.now() > untilMs) throw error
      await client.reconnect()
      await pause()
      await untilWritable(client, untilMs)
    }
  }
}
/** A script, unlike a statement, can meet SQLITE_BUSY and leave nothing behind; libsql rolls back what a script leaves open. */
async function untilWritable(client: Client, untilMs: number) {
  for (;;) {
    try {
      return await client.executeMultiple("BEGIN IMMEDIATE")
    } catch (error) {
      if (!isBusy(error) || Date.now() > untilMs) throw error
      await pause()
    }
  }
}
