import { z } from "zod"
import { verifyPassword } from "../../auth/password"
import { startSession } from "../../auth/session"
import { noteFailure, noteSuccess, waitOf } from "../../auth/throttle"
import { type Report, report } from "../../domain/report"
import type { Ctx } from "../context"

export type Entrance =
  | { readonly ok: true; readonly token: string; readonly expiresAt: Date }
  | { readonly ok: false; readonly reports: readonly Report[] }
const Input = z.object({ name: z.string().min(1).max(64), password: z.string().min(1).max(256) })

/** A new session for a right password; every try leaves an audit row, and failures slow down the next ones. */
export async function login(ctx: Ctx, raw: unknown, client: { readonly address: string; readonly agent: string }): Promise<Entrance> {
  const parsed = Input.safeParse(raw)
  if (!parsed.success) return { ok: false, reports: [report("wrongPassword")] }
  const { name, password } = parsed.data
  const keys = [`user:${name}`, `address:${client.address}`]
  const user = await ctx.db.user.findUnique({ where: { name } })
  // A password typed in the wrong field must not end up in the record.
  const userName = user ? name : "(unknown)"
  const audit = (outcome: "done" | "refused") =>
    ctx.db.audit.create({
      data: {
        userName,
        through: ctx.through,
        verb: "session.login",
        input: { address: client.address },
        outcome,
        endedAt: new Date(ctx.nowMs()),
      },
    })
  const waitMs = await waitOf(ctx.db, keys, ctx.nowMs())
  if (waitMs > 0) return { ok: false, reports: [report("tooManyAttempts", { seconds: String(Math.ceil(waitMs / 1_000)) })] }
  if (!(await verifyPassword(user?.passwordHash, password)) || !user) {
    await noteFailure(ctx.db, keys, ctx.nowMs())
    await audit("refused")
    return { ok: false, reports: [report("wrongPassword")] }
  }
  await noteSuccess(ctx.db, keys)
  await audit("done")
  return { ok: true, ...(await startSession(ctx.db, user.id, client.agent, ctx.nowMs())) }
}
