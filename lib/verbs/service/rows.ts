import type { ClusterDefinition, ServiceDefinition } from "../../db/definitions"
import type { Verdict } from "../../domain/rehearsal"
import type { ServicePlanRequest } from "../../domain/service-request"
import type { ServiceRow } from "../../domain/views"
import { Subject } from "../../jobs/store"
import { describe } from "../../keeper/services"
import { addressesOf, situationOf } from "../../keeper/situation"
import { activeJobs } from "../common"
import type { Ctx } from "../context"
import { cellsOf } from "./cells"

export type Moving = { readonly jobId: string; readonly to: string | undefined }
/** Where the jobs at work take their services. */
export async function movingIn(ctx: Ctx, clusterId: string): Promise<ReadonlyMap<string, Moving>> {
  const held = await activeJobs(ctx, clusterId)
  const rows = await ctx.db.job.findMany({ where: { id: { in: [...held.values()] } }, select: { id: true, subject: true } })
  const byId = new Map(rows.map(({ id, subject }) => [id, Subject.safeParse(subject).data?.to]))
  return new Map([...held].map(([service, jobId]) => [service, { jobId, to: byId.get(jobId) }]))
}
export const situationIn = (ctx: Ctx, cluster: ClusterDefinition, service: ServiceDefinition): ServicePlanRequest =>
  situationOf(cluster, service, ctx.engine.inventory.facts, describe)

export const membersOf = (cluster: ClusterDefinition) =>
  cluster.nodes.filter(({ isMember }) => isMember).map(({ name, status }) => ({ name, state: status.state }))

export function rowOf(
  ctx: Ctx,
  cluster: ClusterDefinition,
  service: ServiceDefinition,
  moving: Moving | undefined,
  readiness?: ReadonlyMap<string, Verdict>,
): ServiceRow {
  const situation = situationIn(ctx, cluster, service)
  return {
    name: service.name,
    address: addressesOf(service)[0] ?? null,
    status: service.status,
    domain: service.domain ?? null,
    jobId: moving?.jobId ?? null,
    cells: cellsOf(service, situation, membersOf(cluster), { next: moving?.to, readiness }),
  }
}
