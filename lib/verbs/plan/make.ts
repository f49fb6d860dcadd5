import { z } from "zod"
import { digestOf as sha256Of } from "../../auth/digest"
import { json } from "../../db/client"
import { Plan } from "../../domain/plan"
import { report } from "../../domain/report"
import { mayAct } from "../../domain/roles"
import type { PlanView } from "../../domain/views"
import { clusterOf } from "../common"
import type { Ctx } from "../context"
import { pausesOf } from "../service/get"
import { defineVerb, Refused } from "../verb"
import { type Prepared, prepare } from "./prepare"
import { DomainChange, LockRequest, NodeRequest, type PlanRequest, PowerRequest, roleFor, ServiceChange, ServiceRequest } from "./request"

const median = (list: readonly number[]): number | null => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? null

/** Who may not do it needs no plan of it. @throws Refused 403 */
export function refuseRole(ctx: Ctx, request: PlanRequest): void {
  const role = roleFor(request)
  if (!mayAct(ctx.user?.role, role)) throw new Refused(403, [report("roleMissing", { role, has: ctx.user?.role ?? "" })])
}

/** As it is stored: of the steps, which may be megabytes, what they are told by. */
export const StoredPlan = Plan.extend({ steps: z.string() })
export const storable = (plan: Plan): z.infer<typeof StoredPlan> => ({ ...plan, steps: sha256Of(JSON.stringify(plan.steps)) })
/** Stores the plan, so that what was shown is what runs. */
export async function storePlan(
  ctx: Ctx,
  request: PlanRequest,
  { plan, subject, others, choice, notes, reaches = [] }: Prepared,
): Promise<PlanView> {
  const { clusterId } = request
  const { id } = await ctx.db.planRow.create({
    data: {
      clusterId,
      request: json(request),
      plan: json(storable(plan)),
      userName: ctx.user?.name ?? "",
      createdAt: new Date(ctx.nowMs()),
    },
    select: { id: true },
  })
  const changed = new Set([...reaches, ...plan.changes.map(({ service }) => service)])
  const interrupted = await Promise.all(
    plan.interrupted.map(async ({ service }) => {
      const kind = plan.changes.find((c) => c.service === service)?.kind
      const pauses = await pausesOf(ctx, clusterId, service, kind === undefined ? [] : [kind])
      return { service, expectedPauseMs: median(pauses), earlierMs: pauses }
    }),
  )
  return {
    id,
    nowMs: ctx.nowMs(),
    subject,
    steps: plan.steps.map(({ call, sentence, command }) => ({ node: call.node, sentence, command })),
    changes: plan.changes,
    interrupted,
    fallbacks: plan.fallbacks.map(({ node, sentence }) => ({ node, sentence })),
    choice: choice ?? null,
    others: others ?? [],
    notes,
    untouched: clusterOf(ctx, clusterId)
      .services.map(({ name }) => name)
      .filter((name) => !changed.has(name)),
  }
}

const planned = async (ctx: Ctx, request: PlanRequest): Promise<PlanView> => storePlan(ctx, request, await prepare(ctx, request))

/** An action on a service. */
export const make = defineVerb({
  ...{ name: "plan.make", kind: "command", role: "operator", audit: "none" },
  input: ServiceRequest,
  run: planned,
})
/** A node into maintenance, or back. */
export const node = defineVerb({
  ...{ name: "plan.node", kind: "command", role: "operator", audit: "none" },
  input: NodeRequest,
  run: planned,
})
/** A node switched by its fence devices. `fence.apply` carries it out. */
export const power = defineVerb({
  ...{ name: "plan.power", kind: "command", role: "operator", audit: "none" },
  input: PowerRequest,
  run: planned,
})
export const lock = defineVerb({
  ...{ name: "plan.lock", kind: "command", role: "operator", audit: "none" },
  input: LockRequest,
  run: planned,
})
/** The consequences of a changed definition, before it is saved. */
export const domain = defineVerb({
  ...{ name: "plan.domain", kind: "command", role: "admin", audit: "none" },
  input: DomainChange,
  run: planned,
})
export const definition = defineVerb({
  ...{ name: "plan.definition", kind: "command", role: "admin", audit: "none" },
  input: ServiceChange,
  run: planned,
})
