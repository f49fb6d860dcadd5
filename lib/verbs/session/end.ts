import { z } from "zod"
import { defineVerb, notFound } from "../verb"

export const end = defineVerb({
  name: "session.end",
  kind: "command",
  role: "viewer",
  input: z.object({ handle: z.string().max(64) }),
  run: async ({ db, user, engine }, { handle }) => {
    const { count } = await db.session.deleteMany({ where: { handle, userId: user?.id ?? "" } })
    if (count === 0) throw notFound("session")
    engine.bus.publish({ type: "changed", what: "session", key: null })
    return {}
  },
})
