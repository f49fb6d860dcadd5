import { z } from "zod"
import { driverOf } from "../../agents/registry"
import type { ClusterDefinition, ServiceDefinition } from "../db/definitions"
import { quorumOf } from "../domain/keeper"
import type { Candidate } from "../domain/placement"
import { ResourceState, type ServiceState, type States } from "../domain/service"
import type { Describe, PlannedResource, ServicePlanRequest } from "../domain/service-plan"
import type { Inventory } from "../inventory/inventory"

const MonitorValue = z.object({ state: ResourceState, isAbsent: z.boolean().optional() })
const running: readonly ServiceState[] = ["starting", "started"]
const offStates = ["fenced", "confirmed"]
export const monitorName = (driver: string, resource: string): string => `${driver}.monitor:${resource}`

/**
 * States of all of a service's resources on one node; undefined unless every one of them was seen, and is fresh.
 * "Not installed" is believed of a node that never had the service; of its owners it proves nothing (agents/ocf/README.md).
 */
export function freshStates(facts: Inventory["facts"], clusterId: string, node: string, service: ServiceDefinition): States | undefined {
  const { owner, lastOwner } = service.status
  const hadIt = node === owner || node === lastOwner
  const entries = service.resources.map(({ name, driver }) => {
    const reading = facts.reading(clusterId, node, monitorName(driver, name))
    const value = reading.state === "fresh" ? MonitorValue.safeParse(reading.value).data : undefined
    return [name, value?.isAbsent && hadIt ? ("failed" as const) : value?.state] as const
  })
  return entries.every(([, state]) => state !== undefined)
    ? Object.fromEntries(entries.map(([name, state]) => [name, state ?? "failed"]))
    : undefined
}

const plannedResource = (r: ServiceDefinition["resources"][number]): PlannedResource => {
  const driver = driverOf(r.driver)
  const parsed = driver?.definition.safeParse({
    resource: { ...(typeof r.params === "object" ? r.params : {}), name: r.name },
    state: "started",
  })
  return { ...r, addresses: (parsed?.success && driver?.addresses?.(parsed.data)) || [] }
}
export const addressesOf = (service: ServiceDefinition): readonly string[] => service.resources.flatMap((r) => plannedResource(r).addresses)

export function quorumIn(cluster: ClusterDefinition) {
  return quorumOf(cluster.nodes.filter(({ isMember }) => isMember).map(({ status }) => status.state))
}
export const candidatesIn = (cluster: ClusterDefinition, except: string): readonly Candidate[] =>
  cluster.nodes
    .filter(({ isMember }) => isMember)
    .map(({ name }) => {
      const here = cluster.services.filter((s) => s.name !== except && s.status.owner === name && running.includes(s.status.state))
      return { node: name, runs: here.length === 0 ? "nothing" : here.some((s) => s.isExclusive) ? "exclusive" : "services" }
    })

/** Everything that a plan for this service rests on, as it is known now. */
export function situationOf(
  cluster: ClusterDefinition,
  service: ServiceDefinition,
  facts: Inventory["facts"],
  describe: Describe,
): ServicePlanRequest {
  const members = cluster.nodes.filter(({ isMember }) => isMember)
  const states = Object.fromEntries(
    members.flatMap(({ name, status }) => {
      const seen = status.state === "online" ? freshStates(facts, cluster.id, name, service) : undefined
      return seen ? [[name, seen] as const] : []
    }),
  )
  const domain = service.domain === undefined ? "none" : (cluster.domains.find(({ name }) => name === service.domain) ?? "missing")
  return {
    service: { name: service.name, isExclusive: service.isExclusive, resources: service.resources.map(plannedResource) },
    state: service.status.state,
    owner: service.status.owner,
    domain,
    candidates: candidatesIn(cluster, service.name),
    states,
    off: members.filter(({ status }) => offStates.includes(status.state)).map(({ name }) => name),
    isQuorate: quorumIn(cluster).isQuorate,
    describe,
  }
}
