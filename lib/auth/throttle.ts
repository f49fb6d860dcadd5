import type { Db } from "../db/client"

const FREE_FAILURES = 5
const FIRST_WAIT_MS = 5_000
const WAIT_MAX_MS = 15 * 60_000
/** A try that was never answered (the browser went away, an error) is forgotten after this. */
const UNDER_WAY_MAX_MS = 30_000
const UNDER_WAY_WAIT_MS = 1_000
/** When each try began that is not answered yet: else a thousand at once would all find the door open. Gone with the process, as the tries are. */
const underWay = new WeakMap<Db, Map<string, readonly number[]>>()
function triesOf(db: Db): Map<string, readonly number[]> {
  const tries = underWay.get(db) ?? new Map<string, readonly number[]>()
  underWay.set(db, tries)
  return tries
}

/** How long until this key (a user name, an address) may try; with 0 the try is under way until noteFailure or noteSuccess. */
export async function waitOf(db: Db, keys: readonly string[], nowMs: number): Promise<number> {
  // Counted before the failures are read: a failure noted in between is seen in one of the two.
  const tries = new Map(keys.map((key) => [key, begin(db, key, nowMs)]))
  const rows = await db.loginThrottle.findMany({ where: { key: { in: [...keys] } } })
  const waits = keys.map((key) => {
    const row = rows.find((r) => r.key === key)
    const atOnce = tries.get(key) ?? 1
    const isCrowded = atOnce > 1 && (row?.failures ?? 0) + atOnce > FREE_FAILURES
    return Math.max(isCrowded ? UNDER_WAY_WAIT_MS : 0, (row?.blockedUntil.getTime() ?? 0) - nowMs)
  })
  const waitMs = Math.max(0, ...waits)
  if (waitMs > 0) for (const key of keys) end(db, key)
  return waitMs
}
/** Five failures are free, then the wait doubles up to a quarter of an hour: nobody is locked out for ever. */
export async function noteFailure(db: Db, keys: readonly string[], nowMs: number): Promise<void> {
  for (const key of keys) {
    const { failures } = await db.loginThrottle.upsert({
      where: { key },
      create: { key, failures: 1, blockedUntil: new Date(nowMs) },
      update: { failures: { increment: 1 } },
    })
    const over = failures - FREE_FAILURES
    const waitMs = over < 0 ? 0 : Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 2 ** Math.min(over, 20))
    await db.loginThrottle.update({ where: { key }, data: { blockedUntil: new Date(nowMs + waitMs) } })
    end(db, key)
  }
}
export async function noteSuccess(db: Db, keys: readonly string[]): Promise<void> {
  for (const key of keys) triesOf(db).delete(key)
  await db.loginThrottle.deleteMany({ where: { key: { in: [...keys] } } })
}

/** How many are under way with this one. */
function begin(db: Db, key: string, nowMs: number): number {
  const tries = [...(triesOf(db).get(key) ?? []), nowMs].filter((beganMs) => Math.abs(nowMs - beganMs) < UNDER_WAY_MAX_MS)
  triesOf(db).set(key, tries)
  return tries.length
}
function end(db: Db, key: string) {
  const rest = (triesOf(db).get(key) ?? []).slice(1)
  if (rest.length === 0) triesOf(db).delete(key)
  else triesOf(db).set(key, rest)
}
