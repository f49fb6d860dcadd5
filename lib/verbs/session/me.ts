import { z } from "zod"
import type { SessionView } from "../../domain/views"
import { defineVerb } from "../verb"

export const me = defineVerb({
  name: "session.me",
  kind: "query",
  role: "anyone",
  input: z.object({}).optional(),
  run: async ({ user, db, engine, nowMs }): Promise<SessionView> => ({
    user,
    needsSetup: (await db.user.count({ where: { role: "admin" } })) === 0,
    isDemo: engine.demo !== null,
    nowMs: nowMs(),
  }),
})
