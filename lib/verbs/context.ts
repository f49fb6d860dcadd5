import type { Db } from "../db/client"
import type { Role } from "../domain/roles"
import type { Engine } from "../engine"

/** What a verb has at hand. `sessionId` is the cookie's hash. */
export type Ctx = {
  readonly engine: Engine
  readonly db: Db
  readonly nowMs: () => number
  readonly user: { readonly id: string; readonly name: string; readonly role: Role } | null
  readonly sessionId: string | null
  readonly through: "panel" | "api" | "cli"
  /** Of the API token that asks. */
  readonly tokenId?: string
  /** Where the request came from, as the socket says. */
  readonly address?: string
  /** A token that opens nothing: whatever it asks for is refused, which is on record. */
  readonly deadToken?: { readonly code: "tokenUnknown" | "tokenExpired" | "tokenRevoked"; readonly name: string; readonly userName: string }
}
