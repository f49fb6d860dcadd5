import { z } from "zod"
import { defineVerb } from "../verb"

/** One's own sessions. */
export const list = defineVerb({
  name: "session.list",
  kind: "query",
  role: "viewer",
  input: z.object({}).optional(),
  run: async ({ db, user, sessionId, nowMs }) => {
    const rows = await db.session.findMany({
      where: { userId: user?.id ?? "", expiresAt: { gt: new Date(nowMs()) } },
      orderBy: { lastSeenAt: "desc" },
    })
    return rows.map(({ id, handle, createdAt, lastSeenAt, client }) => ({
      ...{ handle, client, isThis: id === sessionId },
      createdMs: createdAt.getTime(),
      lastSeenMs: lastSeenAt.getTime(),
    }))
  },
})
