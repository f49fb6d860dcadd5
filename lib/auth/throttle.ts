import type { Db } from "../db/client"

const FREE_FAILURES = 5
const FIRST_WAIT_MS = 5_000
const WAIT_MAX_MS = 15 * 60_000

/** How long until this key (a user name, an address) may try again; 0 when now. */
export async function waitOf(db: Db, keys: readonly string[], nowMs: number): Promise<number> {
  const rows = await db.loginThrottle.findMany({ where: { key: { in: [...keys] } } })
  return Math.max(0, ...rows.map(({ blockedUntil }) => blockedUntil.getTime() - nowMs))
}
/** Five failures are free, then the wait doubles up to a quarter of an hour: nobody is locked out for ever. */
export async function noteFailure(db: Db, keys: readonly string[], nowMs: number): Promise<void> {
  for (const key of keys) {
    const { failures } = await db.loginThrottle.upsert({ where: { key }, create: { key, failures: 1, blockedUntil: new Date(nowMs) }, update: { failures: { increment: 1 } } })
    const over = failures - FREE_FAILURES
    const waitMs = over < 0 ? 0 : Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 2 ** Math.min(over, 20))
    await db.loginThrottle.update({ where: { key }, data: { blockedUntil: new Date(nowMs + waitMs) } })
  }
}
export const noteSuccess = async (db: Db, keys: readonly string[]): Promise<void> => void (await db.loginThrottle.deleteMany({ where: { key: { in: [...keys] } } }))
