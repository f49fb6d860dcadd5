import type { ClusterDefinition } from "../../db/definitions"
import type { FailoverDomainInput } from "../../domain/placement"
import { type Report, report } from "../../domain/report"
import type { Tx } from "../../jobs/submit"

/** What is wrong with it in this cluster; empty when nothing is. */
export function domainReports(cluster: ClusterDefinition, was: string | null, { name, members }: FailoverDomainInput): readonly Report[] {
  // Domain names compare without regard to case in rgmanager (§1.1).
  const isTaken = cluster.domains.some((d) => d.name !== was && d.name.toLowerCase() === name.toLowerCase())
  const nodes = new Set(cluster.nodes.filter(({ isMember }) => isMember).map((n) => n.name))
  return [
    ...(isTaken ? [report("nameTaken", { name }, "name")] : []),
    ...members.flatMap(({ node }, i) => (nodes.has(node) ? [] : [report("notFound", { what: node }, `members.${i}.node`)])),
  ]
}
/** Content of a domain never re-places a running service by itself (§1.1): it is looked at when something happens. */
export async function writeDomain(
  tx: Tx,
  clusterId: string,
  was: string | null,
  { name, members, ...flags }: FailoverDomainInput,
): Promise<void> {
  const { id } =
    was === null
      ? await tx.failoverDomain.create({ data: { clusterId, name, ...flags } })
      : await tx.failoverDomain.update({ where: { clusterId_name: { clusterId, name: was } }, data: { name, ...flags } })
  await tx.failoverDomainMember.deleteMany({ where: { domainId: id } })
  for (const [position, { node, priority = null }] of members.entries()) {
    const { id: nodeId } = await tx.node.findUniqueOrThrow({ where: { clusterId_name: { clusterId, name: node } } })
    await tx.failoverDomainMember.create({ data: { domainId: id, nodeId, priority: flags.ordered ? priority : null, position } })
  }
}
