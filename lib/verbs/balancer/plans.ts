import type { BalancerPlanView } from "../../domain/balancer-view"
import type { Ctx } from "../context"
import { storePlan } from "../plan/make"
import { type Prepared, prepare } from "../plan/prepare"
import { BalancerChangeRequest, DirectorRequest, DrainRequest, HandOverRequest, type PlanRequest, RealServerRequest } from "../plan/request"
import { defineVerb } from "../verb"
import { storable } from "./plan"

const none: NonNullable<Prepared["balancer"]> = { files: [], balancerChanges: [], warnings: [] }
async function planned(ctx: Ctx, request: PlanRequest): Promise<BalancerPlanView> {
  const prepared = await prepare(ctx, request)
  return { ...(await storePlan(ctx, request, prepared)), ...(prepared.balancer ?? none) }
}

/** A balancer as it is to become, or a new one. */
export const balancer = defineVerb({
  ...{ name: "plan.balancer", kind: "command", role: "admin", audit: "none" },
  input: BalancerChangeRequest,
  run: (ctx, input) => planned(ctx, storable(ctx, input)),
})
export const handOver = defineVerb({
  ...{ name: "plan.handOver", kind: "command", role: "operator", audit: "none" },
  input: HandOverRequest,
  run: planned,
})
/** Real servers without new connections, and back. */
export const drain = defineVerb({
  ...{ name: "plan.drain", kind: "command", role: "operator", audit: "none" },
  input: DrainRequest,
  run: planned,
})
export const realServer = defineVerb({
  ...{ name: "plan.realServer", kind: "command", role: "operator", audit: "none" },
  input: RealServerRequest,
  run: planned,
})
export const director = defineVerb({
  ...{ name: "plan.director", kind: "command", role: "operator", audit: "none" },
  input: DirectorRequest,
  run: planned,
})
