import { z } from "zod"
import { startToken } from "../../auth/token"
import { report } from "../../domain/report"
import { Role } from "../../domain/roles"
import { weaker } from "../../domain/token"
import { requirePassword } from "../reauth"
import { defineVerb, Refused } from "../verb"
import { Days, TokenName } from "./inputs"

/** The token is in the answer, and nowhere else. */
export const create = defineVerb({
  name: "token.create",
  kind: "command",
  role: "viewer",
  hasSecretAnswer: true,
  input: z.object({ name: TokenName, role: Role, days: Days, password: z.string().max(256) }),
  run: async (ctx, { name, role, days, password }) => {
    await requirePassword(ctx, password)
    const { id, role: has } = ctx.user ?? { id: "", role: "viewer" as const }
    if (weaker(role, has) !== role) throw new Refused(409, [report("roleTooHigh", { has }, "role")])
    return startToken(ctx.db, { userId: id, name, role, days, kind: "settings" }, ctx.nowMs())
  },
})
