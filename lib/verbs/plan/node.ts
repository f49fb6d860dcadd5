import { planEvacuation, planReturn } from "../../domain/maintenance-plan"
import type { Sentence } from "../../domain/plan"
import { report } from "../../domain/report"
import { nodeLock, serviceLock } from "../../jobs/job"
import { clusterOf, nodeOf } from "../common"
import type { Ctx } from "../context"
import { markDone, refuseClosedGate } from "../rolling/act"
import { situationIn } from "../service/rows"
import { Refused } from "../verb"
import type { Prepared } from "./prepare"
import type { NodeRequest } from "./request"
import { readMonitors, refuseLocked } from "./service"

/** Takes a node out, or brings it back: its services first, in one job that ends at the first failure. */
export async function prepareNode(ctx: Ctx, { clusterId, node: name, action, failback = false }: NodeRequest): Promise<Prepared> {
  const before = clusterOf(ctx, clusterId)
  const isOut = nodeOf(before, name).isInMaintenance
  if (isOut !== (action === "return"))
    throw new Refused(409, [report(isOut ? "nodeInMaintenance" : "nodeNotInMaintenance", { node: name })])
  if (action === "maintain") await refuseClosedGate(ctx, clusterId, name)
  const concerned = before.services.filter((s) => (action === "maintain" ? s.status.owner === name : failback)).map((s) => s.name)
  await refuseLocked(ctx, clusterId, concerned)
  await readMonitors(ctx, before, concerned)
  const cluster = clusterOf(ctx, clusterId)
  const node = nodeOf(cluster, name)
  if (action === "maintain" && node.status.state !== "online" && concerned.length > 0)
    throw new Refused(409, [report("nodeNotOnline", { node: name, services: concerned.join(", ") })])
  const requests = cluster.services.map((s) => situationIn(ctx, cluster, s))
  const verdict = action === "maintain" ? planEvacuation(name, requests) : planReturn(name, requests, failback)
  if (!verdict.allowed) throw new Refused(409, verdict.reports)
  const { stopped, stays: _, ...plan } = verdict.value
  const notes: Sentence[] = [
    ...stopped.map((service) => ({ code: "noPlaceElsewhere", params: { service, node: name } })),
    { code: action === "maintain" ? "maintained" : failback ? "returned" : "returnedWithoutFailback", params: { node: name } },
  ]
  return {
    plan,
    subject: { kind: action, node: name },
    locks: [nodeLock(clusterId, name), ...new Set(plan.changes.map(({ service }) => serviceLock(clusterId, service)))],
    notes,
    also: async (tx) => {
      await tx.node.update({ where: { id: node.id }, data: { isInMaintenance: action === "maintain" } })
      if (action === "return") await markDone(tx, clusterId, name, ctx.nowMs())
    },
  }
}
