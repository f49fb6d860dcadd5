import type { ClusterDefinition, NodeDefinition, ServiceDefinition } from "../../db/definitions"
import { Evidence } from "../../domain/evidence"
import { type FenceDeviceView, type FencingView, fenceActions, fencingOutcomes, type NodeFencingView } from "../../domain/fencing"
import { planStart } from "../../domain/service-plan"
import type { Coded } from "../../domain/views"
import { readinessOf } from "../../keeper/power"
import type { Ctx } from "../context"
import { situationIn } from "../service/rows"

export function deviceView({ engine }: Ctx, cluster: ClusterDefinition, name: string): FenceDeviceView | undefined {
  const found = cluster.fenceDevices.find((d) => d.name === name)
  if (!found) return undefined
  const { secretsSealed, ...device } = found
  const nodes = cluster.nodes.filter((n) => n.fencing.levels.flat().some((use) => use.device === name))
  return {
    ...device,
    secrets: secretsSealed === null ? [] : Object.keys(engine.secrets.open(secretsSealed)),
    nodes: nodes.map((n) => n.name),
  }
}
export const nodeFencingView = (ctx: Ctx, node: NodeDefinition): NodeFencingView => ({
  ...{ node: node.name, delayMs: node.fencing.delayMs, readiness: readinessOf(node, ctx.nowMs()) },
  levels: node.fencing.levels.map((level) => level.map(({ device, params, test }) => ({ device, params, test }))),
})

type Row = NonNullable<Awaited<ReturnType<Ctx["db"]["fencing"]["findFirst"]>>>
const codedOf = (value: unknown): Coded | null =>
  typeof value === "object" && value !== null && "code" in value && "params" in value ? (value as Coded) : null // written by the panel alone
export const fencingView = (row: Row): FencingView => ({
  ...{ id: row.id, node: row.node, who: row.userName, through: row.through, why: row.why, jobId: row.jobId },
  action: fenceActions.find((a) => a === row.action) ?? "confirm",
  outcome: fencingOutcomes.find((o) => o === row.outcome) ?? "failed",
  ...{ atMs: row.at.getTime(), endedMs: row.endedAt?.getTime() ?? null },
  evidence: Evidence.safeParse(row.evidence).data ?? null,
  detail: codedOf(row.detail),
})

export type After = { readonly service: string; readonly to: string | null; readonly why: Coded | null }
/** Where each service of this node goes once the node is known to be off: the keeper's own planner is asked. */
export function placesAfter(ctx: Ctx, cluster: ClusterDefinition, node: string): readonly After[] {
  const freed = (s: ServiceDefinition): ServiceDefinition =>
    s.status.owner === node ? { ...s, status: { ...s.status, state: "stopped", owner: undefined, lastOwner: node } } : s
  const then: ClusterDefinition = {
    ...cluster,
    nodes: cluster.nodes.map((n) => (n.name === node ? { ...n, status: { ...n.status, state: "fenced" } } : n)),
    services: cluster.services.map(freed),
  }
  return cluster.services
    .filter((s) => s.status.owner === node)
    .map((s) => {
      const verdict = planStart(situationIn(ctx, then, freed(s)))
      if (verdict.allowed) return { service: s.name, to: verdict.value.to ?? null, why: null }
      const [why] = verdict.reports
      return { service: s.name, to: null, why: why ? { code: why.code, params: why.params } : null }
    })
}
