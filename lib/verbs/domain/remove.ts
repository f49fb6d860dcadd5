import { report } from "../../domain/report"
import { clusterOf, Named } from "../common"
import { defineVerb, notFound, Refused } from "../verb"

export const remove = defineVerb({
  name: "domain.remove",
  kind: "command",
  role: "admin",
  input: Named,
  run: async (ctx, { clusterId, name }) => {
    const cluster = clusterOf(ctx, clusterId)
    if (!cluster.domains.some((d) => d.name === name)) throw notFound(`failover domain ${name}`)
    const users = cluster.services.filter((s) => s.domain === name).map((s) => s.name)
    if (users.length > 0) throw new Refused(409, [report("inUse", { what: name, by: users.join(", ") })])
    await ctx.db.failoverDomain.delete({ where: { clusterId_name: { clusterId, name } } })
    await ctx.engine.keeper.redefined()
    return {}
  },
})
