import { z } from "zod"
import type { Plan } from "../../domain/plan"
import { report } from "../../domain/report"
import { jobOf } from "../../jobs/job"
import { submit } from "../../jobs/submit"
import type { Ctx } from "../context"
import { defineVerb, notFound, Refused, reasonOf } from "../verb"
import { refuseRole, StoredPlan, storable, storePlan } from "./make"
import { type Prepared, prepare } from "./prepare"
import { PlanRequest } from "./request"

/** A plan is not kept longer than a person looks at it. */
const PLAN_MAX_AGE_MS = 15 * 60_000

/** Checks the digest against the world as it is now; a stale plan is refused with the new one beside it. A double click is one job. */
export const apply = defineVerb({
  name: "plan.apply",
  kind: "command",
  role: "operator",
  audit: "job",
  input: z.object({ planId: z.string().max(40), why: z.string().max(500).default("") }),
  run: async (ctx, { planId, why }) => {
    const row = await planIn(ctx, planId)
    // Power is cut by one who says again who he is.
    if ("power" in row.request) throw new Refused(409, [report("onlyByPassword")])
    return applyPlan(ctx, row, why)
  },
})

type PlanRow = {
  readonly id: string
  readonly request: PlanRequest
  readonly plan: unknown
  readonly createdAt: Date
  readonly jobId: string | null
}
/** @throws Refused 403, 404 */
export async function planIn(ctx: Ctx, planId: string): Promise<PlanRow> {
  const row = await ctx.db.planRow.findUnique({ where: { id: planId } })
  if (!row) throw notFound("plan")
  const request = PlanRequest.parse(row.request)
  refuseRole(ctx, request)
  return { ...row, request }
}
/** @throws Refused 409 with a new plan when this one is stale. */
export async function applyPlan(ctx: Ctx, { id: planId, request, plan, createdAt, jobId }: PlanRow, why: string) {
  if (jobId !== null) return { jobId }
  // One that another version stored is an old one.
  const stored = StoredPlan.safeParse(plan).data
  const now = await prepare(ctx, request)
  const isOld = ctx.nowMs() - createdAt.getTime() > PLAN_MAX_AGE_MS
  const isSame = stored?.digest === now.plan.digest && stored.steps === storable(now.plan).steps
  if (isOld || !stored || !isSame)
    throw new Refused(409, [report(isOld ? "planExpired" : "planStale", { service: now.subject.service ?? now.subject.node ?? "" })], {
      plan: { ...(await storePlan(ctx, request, now)), ...now.balancer },
    })
  return carryOut(ctx, { planId, why, request, plan: { ...stored, steps: now.plan.steps }, now })
}

type Applied = {
  readonly planId: string
  readonly why: string
  readonly request: PlanRequest
  readonly plan: Plan
  readonly now: Prepared
}
async function carryOut(ctx: Ctx, { planId, why, request, plan, now: { subject, locks, also, record } }: Applied) {
  const job = jobOf(ctx.engine.newId(), request.clusterId, plan, { subject, reason: reasonOf(ctx, why), locks })
  const submitted = await submit(ctx.db, {
    job,
    verb: "plan.apply",
    input: { ...(record ?? request), planId },
    planId,
    ...(also ? { also: (tx) => also(tx, job) } : {}),
  })
  if (!submitted.allowed) {
    // Somebody else's click on the same plan came first: their job is the answer.
    const other = await ctx.db.planRow.findUnique({ where: { id: planId }, select: { jobId: true } })
    if (other?.jobId) return { jobId: other.jobId }
    throw new Refused(409, submitted.reports)
  }
  if (also) await ctx.engine.keeper.redefined()
  ctx.engine.runner.take(job.id)
  ctx.engine.bus.publish({ type: "changed", what: "overview", key: request.clusterId })
  return { jobId: job.id }
}
