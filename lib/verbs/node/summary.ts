import { z } from "zod"
import type { ClusterDefinition, NodeDefinition } from "../../db/definitions"
import type { NodeSummary } from "../../domain/views"
import { factView } from "../../inventory/store"
import type { Ctx } from "../context"

const Load = z.object({ one: z.number(), five: z.number(), fifteen: z.number() })
const Memory = z.object({ totalBytes: z.number(), availableBytes: z.number() })
const Os = z.object({ cpus: z.number() })

export function summaryOf({ engine, nowMs }: Ctx, cluster: ClusterDefinition, node: NodeDefinition): NodeSummary {
  const observed = (name: string) => engine.inventory.facts.get(cluster.id, node.name, name)
  const { name, host, port, user, isMember, isInMaintenance, status } = node
  return {
    ...{ name, host, port, user, isMember, isInMaintenance },
    ...{ state: status.state, sinceMs: status.sinceMs, reason: status.reason },
    lastHeardMs: engine.inventory.reach(cluster.id, name)?.lastHeardMs ?? null,
    fingerprint: engine.enrolment.fingerprintOf(node.hostKey),
    load: factView(observed("system.load"), (v) => Load.safeParse(v).data, nowMs()),
    memory: factView(observed("system.memory"), (v) => Memory.safeParse(v).data, nowMs()),
    cpus: Os.safeParse(observed("system.os")?.value).data?.cpus ?? null,
  }
}
