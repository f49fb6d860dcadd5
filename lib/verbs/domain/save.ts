import { z } from "zod"
import { Name } from "../../domain/call"
import { FailoverDomainInput } from "../../domain/placement"
import { ClusterId, clusterOf } from "../common"
import { defineVerb, notFound, Refused } from "../verb"
import { domainReports, writeDomain } from "./definition"

/** Without a look at the consequences, which `plan.change` shows. */
export const save = defineVerb({
  name: "domain.save",
  kind: "command",
  role: "admin",
  input: z.object({ clusterId: ClusterId, was: Name.nullable(), domain: FailoverDomainInput }),
  run: async (ctx, { clusterId, was, domain }) => {
    const cluster = clusterOf(ctx, clusterId)
    if (was !== null && !cluster.domains.some((d) => d.name === was)) throw notFound(`failover domain ${was}`)
    const reports = domainReports(cluster, was, domain)
    if (reports.length > 0) throw new Refused(409, reports)
    await ctx.db.$transaction((tx) => writeDomain(tx, clusterId, was, domain))
    await ctx.engine.keeper.redefined()
    return {}
  },
})
