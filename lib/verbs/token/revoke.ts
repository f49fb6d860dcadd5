import { z } from "zod"
import { defineVerb, notFound } from "../verb"

/** An own one; an admin any. What is revoked stays so: again is no error. */
export const revoke = defineVerb({
  name: "token.revoke",
  kind: "command",
  role: "viewer",
  input: z.object({ id: z.string().max(64) }),
  run: async ({ db, user, nowMs }, { id }) => {
    const row = await db.apiToken.findUnique({ where: { id } })
    if (!row || (user?.role !== "admin" && row.userId !== user?.id)) throw notFound("token")
    await db.apiToken.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date(nowMs()) } })
    return {}
  },
})
