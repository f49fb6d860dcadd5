import { randomBytes } from "node:crypto"
import type { Db } from "../db/client"
import { Role } from "../domain/roles"
import { digestOf } from "./digest"

const IDLE_MS = 12 * 3_600_000
const ABSOLUTE_MS = 7 * 24 * 3_600_000
/** `lastSeenAt` is written no more often than this. */
const SEEN_EVERY_MS = 60_000
const CLIENT_MAX = 200

/** A new session: its token goes into the cookie, only its hash into the database. */
export async function startSession(
  db: Db,
  userId: string,
  client: string,
  nowMs: number,
): Promise<{ readonly token: string; readonly expiresAt: Date }> {
  // Nobody comes back for those that are over.
  await db.session.deleteMany({
    where: { OR: [{ expiresAt: { lte: new Date(nowMs) } }, { lastSeenAt: { lt: new Date(nowMs - IDLE_MS) } }] },
  })
  const token = randomBytes(32).toString("base64url")
  const expiresAt = new Date(nowMs + ABSOLUTE_MS)
  await db.session.create({
    data: {
      id: digestOf(token),
      userId,
      client: client.slice(0, CLIENT_MAX),
      createdAt: new Date(nowMs),
      lastSeenAt: new Date(nowMs),
      expiresAt,
    },
  })
  return { token, expiresAt }
}
/** Null when it never was, has ended, or was idle too long. */
export async function findSession(db: Db, token: string, nowMs: number) {
  const sessionId = digestOf(token)
  const row = await db.session.findUnique({ where: { id: sessionId }, include: { user: true } })
  if (!row) return null
  const idleMs = nowMs - row.lastSeenAt.getTime()
  if (row.expiresAt.getTime() <= nowMs || idleMs > IDLE_MS) {
    await db.session.deleteMany({ where: { id: sessionId } })
    return null
  }
  if (idleMs > SEEN_EVERY_MS) await db.session.updateMany({ where: { id: sessionId }, data: { lastSeenAt: new Date(nowMs) } })
  const role = Role.safeParse(row.user.role)
  if (!role.success) return null // a role of another version: fail closed
  return { sessionId, user: { id: row.userId, name: row.user.name, role: role.data } }
}
export const endSession = async (db: Db, token: string): Promise<void> =>
  void (await db.session.deleteMany({ where: { id: digestOf(token) } }))
