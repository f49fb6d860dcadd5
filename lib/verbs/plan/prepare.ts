import type { BalancerPlanView } from "../../domain/balancer-view"
import type { Plan, Sentence } from "../../domain/plan"
import type { JobSubject, PlanView } from "../../domain/views"
import type { Job } from "../../jobs/job"
import type { Tx } from "../../jobs/submit"
import { prepareHandOver } from "../balancer/hand-over"
import { prepareBalancer, prepareDirector, prepareDrain, prepareRealServer, prepareWeights } from "../balancer/plan"
import type { Ctx } from "../context"
import { prepareDomain } from "./domain"
import { prepareLock } from "./lock"
import { prepareNode } from "./node"
import { preparePower } from "./power"
import type { PlanRequest } from "./request"
import { prepareDefinition, prepareService } from "./service"

/** A plan with what else there is to say of it, and what the panel is told together with its job. */
export type Prepared = {
  readonly plan: Plan
  readonly subject: JobSubject
  readonly locks: readonly string[]
  readonly others?: PlanView["others"]
  readonly choice?: Sentence | undefined
  readonly notes: readonly Sentence[]
  /** Services that it reaches without a step of theirs. */
  readonly reaches?: readonly string[]
  readonly also?: (tx: Tx, job: Job) => Promise<void>
  /** What the record has instead of the whole request. */
  readonly record?: object
  /** Of virtual servers. */
  readonly balancer?: Pick<BalancerPlanView, "files" | "balancerChanges" | "warnings">
}

/** Reads anew what the plan rests on, then plans. @throws Refused */
export function prepare(ctx: Ctx, request: PlanRequest): Promise<Prepared> {
  if ("domain" in request) return prepareDomain(ctx, request)
  if ("definition" in request) return prepareDefinition(ctx, request)
  if ("power" in request) return preparePower(ctx, request)
  if ("balancer" in request) return prepareBalancer(ctx, request)
  if ("handOver" in request) return prepareHandOver(ctx, request)
  if ("drain" in request) return prepareDrain(ctx, request)
  if ("weights" in request) return prepareWeights(ctx, request)
  if ("realServer" in request) return prepareRealServer(ctx, request)
  if ("director" in request) return prepareDirector(ctx, request)
  if ("node" in request) return prepareNode(ctx, request)
  return "service" in request ? prepareService(ctx, request) : prepareLock(ctx, request)
}
