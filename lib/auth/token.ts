import { randomBytes } from "node:crypto"
import type { Db } from "../db/client"
import { Role } from "../domain/roles"
import { stateOfToken, weaker } from "../domain/token"
import { digestOf } from "./digest"

const PREFIX = "moyai_"
const SHAPE = /^moyai_[A-Za-z0-9_-]{43}$/
const DAY_MS = 24 * 3_600_000
/** `lastUsedAt` is written no more often than this. */
const SEEN_EVERY_MS = 60_000

type NewToken = {
  readonly userId: string
  readonly name: string
  readonly role: Role
  readonly days: number
  readonly kind: "settings" | "login"
}
/** A new token, to be shown once: only its hash is kept. */
export async function startToken(db: Pick<Db, "apiToken">, { userId, name, role, days, kind }: NewToken, nowMs: number) {
  const token = `${PREFIX}${randomBytes(32).toString("base64url")}`
  const expiresAt = new Date(nowMs + days * DAY_MS)
  const { id } = await db.apiToken.create({
    data: { hash: digestOf(token), createdAt: new Date(nowMs), userId, name, role, kind, expiresAt },
  })
  return { id, token, role, expiresMs: expiresAt.getTime() }
}

type TokenUser = { readonly id: string; readonly name: string; readonly role: Role }
export type FoundToken =
  | { readonly state: "valid"; readonly id: string; readonly user: TokenUser }
  | { readonly state: "expired" | "revoked"; readonly id: string; readonly name: string; readonly userName: string }
/** Undefined for one that never was. The role is the weaker of the token's and the user's as they are now; one of another version fails closed. */
export async function findToken(db: Db, token: string, nowMs: number): Promise<FoundToken | undefined> {
  if (!SHAPE.test(token)) return undefined
  // How long the look-up takes tells nothing of a token of 256 random bits.
  const row = await db.apiToken.findUnique({ where: { hash: digestOf(token) }, include: { user: true } })
  const [own, users] = [Role.safeParse(row?.role), Role.safeParse(row?.user.role)]
  if (!row || !own.success || !users.success) return undefined
  const state = stateOfToken(row.revokedAt, row.expiresAt, nowMs)
  if (state !== "valid") return { state, id: row.id, name: row.name, userName: row.user.name }
  if (nowMs - (row.lastUsedAt?.getTime() ?? 0) > SEEN_EVERY_MS)
    await db.apiToken.updateMany({ where: { id: row.id }, data: { lastUsedAt: new Date(nowMs) } })
  return { state, id: row.id, user: { id: row.userId, name: row.user.name, role: weaker(own.data, users.data) } }
}
