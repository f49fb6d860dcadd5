import { z } from "zod"
import { verifyPassword } from "../../auth/password"
import { noteFailure, noteSuccess, waitOf } from "../../auth/throttle"
import { type Report, report } from "../../domain/report"
import type { Ctx } from "../context"

export const Credentials = z.object({ name: z.string().min(1).max(64), password: z.string().min(1).max(256) })
type Admitted =
  | { readonly ok: true; readonly user: { readonly id: string; readonly name: string; readonly role: string } }
  | { readonly ok: false; readonly status: 409 | 429; readonly reports: readonly Report[] }

/** Whose password it is. Every try leaves an audit row under `verb`, and failures slow down the next ones of this name and address. */
export async function admit(ctx: Ctx, { name, password }: z.infer<typeof Credentials>, address: string, verb: string): Promise<Admitted> {
  const keys = [`user:${name}`, `address:${address}`]
  const user = await ctx.db.user.findUnique({ where: { name } })
  // A password typed in the wrong field must not end up in the record.
  const userName = user ? name : "(unknown)"
  const audit = (outcome: "done" | "refused") =>
    ctx.db.audit.create({ data: { userName, through: ctx.through, verb, input: { address }, outcome, endedAt: new Date(ctx.nowMs()) } })
  const waitMs = await waitOf(ctx.db, keys, ctx.nowMs())
  if (waitMs > 0) return { ok: false, status: 429, reports: [report("tooManyAttempts", { seconds: String(Math.ceil(waitMs / 1_000)) })] }
  if (!(await verifyPassword(user?.passwordHash, password)) || !user) {
    await noteFailure(ctx.db, keys, ctx.nowMs())
    await audit("refused")
    return { ok: false, status: 409, reports: [report("wrongPassword")] }
  }
  await noteSuccess(ctx.db, keys)
  await audit("done")
  return { ok: true, user }
}
