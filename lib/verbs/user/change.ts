import { z } from "zod"
import { hashPassword, verifyPassword } from "../../auth/password"
import type { Db } from "../../db/client"
import { report } from "../../domain/report"
import { Role } from "../../domain/roles"
import { defineVerb, notFound, Refused } from "../verb"
import { Password } from "./inputs"

const Id = z.string().max(64)
/** Somebody must stay who can let the others in. */
async function refuseLastAdmin(db: Pick<Db, "user">, id: string) {
  const others = await db.user.count({ where: { role: "admin", id: { not: id } } })
  if (others === 0) throw new Refused(409, [report("lastAdmin")])
}

export const setRole = defineVerb({
  name: "user.setRole",
  kind: "command",
  role: "admin",
  input: z.object({ id: Id, role: Role }),
  run: ({ db }, { id, role }) =>
    db.$transaction(async (tx) => {
      const user = await tx.user.findUnique({ where: { id } })
      if (!user) throw notFound("user")
      if (user.role === "admin" && role !== "admin") await refuseLastAdmin(tx, id)
      await tx.user.update({ where: { id }, data: { role } })
      return {}
    }),
})

export const remove = defineVerb({
  name: "user.remove",
  kind: "command",
  role: "admin",
  input: z.object({ id: Id }),
  run: ({ db, user: self }, { id }) =>
    db.$transaction(async (tx) => {
      if (self?.id === id) throw new Refused(409, [report("selfRemoval")])
      const user = await tx.user.findUnique({ where: { id } })
      if (!user) throw notFound("user")
      if (user.role === "admin") await refuseLastAdmin(tx, id)
      await tx.user.delete({ where: { id } })
      return {}
    }),
})

/** One's own; every other session of the user ends, and so does what a program logged in with the old one. */
export const setPassword = defineVerb({
  name: "user.setPassword",
  kind: "command",
  role: "viewer",
  input: z.object({ current: z.string().max(256), next: Password }),
  run: async ({ db, user, sessionId, tokenId, nowMs }, { current, next }) => {
    const row = await db.user.findUnique({ where: { id: user?.id ?? "" } })
    if (!row || !(await verifyPassword(row.passwordHash, current))) throw new Refused(409, [report("wrongPassword", {}, "current")])
    await db.user.update({ where: { id: row.id }, data: { passwordHash: await hashPassword(next) } })
    await db.session.deleteMany({ where: { userId: row.id, id: { not: sessionId ?? "" } } })
    const where = { userId: row.id, kind: "login", revokedAt: null, id: { not: tokenId ?? "" } }
    await db.apiToken.updateMany({ where, data: { revokedAt: new Date(nowMs()) } })
    return {}
  },
})
