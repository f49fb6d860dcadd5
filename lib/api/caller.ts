import { noteFailure, waitOf } from "../auth/throttle"
import { findToken } from "../auth/token"
import { report } from "../domain/report"
import type { Engine } from "../engine"
import type { Ctx } from "../verbs/context"
import { ADDRESS_HEADER } from "../verbs/request"
import { Refused } from "../verbs/verb"

const codes = { expired: "tokenExpired", revoked: "tokenRevoked" } as const

/** The bearer token of a request, "" when what it brings is no bearer token; undefined when it brings nothing. */
export function tokenOf(headers: Headers): string | undefined {
  const given = headers.get("authorization")
  return given === null ? undefined : (/^Bearer +([\x21-\x7e]{1,200}) *$/i.exec(given)?.[1] ?? "")
}
/**
 * Who asks, by the token alone: cookies are not looked at. A token that opens nothing makes a context that every verb refuses, on record.
 * @throws Refused 429: strangers who try tokens are slowed down, and do not fill the record.
 */
export async function ctxOfToken(engine: Engine, headers: Headers): Promise<Ctx> {
  const { db, clock } = engine
  const token = tokenOf(headers)
  const address = headers.get(ADDRESS_HEADER) ?? ""
  const through = /^moyai-cli\b/.test(headers.get("user-agent") ?? "") ? "cli" : "api"
  const ctx: Ctx = { engine, db, nowMs: clock.nowMs, user: null, sessionId: null, through, address }
  if (token === undefined) return ctx
  const found = await findToken(db, token, clock.nowMs())
  if (found?.state === "valid") return { ...ctx, user: found.user, tokenId: found.id }
  if (found) return { ...ctx, deadToken: { code: codes[found.state], name: found.name, userName: found.userName } }
  const keys = [`token:${address}`]
  const waitMs = await waitOf(db, keys, clock.nowMs())
  if (waitMs > 0) throw new Refused(429, [report("tooManyAttempts", { seconds: String(Math.ceil(waitMs / 1_000)) })])
  await noteFailure(db, keys, clock.nowMs())
  return { ...ctx, deadToken: { code: "tokenUnknown", name: "", userName: "" } }
}
