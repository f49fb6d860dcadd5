import { z } from "zod"
import { driverOf } from "../../agents/registry"
import type { ClusterDefinition, ServiceDefinition } from "../db/definitions"
import { quorumOf } from "../domain/keeper"
import type { Candidate } from "../domain/placement"
import { ResourceState, type ServiceState, type States } from "../domain/service"
import type { Describe, PlannedResource, PlannedService, ServicePlanRequest } from "../domain/service-request"
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

const plannedResource = ({ isShared: _, ...r }: ServiceDefinition["resources"][number]): PlannedResource => {
  const driver = driverOf(r.driver)
  const parsed = driver?.definition.safeParse({
    resource: { ...(typeof r.params === "object" ? r.params : {}), name: r.name },
    state: "started",
  })
  if (!driver || !parsed?.success) return { ...r, addresses: [], type: r.driver }
  return { ...r, addresses: driver.addresses?.(parsed.data) ?? [], type: driver.treeType?.(parsed.data) ?? r.driver }
}
/** A definition as the planner takes it. */
export const plannedService = ({ id: _, domain: _domain, status: _status, resources, ...rules }: ServiceDefinition): PlannedService => ({
  ...rules,
  resources: resources.map(plannedResource),
})
export const addressesOf = (service: ServiceDefinition): readonly string[] => service.resources.flatMap((r) => plannedResource(r).addresses)

export function quorumIn(cluster: ClusterDefinition) {
  return quorumOf(cluster.nodes.filter(({ isMember }) => isMember).map(({ status }) => status.state))
}
export const candidatesIn = (cluster: ClusterDefinition, except: string): readonly Candidate[] =>
  cluster.nodes
    .filter(({ isMember }) => isMember)
    .map(({ name, isInMaintenance }) => {
      const here = cluster.services.filter((s) => s.name !== except && s.status.owner === name && running.includes(s.status.state))
      const runs = here.length === 0 ? "nothing" : here.some((s) => s.isExclusive) ? "exclusive" : "services"
      return { node: name, runs, services: here.length, isInMaintenance }
    })

const domainOf = (cluster: ClusterDefinition, name: string | undefined): ServicePlanRequest["domain"] =>
  name === undefined ? "none" : (cluster.domains.find((d) => d.name === name) ?? "missing")
const alive: readonly ServiceState[] = ["starting", "started", "recoverable", "recovering"]
/** Running services that depend on it hard, those furthest away first; a circle is cut where it closes. */
function dependentsOf(cluster: ClusterDefinition, name: string, seen: readonly string[]): readonly ServiceDefinition[] {
  const direct = cluster.services.filter(
    (s) => s.dependsOn === name && s.dependMode === "hard" && alive.includes(s.status.state) && !seen.includes(s.name),
  )
  return direct.flatMap((s) => [...dependentsOf(cluster, s.name, [...seen, s.name]), s])
}

/** Everything that a plan for this service rests on, as it is known now. */
export function situationOf(
  cluster: ClusterDefinition,
  service: ServiceDefinition,
  facts: Inventory["facts"],
  describe: Describe,
): ServicePlanRequest {
  const dependents = [...new Set(dependentsOf(cluster, service.name, [service.name]))]
  return {
    ...alone(cluster, service, facts, describe),
    dependents: dependents.map((s) => alone(cluster, s, facts, describe)),
  }
}
function alone(cluster: ClusterDefinition, service: ServiceDefinition, facts: Inventory["facts"], describe: Describe): ServicePlanRequest {
  const members = cluster.nodes.filter(({ isMember }) => isMember)
  const states = Object.fromEntries(
    members.flatMap(({ name, status }) => {
      const seen = status.state === "online" ? freshStates(facts, cluster.id, name, service) : undefined
      return seen ? [[name, seen] as const] : []
    }),
  )
  const { state, owner, isFrozen, off: leftOff } = service.status
  const dependency = cluster.services.find((s) => s.name === service.dependsOn)
  return {
    service: plannedService(service),
    ...{ state, owner, isFrozen, leftOff, states, describe },
    isLocked: cluster.lock !== undefined,
    domain: domainOf(cluster, service.domain),
    candidates: candidatesIn(cluster, service.name),
    off: members.filter(({ status }) => offStates.includes(status.state)).map(({ name }) => name),
    isQuorate: quorumIn(cluster).isQuorate,
    dependency: dependency ? { name: dependency.name, state: dependency.status.state } : missingDependency(service),
    dependents: [],
  }
}
/** A service that depends on one that is gone does not start: nobody could say that its need is met. */
const missingDependency = ({ dependsOn }: ServiceDefinition) =>
  dependsOn === null ? undefined : { name: dependsOn, state: "uninitialized" as const }
