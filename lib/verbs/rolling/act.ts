import { z } from "zod"
import { json } from "../../db/client"
import { Name } from "../../domain/call"
import { report } from "../../domain/report"
import { type Gate, gatesOf, RollingNodes } from "../../domain/rolling"
import type { Tx } from "../../jobs/submit"
import { quorumIn } from "../../keeper/situation"
import { ClusterId, clusterOf, nodeOf, OfCluster } from "../common"
import type { Ctx } from "../context"
import { defineVerb, Refused } from "../verb"

const active = (db: Pick<Tx, "rolling">, clusterId: string) =>
  db.rolling.findFirst({ where: { clusterId, endedAt: null }, orderBy: { createdAt: "desc" } })

/** What stands in the way of taking this node out now. */
async function gatesFor(ctx: Ctx, clusterId: string, next: string): Promise<readonly Gate[]> {
  const cluster = clusterOf(ctx, clusterId)
  const waiting = await ctx.db.job.findMany({ where: { clusterId, state: "waiting" }, select: { id: true } })
  const nodes = cluster.nodes.map(({ name, isMember, isInMaintenance, status }) => ({
    name,
    isMember,
    isInMaintenance,
    state: status.state,
  }))
  const services = cluster.services.map(({ name, status }) => ({ name, state: status.state, isPartial: status.off.length > 0 }))
  return gatesOf({ nodes, services, waiting: waiting.map(({ id }) => id), isQuorate: quorumIn(cluster).isQuorate }, next)
}
/** @throws Refused 409 while a rolling maintenance that has this node finds a gate closed. */
export async function refuseClosedGate(ctx: Ctx, clusterId: string, node: string): Promise<void> {
  const row = await active(ctx.db, clusterId)
  if (!row || !RollingNodes.parse(row.nodes).some((n) => n.node === node)) return
  const gates = await gatesFor(ctx, clusterId, node)
  if (gates.length > 0)
    throw new Refused(
      409,
      gates.map(({ code, params }) => report("gateClosed", { ...params, gate: code, node: params.node ?? node })),
    )
}
/** A node that is back is through; the last one ends it. */
export async function markDone(tx: Tx, clusterId: string, node: string, nowMs: number): Promise<void> {
  const row = await active(tx, clusterId)
  if (!row) return
  const nodes = RollingNodes.parse(row.nodes).map((n) => (n.node === node ? { ...n, doneMs: nowMs } : n))
  const endedAt = nodes.every(({ doneMs }) => doneMs !== null) ? new Date(nowMs) : null
  await tx.rolling.update({ where: { id: row.id }, data: { nodes: json({ nodes }).nodes ?? [], endedAt } })
}

export type RollingView = {
  readonly nodes: readonly { readonly node: string; readonly doneMs: number | null; readonly isOut: boolean }[]
  /** The one that is out, or is to be taken out next. */
  readonly current: string | null
  readonly gates: readonly Gate[]
  readonly by: string
} | null

/** The rolling maintenance under way; null when there is none. */
export const get = defineVerb({
  name: "rolling.get",
  kind: "query",
  role: "viewer",
  input: OfCluster,
  run: async (ctx, { clusterId }): Promise<RollingView> => {
    const cluster = clusterOf(ctx, clusterId)
    const row = await active(ctx.db, clusterId)
    if (!row) return null
    const nodes = RollingNodes.parse(row.nodes).map((n) => ({
      ...n,
      isOut: cluster.nodes.find(({ name }) => name === n.node)?.isInMaintenance ?? false,
    }))
    const current = nodes.find(({ isOut }) => isOut)?.node ?? nodes.find(({ doneMs }) => doneMs === null)?.node ?? null
    const isOut = nodes.some((n) => n.isOut)
    return { nodes, current, gates: current === null || isOut ? [] : await gatesFor(ctx, clusterId, current), by: row.userName }
  },
})
/** Nothing is moved yet: each node is taken out and brought back by its own plan. */
export const start = defineVerb({
  name: "rolling.start",
  kind: "command",
  role: "operator",
  input: z.object({ clusterId: ClusterId, nodes: z.array(Name).min(1, "membersMissing").max(1_000) }),
  run: async (ctx, { clusterId, nodes }) => {
    const cluster = clusterOf(ctx, clusterId)
    for (const node of nodes) nodeOf(cluster, node)
    if (new Set(nodes).size !== nodes.length) throw new Refused(409, [report("invalid", { detail: "nodeTwice" }, "nodes")])
    if (await active(ctx.db, clusterId)) throw new Refused(409, [report("rollingUnderWay")])
    const list = nodes.map((node) => ({ node, doneMs: null }))
    const data = { clusterId, nodes: json({ list }).list ?? [], userName: ctx.user?.name ?? "", createdAt: new Date(ctx.nowMs()) }
    await ctx.db.rolling.create({ data })
    return {}
  },
})
/** Ends it where it stands; a node that is out stays out until it is brought back. */
export const end = defineVerb({
  name: "rolling.end",
  kind: "command",
  role: "operator",
  input: OfCluster,
  run: async (ctx, { clusterId }) => {
    await ctx.db.rolling.updateMany({ where: { clusterId, endedAt: null }, data: { endedAt: new Date(ctx.nowMs()) } })
    return {}
  },
})
