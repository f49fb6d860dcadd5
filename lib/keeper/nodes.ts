import type { Clock } from "../clock"
import { afterEvent, type DomainEvent, LOST_AFTER_MS } from "../domain/keeper"
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
export async function befall({ ledger, clock, resumeFor }: Parts, clusterId: string, event: DomainEvent): Promise<void> {
  for (const { name } of ledger.cluster(clusterId)?.services ?? []) {
    const found = ledger.find(clusterId, name)
    if (found) await ledger.setService(found, afterEvent(found.service.status, event, clock.nowMs()))
  }
  if (event.type === "nodeJoined") await resumeFor(clusterId, event.node)
}

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
  if (state === "online") await befall(parts, clusterId, { type: "nodeJoined", node: name })
}

const settled: readonly NodeState[] = ["fenced", "confirmed", "lost"]
function nodeStateOf(before: NodeState, reach: Reach, nowMs: number): NodeState {
  if (reach.isHeard) return "online"
  if (settled.includes(before)) return before
  // Not asked yet: the state of the last run stands, but nobody is called online who has not answered in this one.
  if (reach.why === null) return before === "online" ? "unreachable" : before
  return nowMs - (reach.lastHeardMs ?? reach.sinceMs) > LOST_AFTER_MS ? "lost" : "unreachable"
}
