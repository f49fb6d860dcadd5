import { createHmac } from "node:crypto"
import type { Db } from "../db/client"
import { report } from "../domain/report"
import { Refused } from "../verbs/verb"

/** Kept so long; tidied daily (lib/server/tidy.ts). */
const KEPT_MS = 24 * 3_600_000
/** Refused before anything began: the key is free again. */
const NOT_BEGUN: readonly number[] = [400, 401, 403, 429]
/** What runs in this process, by the row's id: the second of two waits for the first. Gone with the process, as what runs is. */
const underWay = new WeakMap<Db, Map<string, Promise<void>>>()

export type Answer = { readonly status: number; readonly body: string }
type Keyed = {
  readonly tokenId: string
  /** Keys what is stored: the token is not in the database, so neither key nor body (a password in it) can be guessed from there. */
  readonly token: string
  readonly key: string
  readonly request: string
  /** The answer is not to be kept. */
  readonly isSecret: boolean
}
export const isKey = (key: string): boolean => /^[\x20-\x7e]{1,200}$/.test(key)

/** Runs it once for this token and key, and answers repetitions from the database. @throws Refused 409 outcomeUnknown or answerGone, 422 keyReused */
export async function once(
  db: Db,
  keyed: Keyed,
  nowMs: () => number,
  run: () => Promise<Answer>,
): Promise<Answer & { readonly isReplay: boolean }> {
  const mac = (text: string) => createHmac("sha256", keyed.token).update(text).digest("hex")
  const row = { id: mac(`key ${keyed.key}`), bodyMac: mac(`body ${keyed.request}`), tokenId: keyed.tokenId }
  return alone(db, row.id, async () => {
    const known = await db.apiRequest.findUnique({ where: { id: row.id } })
    if (known && known.createdAt.getTime() > nowMs() - KEPT_MS) return replay(known, row.bodyMac)
    await db.apiRequest.deleteMany({ where: { id: row.id } })
    await db.apiRequest.create({ data: { ...row, createdAt: new Date(nowMs()) } })
    const answer = await run()
    if (NOT_BEGUN.includes(answer.status)) await db.apiRequest.deleteMany({ where: { id: row.id } })
    else
      await db.apiRequest.updateMany({
        where: { id: row.id },
        data: { status: answer.status, answer: keyed.isSecret && answer.status === 200 ? null : answer.body },
      })
    return { ...answer, isReplay: false }
  })
}
type Row = { readonly bodyMac: string; readonly status: number | null; readonly answer: string | null }
function replay({ bodyMac, status, answer }: Row, asked: string) {
  if (bodyMac !== asked) throw new Refused(422, [report("keyReused")])
  if (status === null) throw new Refused(409, [report("outcomeUnknown")])
  if (answer === null) throw new Refused(409, [report("answerGone")])
  return { status, body: answer, isReplay: true }
}
/** One at a time of those with the same id. */
async function alone<T>(db: Db, id: string, act: () => Promise<T>): Promise<T> {
  const running = underWay.get(db) ?? new Map<string, Promise<void>>()
  underWay.set(db, running)
  for (let other = running.get(id); other; other = running.get(id)) await other
  const acting = act()
  running.set(
    id,
    acting.then(
      () => void running.delete(id),
      () => void running.delete(id),
    ),
  )
  return acting
}
