import { z } from "zod"
import { Name } from "../../domain/call"
import { FailoverDomainInput } from "../../domain/placement"
import { type Report, report } from "../../domain/report"
import { ClusterId, clusterOf } from "../common"
import { defineVerb, notFound, Refused } from "../verb"

/** Content of a domain never re-places a running service by itself (§1.1): it is looked at when something happens. */
export const save = defineVerb({
  name: "domain.save",
  kind: "command",
  role: "admin",
  input: z.object({ clusterId: ClusterId, was: Name.nullable(), domain: FailoverDomainInput }),
  run: async (ctx, { clusterId, was, domain }) => {
    const cluster = clusterOf(ctx, clusterId)
    const { name, members, ...flags } = domain
    if (was !== null && !cluster.domains.some((d) => d.name === was)) throw notFound(`failover domain ${was}`)
    // Domain names compare without regard to case in rgmanager (§1.1).
    const reports: Report[] = cluster.domains.some((d) => d.name !== was && d.name.toLowerCase() === name.toLowerCase())
      ? [report("nameTaken", { name }, "name")]
      : []
    const ids = new Map(cluster.nodes.filter(({ isMember }) => isMember).map((n) => [n.name, n.id]))
    members.forEach(({ node }, i) => {
      if (!ids.has(node)) reports.push(report("notFound", { what: node }, `members.${i}.node`))
    })
    if (reports.length > 0) throw new Refused(409, reports)
    await ctx.db.$transaction(async (tx) => {
      const { id } =
        was === null
          ? await tx.failoverDomain.create({ data: { clusterId, name, ...flags } })
          : await tx.failoverDomain.update({ where: { clusterId_name: { clusterId, name: was } }, data: { name, ...flags } })
      await tx.failoverDomainMember.deleteMany({ where: { domainId: id } })
      for (const [position, { node, priority = null }] of members.entries())
        await tx.failoverDomainMember.create({
          data: { domainId: id, nodeId: ids.get(node) ?? "", priority: flags.ordered ? priority : null, position },
        })
    })
    await ctx.engine.keeper.redefined()
    return {}
  },
})
