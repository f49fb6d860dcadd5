import { findSession } from "../auth/session"
import { engine } from "../engine"
import type { Ctx } from "./context"

export const COOKIE = "moyai"
/** The cookie's name carries the __Host- prefix where the panel is reached by https. */
export const cookieName = (isHttps: boolean): string => (isHttps ? `__Host-${COOKIE}` : COOKIE)

/** Who asks, by the token of the session cookie; nobody when it is missing, ended or too old. */
export async function ctxOf(token: string | undefined): Promise<Ctx> {
  const running = engine()
  const { db, clock } = running
  const found = token === undefined ? null : await findSession(db, token, clock.nowMs())
  return { engine: running, db, nowMs: clock.nowMs, user: found?.user ?? null, sessionId: found?.sessionId ?? null, through: "panel" }
}
