import type { Definitions } from "../../../agents/cluster-conf/definitions"
import type { ClusterDefinition, DomainDefinition, ServiceDefinition } from "../../db/definitions"
import type { FailoverDomainInput } from "../../domain/placement"
import type { ServiceInput } from "../../domain/service"
import type { Engine } from "../../engine"

const domainOf = ({ name, ordered, restricted, nofailback, members }: DomainDefinition): FailoverDomainInput => ({
  ...{ name, ordered, restricted, nofailback },
  members: [...members].map(([node, priority]) => (priority === 0 ? { node } : { node, priority })),
})
export const serviceInputOf = ({ id: _, status: _status, domain, resources, ...rules }: ServiceDefinition): ServiceInput => ({
  ...rules,
  domain: domain ?? null,
  resources: resources.map((r) => (r.isShared ? { ...r, driver: "ocf", params: {} } : { ...r })),
})
/** What the panel has, as cluster.conf's definitions; members only have fencing there. */
export function definitionsOf(cluster: ClusterDefinition, open: Engine["secrets"]["open"]): Definitions {
  const { postFailDelayMs, postJoinDelayMs } = cluster.fencing
  return {
    cluster: cluster.name,
    domains: cluster.domains.map(domainOf),
    shared: cluster.shared,
    services: cluster.services.map(serviceInputOf),
    fenceDevices: cluster.fenceDevices.map(({ secretsSealed, ...device }) => ({
      device,
      secrets: secretsSealed === null ? {} : open(secretsSealed),
    })),
    fencing: cluster.nodes
      .filter(({ isMember, fencing }) => isMember && fencing.levels.length > 0)
      .map(({ name, fencing }) => ({ node: name, levels: fencing.levels.map((l) => l.map(({ device, params }) => ({ device, params }))) })),
    settings: { postFailDelayMs, postJoinDelayMs },
  }
}
