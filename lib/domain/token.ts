import type { Role } from "./roles"
import { roles } from "./roles"

export const TOKEN_DAYS_MAX = 365
export const TOKEN_NAME_MAX = 60

export type TokenState = "valid" | "expired" | "revoked"
/** A token as its list shows it: never the token itself. */
export type TokenView = {
  readonly id: string
  readonly name: string
  readonly user: string
  /** What it may now: capped by its user's role. */
  readonly role: Role
  /** Made on screen or by a program's own login. */
  readonly kind: "settings" | "login"
  readonly state: TokenState
  readonly createdMs: number
  readonly expiresMs: number
  readonly lastUsedMs: number | null
  readonly isOwn: boolean
  /** The one that asks. */
  readonly isThis: boolean
}
/** A token never may more than its user. */
export const weaker = (a: Role, b: Role): Role => (roles.indexOf(a) <= roles.indexOf(b) ? a : b)
/** Revoked says more than expired. */
export const stateOfToken = (revokedAt: Date | null, expiresAt: Date, nowMs: number): TokenState => {
  if (revokedAt !== null) return "revoked"
  return expiresAt.getTime() <= nowMs ? "expired" : "valid"
}
