import { startSession } from "../../auth/session"
import { type Report, report } from "../../domain/report"
import type { Ctx } from "../context"
import { admit, Credentials } from "./entrance"

export type Entrance =
  | { readonly ok: true; readonly token: string; readonly expiresAt: Date }
  | { readonly ok: false; readonly reports: readonly Report[] }

/** A new session for a right password. */
export async function login(ctx: Ctx, raw: unknown, client: { readonly address: string; readonly agent: string }): Promise<Entrance> {
  const parsed = Credentials.safeParse(raw)
  if (!parsed.success) return { ok: false, reports: [report("wrongPassword")] }
  const admitted = await admit(ctx, parsed.data, client.address, "session.login")
  if (!admitted.ok) return { ok: false, reports: admitted.reports }
  return { ok: true, ...(await startSession(ctx.db, admitted.user.id, client.agent, ctx.nowMs())) }
}
