import { z } from "zod"
import { json } from "../../db/client"
import { Name } from "../../domain/call"
import { report } from "../../domain/report"
import { planService, type ServicePlan } from "../../domain/service-plan"
import { type PlanView, serviceActions } from "../../domain/views"
import { monitorName } from "../../keeper/situation"
import { activeJobs, ClusterId, clusterOf, serviceOf } from "../common"
import type { Ctx } from "../context"
import { pausesOf } from "../service/get"
import { situationIn } from "../service/rows"
import { defineVerb, Refused } from "../verb"

export const PlanRequest = z.object({ clusterId: ClusterId, service: Name, action: z.enum(serviceActions), target: Name.optional() })
export type PlanRequest = z.infer<typeof PlanRequest>

/** Reads the service's monitors anew on every member, then plans. @throws Refused */
export async function planNow(ctx: Ctx, { clusterId, service: name, action, target }: PlanRequest): Promise<ServicePlan> {
  const { resources } = serviceOf(clusterOf(ctx, clusterId), name)
  const jobId = (await activeJobs(ctx, clusterId)).get(name)
  if (jobId !== undefined) throw new Refused(409, [report("lockedByJob", { job: jobId, lock: name })])
  await ctx.engine.inventory.readNow(
    clusterId,
    undefined,
    resources.map((r) => monitorName(r.driver, r.name)),
  )
  const cluster = clusterOf(ctx, clusterId)
  const verdict = planService(situationIn(ctx, cluster, serviceOf(cluster, name)), action, target)
  if (!verdict.allowed) throw new Refused(409, verdict.reports)
  return verdict.value
}

const median = (list: readonly number[]): number | null => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? null

/** Stores the plan, so that what was shown is what runs. */
export async function storePlan(ctx: Ctx, request: PlanRequest, plan: ServicePlan): Promise<PlanView> {
  const { id } = await ctx.db.planRow.create({
    data: {
      clusterId: request.clusterId,
      request: json(request),
      plan: json(plan),
      userName: ctx.user?.name ?? "",
      createdAt: new Date(ctx.nowMs()),
    },
  })
  const pauses = await pausesOf(ctx, request.clusterId, request.service, [request.action])
  const changed = new Set(plan.changes.map(({ service }) => service))
  return {
    id,
    nowMs: ctx.nowMs(),
    subject: { kind: request.action, service: request.service, from: plan.from, to: plan.to },
    steps: plan.steps.map(({ call, sentence, command }) => ({ node: call.node, sentence, command })),
    changes: plan.changes,
    interrupted: plan.interrupted.map(({ service }) => ({ service, expectedPauseMs: median(pauses), earlierMs: pauses })),
    fallbacks: plan.fallbacks.map(({ node, sentence }) => ({ node, sentence })),
    others: plan.others.filter(({ node }) => node !== plan.from),
    untouched: clusterOf(ctx, request.clusterId)
      .services.map(({ name }) => name)
      .filter((name) => !changed.has(name)),
  }
}

export const make = defineVerb({
  name: "plan.make",
  kind: "command",
  role: "operator",
  audit: "none",
  input: PlanRequest,
  run: async (ctx, request): Promise<PlanView> => storePlan(ctx, request, await planNow(ctx, request)),
})
