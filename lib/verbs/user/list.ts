import { z } from "zod"
import { Role } from "../../domain/roles"
import { defineVerb } from "../verb"

export const list = defineVerb({
  name: "user.list",
  kind: "query",
  role: "admin",
  input: z.object({}).optional(),
  run: async ({ db, nowMs }) => {
    const rows = await db.user.findMany({
      orderBy: { name: "asc" },
      include: { sessions: { where: { expiresAt: { gt: new Date(nowMs()) } } } },
    })
    return rows.map(({ id, name, role, createdAt, sessions }) => ({
      id,
      name,
      role: Role.catch("viewer").parse(role),
      createdMs: createdAt.getTime(),
      sessions: sessions.length,
    }))
  },
})
