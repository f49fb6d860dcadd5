import { z } from "zod"
import { Name } from "../../domain/call"
import { report } from "../../domain/report"
import { defineVerb, Refused } from "../verb"

/** With a key pair of its own: what opens one cluster's nodes opens no other's. */
export const create = defineVerb({
  name: "cluster.create",
  kind: "command",
  role: "admin",
  input: z.object({ name: Name }),
  run: async ({ db, engine }, { name }) => {
    if (await db.cluster.findUnique({ where: { name } })) throw new Refused(409, [report("nameTaken", { name }, "name")])
    const { id } = await db.cluster.create({ data: { name, ...engine.enrolment.newKey(`moyai@${name}`) } })
    await engine.keeper.redefined()
    return { id }
  },
})
