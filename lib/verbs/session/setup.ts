import { z } from "zod"
import { hashPassword } from "../../auth/password"
import { startSession } from "../../auth/session"
import { isSetupToken, useSetupToken } from "../../auth/setup-token"
import { noteFailure, waitOf } from "../../auth/throttle"
import { type Report, report } from "../../domain/report"
import type { Ctx } from "../context"
import { Password, UserName } from "../user/inputs"
import type { Entrance } from "./login"

const Input = z.object({ token: z.string().min(1).max(100), name: UserName, password: Password })
const KEYS = ["setup"]

/** The token of the console makes the first admin, once. */
export async function setup(ctx: Ctx, raw: unknown, client: { readonly agent: string }): Promise<Entrance> {
  const refused = (...reports: Report[]): Entrance => ({ ok: false, reports })
  const parsed = Input.safeParse(raw)
  if (!parsed.success)
    return refused(...parsed.error.issues.map(({ path, message }) => report("invalid", { detail: message }, path.join("."))))
  const { token, name, password } = parsed.data
  const waitMs = await waitOf(ctx.db, KEYS, ctx.nowMs())
  if (waitMs > 0) return refused(report("tooManyAttempts", { seconds: String(Math.ceil(waitMs / 1_000)) }))
  if (!(await isSetupToken(ctx.db, token))) {
    await noteFailure(ctx.db, KEYS, ctx.nowMs())
    return refused(report("tokenWrong", {}, "token"))
  }
  const passwordHash = await hashPassword(password)
  const id = await ctx.db.$transaction(async (tx) => {
    if (!(await useSetupToken(tx))) return undefined
    await tx.audit.create({
      data: {
        userName: name,
        through: ctx.through,
        verb: "session.setup",
        input: { name },
        outcome: "done",
        endedAt: new Date(ctx.nowMs()),
      },
    })
    return (await tx.user.create({ data: { name, role: "admin", passwordHash } })).id
  })
  if (id === undefined) return refused(report("alreadySetUp"))
  return { ok: true, ...(await startSession(ctx.db, id, client.agent, ctx.nowMs())) }
}
