import { z } from "zod"
import { hashPassword } from "../../auth/password"
import { report } from "../../domain/report"
import { Role } from "../../domain/roles"
import { defineVerb, Refused } from "../verb"
import { Password, UserName } from "./inputs"

export const create = defineVerb({
  name: "user.create",
  kind: "command",
  role: "admin",
  input: z.object({ name: UserName, role: Role, password: Password }),
  run: async ({ db }, { name, role, password }) => {
    if (await db.user.findUnique({ where: { name } })) throw new Refused(409, [report("nameTaken", { name }, "name")])
    const { id } = await db.user.create({ data: { name, role, passwordHash: await hashPassword(password) } })
    return { id }
  },
})
