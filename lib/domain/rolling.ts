import { z } from "zod"
import type { ServiceState } from "./service"
import type { NodeState } from "./views"

export const RollingNodes = z.array(z.object({ node: z.string(), doneMs: z.number().nullable() }))
export type RollingNodes = z.infer<typeof RollingNodes>

export type Gate = {
  readonly code: "nodeOut" | "nodeAway" | "serviceUnsettled" | "jobWaits" | "noQuorum"
  readonly params: Readonly<Record<string, string>>
}
type Sight = {
  readonly nodes: readonly {
    readonly name: string
    readonly isMember: boolean
    readonly isInMaintenance: boolean
    readonly state: NodeState
  }[]
  readonly services: readonly { readonly name: string; readonly state: ServiceState; readonly isPartial: boolean }[]
  readonly waiting: readonly string[]
  readonly isQuorate: boolean
}
const settled: readonly ServiceState[] = ["started", "stopped", "disabled"]
/** What keeps the next node from being taken out: every one of these is looked at between two nodes; empty is an open gate. */
export function gatesOf({ nodes, services, waiting, isQuorate }: Sight, next: string): readonly Gate[] {
  const others = nodes.filter((n) => n.isMember && n.name !== next)
  return [
    ...(isQuorate ? [] : [{ code: "noQuorum" as const, params: {} }]),
    ...others.filter((n) => n.isInMaintenance).map((n): Gate => ({ code: "nodeOut", params: { node: n.name } })),
    ...others.filter((n) => n.state !== "online").map((n): Gate => ({ code: "nodeAway", params: { node: n.name } })),
    ...services
      .filter((s) => !settled.includes(s.state) || s.isPartial)
      .map((s): Gate => ({ code: "serviceUnsettled", params: { service: s.name, state: s.state } })),
    ...waiting.map((job): Gate => ({ code: "jobWaits", params: { job } })),
  ]
}
