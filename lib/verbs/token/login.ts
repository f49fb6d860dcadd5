import { startToken } from "../../auth/token"
import { Role } from "../../domain/roles"
import { weaker } from "../../domain/token"
import { admit, Credentials } from "../session/entrance"
import { defineVerb, Refused } from "../verb"
import { Days, TokenName } from "./inputs"

const DAYS = 30
const LABEL = "moyai-cli"

/** For programs that a person sits at: a password for a token, slowed down and on record as the login of the browser is. */
export const login = defineVerb({
  name: "token.login",
  kind: "command",
  role: "anyone",
  audit: "none",
  hasSecretAnswer: true,
  input: Credentials.extend({ label: TokenName.default(LABEL), role: Role.optional(), days: Days.default(DAYS) }),
  run: async (ctx, { name, password, label, role, days }) => {
    const admitted = await admit(ctx, { name, password }, ctx.address ?? "", "token.login")
    if (!admitted.ok) throw new Refused(admitted.status, admitted.reports)
    const { id: userId, ...user } = admitted.user
    const has = Role.catch("viewer").parse(user.role)
    const made = await startToken(ctx.db, { userId, name: label, role: weaker(role ?? has, has), days, kind: "login" }, ctx.nowMs())
    return { ...made, user: { id: userId, name: user.name, role: has } }
  },
})
