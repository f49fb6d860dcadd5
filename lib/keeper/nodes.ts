import type { Clock } from "../clock"
import type { ClusterDefinition, NodeDefinition, ServiceDefinition } from "../db/definitions"
import { afterEvent, quorumOf } from "../domain/keeper"
import { nodeStateOf } from "../domain/node-state"
import type { DomainEvent } from "../domain/service"
import type { Coded } from "../domain/views"
import type { Evidences } from "../inventory/evidence"
import type { Inventory } from "../inventory/inventory"
import type { Ledger } from "./ledger"

type Parts = {
  readonly ledger: Ledger
  readonly inventory: Inventory
  readonly evidence: Evidences
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
export async function setKnownOff(
  { ledger, clock }: Pick<Parts, "ledger" | "clock">,
  clusterId: string,
  name: string,
  state: "fenced" | "confirmed",
  by?: string,
): Promise<void> {
  const cluster = ledger.cluster(clusterId)
  const node = cluster?.nodes.find((n) => n.name === name)
  if (!cluster || !node) return
  await ledger.setNode(cluster, node, { state, sinceMs: clock.nowMs(), reason: null })
  await ledger.note(clusterId, `node.${state}`, "ok", { node: name, params: by === undefined ? {} : { who: by } })
}

/** A majority has become known: what is stopped is evaluated (§1.4). Not before every member was asked after a start of the panel. */
export async function lookAtQuorum(parts: Parts, clusterId: string): Promise<void> {
  const { ledger, inventory, evidence } = parts
  ledger.setTieBreakerSeen(clusterId, evidence.seesTieBreaker(clusterId))
  const members = ledger.cluster(clusterId)?.nodes.filter((n) => n.isMember) ?? []
  const isAsked = members.every(({ name }) => {
    const reach = inventory.reach(clusterId, name)
    return reach !== undefined && (reach.isHeard || reach.why !== null)
  })
  if (!isAsked) return
  const { isQuorate } = quorumOf(
    members.map(({ status }) => status),
    ledger.cluster(clusterId)?.tieBreakerSeen,
  )
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

const sameReason = (a: Coded | null, b: Coded | null): boolean => a?.code === b?.code && a?.params.by === b?.params.by
/** From what the panel's own channel and the witnesses say to the node's state; a change is noted, and befalls its services. */
export async function lookAtNode(parts: Parts, clusterId: string, name: string): Promise<void> {
  const { ledger, inventory, evidence, clock } = parts
  const cluster = ledger.cluster(clusterId)
  const node = cluster?.nodes.find((n) => n.name === name)
  const reach = inventory.reach(clusterId, name)
  if (!cluster || !node || !reach) return
  const before = node.status
  const { state, reason } = nodeStateOf({
    ...{ before: before.state, isHeard: reach.isHeard, why: reach.why },
    silentMs: clock.nowMs() - (reach.lastHeardMs ?? reach.sinceMs),
    judgement: node.isMember ? evidence.judgement(clusterId, name) : undefined,
  })
  if (state === before.state && sameReason(reason, before.reason)) return
  const isSame = state === before.state
  await ledger.setNode(cluster, node, { state, sinceMs: isSame ? before.sinceMs : clock.nowMs(), reason })
  if (!isSame) await noteNode(parts, clusterId, node, { state, reason })
}
async function noteNode(parts: Parts, clusterId: string, node: NodeDefinition, now: Pick<NodeDefinition["status"], "state" | "reason">) {
  const { ledger, resumeFor } = parts
  const { name, status: before } = node
  const { state, reason } = now
  const level = state === "online" ? "ok" : state === "lost" ? "bad" : "need"
  await ledger.note(clusterId, `node.${state}`, level, { node: name, params: reason?.params ?? {} })
  if (state === "lost" && node.isMember) await befall(parts, clusterId, { type: "nodeLost", node: name })
  if (state !== "online") return
  // A short silence is no absence: only who was lost, off or never seen joins (§1.4).
  if (before.state !== "unreachable" && node.isMember) await befall(parts, clusterId, { type: "nodeJoined", node: name })
  await resumeFor(clusterId, name)
}

/** It was looked at, and holds nothing that belongs elsewhere: from now on it counts. */
export async function join(parts: Parts, clusterId: string, name: string): Promise<void> {
  const { ledger, clock } = parts
  const cluster = ledger.cluster(clusterId)
  const node = cluster?.nodes.find((n) => n.name === name)
  if (!cluster || node?.status.state !== "returning") return
  await ledger.setNode(cluster, node, { state: "online", sinceMs: clock.nowMs(), reason: null })
  await ledger.note(clusterId, "node.online", "ok", { node: name })
  await befall(parts, clusterId, { type: "nodeJoined", node: name })
  await parts.resumeFor(clusterId, name)
}
