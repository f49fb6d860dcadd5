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

/** What follows from a thing that is never changed is worked out once for it: the keeper asks for it at every thought. */
function remembered<K extends object, V>(work: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, { readonly value: V }>()
  return (key) => {
    const found = known.get(key)
    if (found) return found.value
    const value = work(key)
    known.set(key, { value })
    return value
  }
}
const monitorOf = remembered((value: object) => MonitorValue.safeParse(value).data)

/** Depths of a resource's deeper checks; none is the rule. */
const deepOf = (params: unknown): readonly number[] => {
  const checks = typeof params === "object" && params !== null && "deepChecks" in params ? params.deepChecks : undefined
  return Array.isArray(checks) ? checks.map(({ depth }) => Number(depth)) : []
}
/** A deeper check only ever takes away: what it has not said yet, or not lately, is left to the plain one. */
const isIll = (facts: Inventory["facts"], clusterId: string, node: string, name: string): boolean => {
  const reading = facts.reading(clusterId, node, name)
  if (reading.state !== "fresh" || typeof reading.value !== "object" || reading.value === null) return false
  const state = monitorOf(reading.value)?.state
  return state !== undefined && state !== "started"
}

/**
 * States of all of a service's resources on one node; undefined unless every one of them was seen, and is fresh.
 * "Not installed" is believed of a node that never had the service; of its owners it proves nothing (agents/ocf/README.md).
 */
export function freshStates(facts: Inventory["facts"], clusterId: string, node: string, service: ServiceDefinition): States | undefined {
  const { owner, lastOwner } = service.status
  const hadIt = node === owner || node === lastOwner
  const states: Record<string, ResourceState> = {}
  for (const { name, driver, params } of service.resources) {
    const reading = facts.reading(clusterId, node, monitorName(driver, name))
    if (reading.state !== "fresh" || typeof reading.value !== "object" || reading.value === null) return undefined
    const value = monitorOf(reading.value)
    if (!value) return undefined
    const isDeeplyIll =
      value.state === "started" &&
      node === owner &&
      deepOf(params).some((depth) => isIll(facts, clusterId, node, `${monitorName(driver, name)}@${depth}`))
    states[name] = (value.isAbsent && hadIt) || isDeeplyIll ? "failed" : value.state
  }
  return states
}

const plannedResource = remembered(({ isShared: _, ...r }: ServiceDefinition["resources"][number]): PlannedResource => {
  const driver = driverOf(r.driver)
  const parsed = driver?.definition.safeParse({
    resource: { ...(typeof r.params === "object" ? r.params : {}), name: r.name },
    state: "started",
  })
  if (!driver || !parsed?.success) return { ...r, addresses: [], type: r.driver }
  return { ...r, addresses: driver.addresses?.(parsed.data) ?? [], type: driver.treeType?.(parsed.data) ?? r.driver }
})
/** A definition as the planner takes it. */
export const plannedService = ({ id: _, domain: _domain, status: _status, resources, ...rules }: ServiceDefinition): PlannedService => ({
  ...rules,
  resources: resources.map(plannedResource),
})
export const addressesOf = (service: ServiceDefinition): readonly string[] => service.resources.flatMap((r) => plannedResource(r).addresses)

export const quorumIn = remembered((cluster: ClusterDefinition) =>
  quorumOf(
    membersIn(cluster).map(({ status }) => status),
    cluster.tieBreakerSeen,
  ),
)
const membersIn = remembered((cluster: ClusterDefinition) => cluster.nodes.filter(({ isMember }) => isMember))
const byOwner = remembered((cluster: ClusterDefinition) => {
  const found = new Map<string, ServiceDefinition[]>()
  for (const s of cluster.services)
    if (s.status.owner !== undefined && running.includes(s.status.state))
      found.set(s.status.owner, [...(found.get(s.status.owner) ?? []), s])
  return found
})
export const candidatesIn = (cluster: ClusterDefinition, except: string): readonly Candidate[] => {
  const owned = byOwner(cluster)
  return membersIn(cluster).map(({ name, isInMaintenance }) => {
    const here = (owned.get(name) ?? []).filter((s) => s.name !== except)
    const runs = here.length === 0 ? "nothing" : here.some((s) => s.isExclusive) ? "exclusive" : "services"
    return { node: name, runs, services: here.length, isInMaintenance }
  })
}

const domainOf = (cluster: ClusterDefinition, name: string | undefined): ServicePlanRequest["domain"] =>
  name === undefined ? "none" : (cluster.domains.find((d) => d.name === name) ?? "missing")
const alive: readonly ServiceState[] = ["starting", "started", "recoverable", "recovering"]
const followersIn = remembered((cluster: ClusterDefinition) => {
  const found = new Map<string, ServiceDefinition[]>()
  for (const s of cluster.services)
    if (s.dependsOn !== null && s.dependMode === "hard" && alive.includes(s.status.state))
      found.set(s.dependsOn, [...(found.get(s.dependsOn) ?? []), s])
  return found
})
/** Running services that depend on it hard, those furthest away first; a circle is cut where it closes. */
function dependentsOf(cluster: ClusterDefinition, name: string, seen: readonly string[]): readonly ServiceDefinition[] {
  const direct = (followersIn(cluster).get(name) ?? []).filter((s) => !seen.includes(s.name))
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
  const members = membersIn(cluster)
  const states: Record<string, States> = {}
  for (const { name, status } of members) {
    const seen = status.state === "online" ? freshStates(facts, cluster.id, name, service) : undefined
    if (seen) states[name] = seen
  }
  const { state, owner, isFrozen, off: leftOff } = service.status
  const dependency = service.dependsOn === null ? undefined : cluster.services.find((s) => s.name === service.dependsOn)
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
