import { z } from "zod"
import { Name } from "../../domain/call"
import { planReconfigure } from "../../domain/definition-plan"
import { report } from "../../domain/report"
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
    if (was !== null) await refuseSteps(ctx, clusterId, was, service)
    await ctx.db.$transaction((tx) => writeService(tx, clusterId, was, service))
    await ctx.engine.keeper.redefined()
    await ctx.engine.inventory.readNow(clusterId)
    const now = clusterOf(ctx, clusterId)
    return { bootEnabled: bootEnabledOf(ctx, now, serviceOf(now, service.name)) }
  },
})

async function refuseSteps(ctx: Ctx, clusterId: string, was: string, next: ServiceInput) {
  const cluster = clusterOf(ctx, clusterId)
  const before = serviceOf(cluster, was)
  const jobId = (await activeJobs(ctx, clusterId)).get(was)
  if (jobId !== undefined) throw new Refused(409, [report("lockedByJob", { job: jobId, lock: was })])
  const verdict = planReconfigure(situationIn(ctx, cluster, before), plannedService(defined(cluster, before, next)))
  if (!verdict.allowed || verdict.value.steps.length > 0)
    throw new Refused(409, verdict.allowed ? [report("needsPlan", { service: was })] : verdict.reports)
}
