import type { Clock } from "../clock"
import type { ClusterDefinition, ServiceDefinition } from "../db/definitions"
import { afterEvent, LOST_AFTER_MS, quorumOf } from "../domain/keeper"
import type { DomainEvent } from "../domain/service"
import type { NodeState } from "../domain/views"
import type { Inventory, Reach } from "../inventory/inventory"
import type { Ledger } from "./ledger"

type Parts = {
  readonly ledger: Ledger
  readonly inventory: Inventory
  readonly clock: Clock
  readonly resumeFor: (clusterId: string, node: string) => Promise<void>
}

/** What an event does to the services of the cluster. */
export async function befall({ ledger, clock }: Parts, clusterId: string, event: DomainEvent): Promise<void> {
  for (const { name } of ledger.cluster(clusterId)?.services ?? []) {
    const found = ledger.find(clusterId, name)
    if (found) await ledger.setService(found, afterEvent(found.service.status, event, clock.nowMs()))
  }
}

/** Known to be off, by whoever made sure of it. */
export async function setKnownOff({ ledger, clock }: Parts, clusterId: string, name: string, state: "fenced" | "confirmed"): Promise<void> {
  const cluster = ledger.cluster(clusterId)
  const node = cluster?.nodes.find((n) => n.name === name)
  if (!cluster || !node) return
  await ledger.setNode(cluster, node, { state, sinceMs: clock.nowMs(), reason: null })
  await ledger.note(clusterId, `node.${state}`, "ok", { node: name })
}

/** A majority has become known: what is stopped is evaluated (§1.4). Not before every member was asked after a start of the panel. */
export async function lookAtQuorum(parts: Parts, clusterId: string): Promise<void> {
  const { ledger, inventory } = parts
  const members = ledger.cluster(clusterId)?.nodes.filter((n) => n.isMember) ?? []
  const isAsked = members.every(({ name }) => {
    const reach = inventory.reach(clusterId, name)
    return reach !== undefined && (reach.isHeard || reach.why !== null)
  })
  if (!isAsked) return
  const { isQuorate } = quorumOf(members.map(({ status }) => status.state))
  const before = ledger.setQuorum(clusterId, isQuorate)
  if (before === undefined || before === isQuorate) return
  await ledger.note(clusterId, isQuorate ? "cluster.quorate" : "cluster.inquorate", isQuorate ? "ok" : "bad", {})
  if (isQuorate) await befall(parts, clusterId, { type: "quorumFormed" })
}

/** What is stopped is evaluated when a node is back from maintenance. A stopped service whose definition changed is evaluated (§1.4 "config changed"); domains alone are looked at with the next event (§1.1). */
export async function noteChanges(
  { ledger, clock }: Parts,
  before: readonly ClusterDefinition[],
  after: readonly ClusterDefinition[],
): Promise<void> {
  for (const cluster of after) {
    const wasOut = new Set(before.find(({ id }) => id === cluster.id)?.nodes.flatMap((n) => (n.isInMaintenance ? [n.name] : [])))
    const back = cluster.nodes.filter((n) => wasOut.has(n.name) && !n.isInMaintenance).map((n) => n.name)
    const known = new Map(before.find(({ id }) => id === cluster.id)?.services.map((s) => [s.id, definitionOf(s)]))
    for (const service of cluster.services) {
      const was = known.get(service.id)
      if (service.status.state !== "stopped") continue
      const events: DomainEvent[] = back.map((node) => ({ type: "nodeJoined", node }))
      if (was !== undefined && was !== definitionOf(service)) events.push({ type: "configChanged" })
      const next = events.reduce((status, event) => afterEvent(status, event, clock.nowMs()), service.status)
      await ledger.setService({ cluster, service }, next)
    }
  }
}
const definitionOf = ({ status: _, domain: _domain, ...definition }: ServiceDefinition): string => JSON.stringify(definition)

/** From what the panel's own channel says to the node's state; a change is noted, and befalls its services. */
export async function lookAtNode(parts: Parts, clusterId: string, name: string): Promise<void> {
  const { ledger, inventory, clock } = parts
  const cluster = ledger.cluster(clusterId)
  const node = cluster?.nodes.find((n) => n.name === name)
  const reach = inventory.reach(clusterId, name)
  if (!cluster || !node || !reach) return
  const before = node.status
  const state = nodeStateOf(before.state, reach, clock.nowMs())
  if (state === before.state && reach.why?.code === before.reason?.code) return
  const sinceMs = state === before.state ? before.sinceMs : clock.nowMs()
  await ledger.setNode(cluster, node, { state, sinceMs, reason: reach.why })
  if (state === before.state) return
  const level = state === "online" ? "ok" : state === "lost" ? "bad" : "need"
  await ledger.note(clusterId, `node.${state}`, level, { node: name, params: reach.why?.params ?? {} })
  if (state === "lost" && node.isMember) await befall(parts, clusterId, { type: "nodeLost", node: name })
  if (state !== "online") return
  // A short silence is no absence: only who was lost, off or never seen joins (§1.4).
  if (before.state !== "unreachable" && node.isMember) await befall(parts, clusterId, { type: "nodeJoined", node: name })
  await parts.resumeFor(clusterId, name)
}

const settled: readonly NodeState[] = ["fenced", "confirmed", "lost"]
function nodeStateOf(before: NodeState, reach: Reach, nowMs: number): NodeState {
  if (reach.isHeard) return "online"
  if (settled.includes(before)) return before
  // Not asked yet: the state of the last run stands, but nobody is called online who has not answered in this one.
  if (reach.why === null) return before === "online" ? "unreachable" : before
  return nowMs - (reach.lastHeardMs ?? reach.sinceMs) > LOST_AFTER_MS ? "lost" : "unreachable"
}
