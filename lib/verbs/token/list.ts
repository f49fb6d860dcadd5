import { z } from "zod"
import { Role } from "../../domain/roles"
import { stateOfToken, type TokenView, weaker } from "../../domain/token"
import { defineVerb } from "../verb"

const Kind = z.enum(["settings", "login"]).catch("settings")

/** One's own; an admin sees everybody's. Newest first. */
export const list = defineVerb({
  name: "token.list",
  kind: "query",
  role: "viewer",
  input: z.object({}).optional(),
  run: async ({ db, user, tokenId, nowMs }): Promise<readonly TokenView[]> => {
    const rows = await db.apiToken.findMany({
      where: user?.role === "admin" ? {} : { userId: user?.id ?? "" },
      orderBy: [{ createdAt: "desc" }, { id: "asc" }],
      include: { user: true },
    })
    return rows.map(({ id, name, role, kind, createdAt, expiresAt, lastUsedAt, revokedAt, userId, user: owner }) => ({
      ...{ id, name, user: owner.name, kind: Kind.parse(kind), isOwn: userId === user?.id, isThis: id === tokenId },
      role: weaker(Role.catch("viewer").parse(role), Role.catch("viewer").parse(owner.role)),
      state: stateOfToken(revokedAt, expiresAt, nowMs()),
      createdMs: createdAt.getTime(),
      expiresMs: expiresAt.getTime(),
      lastUsedMs: lastUsedAt?.getTime() ?? null,
    }))
  },
})
