import { verifyPassword } from "../auth/password"
import { noteFailure, noteSuccess, waitOf } from "../auth/throttle"
import { report } from "../domain/report"
import type { Ctx } from "./context"
import { Refused } from "./verb"

/** The one who is logged in says so again; guessing is slowed down as at the login. @throws Refused 409, 429 */
export async function requirePassword({ db, user, nowMs }: Ctx, password: string): Promise<void> {
  const keys = [`user:${user?.name ?? ""}`]
  const waitMs = await waitOf(db, keys, nowMs())
  if (waitMs > 0) throw new Refused(429, [report("tooManyAttempts", { seconds: String(Math.ceil(waitMs / 1_000)) }, "password")])
  const row = await db.user.findUnique({ where: { id: user?.id ?? "" } })
  if (!(await verifyPassword(row?.passwordHash, password)) || !row) {
    await noteFailure(db, keys, nowMs())
    throw new Refused(409, [report("wrongPassword", {}, "password")])
  }
  await noteSuccess(db, keys)
}
