import { findSession } from "../auth/session"
import { engine } from "../engine"
import type { Ctx } from "./context"

/** Set by server.ts from the socket; what a client sends under this name is overwritten there. */
export const ADDRESS_HEADER = "x-moyai-address"
export const COOKIE = "moyai"
/** The cookie's name carries the __Host- prefix where the panel is reached by https. */
export const cookieName = (isHttps: boolean): string => (isHttps ? `__Host-${COOKIE}` : COOKIE)

/** Who asks, by the token of the session cookie; nobody when it is missing, ended or too old. */
export async function ctxOf(token: string | undefined, address = ""): Promise<Ctx> {
  const running = engine()
  const { db, clock } = running
  const found = token === undefined ? null : await findSession(db, token, clock.nowMs())
  const sessionId = found?.sessionId ?? null
  return { engine: running, db, nowMs: clock.nowMs, user: found?.user ?? null, sessionId, through: "panel", address }
}
