import { z } from "zod"
import type { ClusterDefinition } from "../../db/definitions"
import { Name } from "../../domain/call"
import { planReconfigure } from "../../domain/definition-plan"
import { type Report, report } from "../../domain/report"
import { ServiceInput } from "../../domain/service"
import { plannedService } from "../../keeper/situation"
import { activeJobs, ClusterId, clusterOf, serviceOf } from "../common"
import type { Ctx } from "../context"
import { defineVerb, Refused } from "../verb"
import { bootEnabledOf } from "./boot"
import { defined, reportsOf, writeService } from "./definition"
import { situationIn } from "./rows"

/** A new service, or a change that touches nothing on a node; any other goes through `plan.change`, which shows what it does first. */
export const save = defineVerb({
  name: "service.save",
  kind: "command",
  role: "admin",
  input: z.object({ clusterId: ClusterId, was: Name.nullable(), service: ServiceInput }),
  run: async (ctx, { clusterId, was, service }) => {
    const cluster = clusterOf(ctx, clusterId)
    const reports = reportsOf(cluster, was, service)
    if (reports.length > 0) throw new Refused(409, reports)
    const steps = was === null ? [] : await stepReports(ctx, cluster, was, service)
    if (steps.length > 0) throw new Refused(409, steps)
    await ctx.db.$transaction((tx) => writeService(tx, clusterId, was, service))
    await ctx.engine.keeper.redefined()
    await ctx.engine.inventory.readNow(clusterId)
    const now = clusterOf(ctx, clusterId)
    return { bootEnabled: bootEnabledOf(ctx, now, serviceOf(now, service.name)) }
  },
})

/**
 * Why a change cannot be made at once: a job works on it, or something would happen on a node. `then` is the cluster that the new
 * definition is for, where shared resources may have changed with it.
 */
export async function stepReports(ctx: Ctx, then: ClusterDefinition, was: string, next: ServiceInput): Promise<readonly Report[]> {
  const cluster = clusterOf(ctx, then.id)
  const before = serviceOf(cluster, was)
  const jobId = (await activeJobs(ctx, cluster.id)).get(was)
  if (jobId !== undefined) return [report("lockedByJob", { job: jobId, lock: was })]
  const verdict = planReconfigure(situationIn(ctx, cluster, before), plannedService(defined(then, before, next)))
  if (!verdict.allowed) return verdict.reports
  return verdict.value.steps.length > 0 ? [report("needsPlan", { service: was })] : []
}
