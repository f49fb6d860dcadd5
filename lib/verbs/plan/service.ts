import type { ClusterDefinition } from "../../db/definitions"
import { planReconfigure } from "../../domain/definition-plan"
import type { Sentence } from "../../domain/plan"
import { planConvalesce } from "../../domain/repair-plan"
import { report, type Verdict } from "../../domain/report"
import { planService } from "../../domain/service-plan"
import type { ServicePlan, ServicePlanRequest } from "../../domain/service-request"
import type { ServiceAction } from "../../domain/views"
import { serviceLock } from "../../jobs/job"
import { locksOf } from "../../keeper/services"
import { monitorName, plannedService } from "../../keeper/situation"
import { activeJobs, clusterOf, serviceOf } from "../common"
import type { Ctx } from "../context"
import { defined, reportsOf, writeService } from "../service/definition"
import { situationIn } from "../service/rows"
import { Refused } from "../verb"
import type { Prepared } from "./prepare"
import type { ServiceChange, ServiceRequest } from "./request"

/** The same planner for the button, for the plan, and for its application. */
export const planAction = (r: ServicePlanRequest, action: ServiceAction, target?: string): Verdict<ServicePlan> =>
  action === "convalesce" ? planConvalesce(r) : planService(r, action, target)

/** @throws Refused 409 while another job holds it. */
export async function refuseLocked(ctx: Ctx, clusterId: string, services: readonly string[]): Promise<void> {
  const jobs = await activeJobs(ctx, clusterId)
  for (const name of services) {
    const job = jobs.get(name)
    if (job !== undefined) throw new Refused(409, [report("lockedByJob", { job, lock: name })])
  }
}
/** Its monitors, and those of the services that depend on it. */
export async function readMonitors(ctx: Ctx, cluster: ClusterDefinition, names: readonly string[]): Promise<void> {
  const followers = (name: string): readonly string[] =>
    cluster.services.filter((s) => s.dependsOn === name && !names.includes(s.name)).map((s) => s.name)
  const all = [...names, ...names.flatMap(followers)]
  const monitors = cluster.services
    .filter(({ name }) => all.includes(name))
    .flatMap(({ resources }) => resources.map((r) => monitorName(r.driver, r.name)))
  await ctx.engine.inventory.readNow(cluster.id, undefined, monitors)
}

/** What no step shows: that it is not watched any more, or where it will be looked for with the next event. */
const notesOf = (action: ServiceAction, service: string, owner: string | undefined): readonly Sentence[] => {
  const params = { service, node: owner ?? "" }
  switch (action) {
    case "freeze":
      return [{ code: owner === undefined ? "frozenOff" : "frozen", params }]
    case "unfreeze":
      return [{ code: "unfrozen", params }]
    case "stop":
      return [{ code: "stopComesBack", params }]
    case "disable":
      return [{ code: "disableStays", params }]
    case "start":
    case "restart":
    case "relocate":
    case "convalesce":
      return []
    default:
      return action satisfies never
  }
}

export async function prepareService(ctx: Ctx, { clusterId, service: name, action, target }: ServiceRequest): Promise<Prepared> {
  const before = clusterOf(ctx, clusterId)
  serviceOf(before, name)
  await refuseLocked(ctx, clusterId, [name])
  await readMonitors(ctx, before, [name])
  const cluster = clusterOf(ctx, clusterId)
  const { status } = serviceOf(cluster, name)
  const verdict = planAction(situationIn(ctx, cluster, serviceOf(cluster, name)), action, target)
  if (!verdict.allowed) throw new Refused(409, verdict.reports)
  const { others, choice, from, to, ...plan } = verdict.value
  return {
    plan,
    subject: { kind: action, service: name, from, to },
    locks: locksOf(clusterId, name, plan.changes),
    others: others.filter(({ node }) => node !== from),
    choice,
    notes: notesOf(action, name, status.owner),
  }
}

/** A changed definition of a service: what differs is stopped and started, the rest goes on (§2.5). */
export async function prepareDefinition(ctx: Ctx, { clusterId, was, definition }: ServiceChange): Promise<Prepared> {
  const before = clusterOf(ctx, clusterId)
  const service = serviceOf(before, was)
  await refuseLocked(ctx, clusterId, [was])
  const reports = reportsOf(before, was, definition)
  if (reports.length > 0) throw new Refused(409, reports)
  await readMonitors(ctx, before, [was])
  const cluster = clusterOf(ctx, clusterId)
  const request = situationIn(ctx, cluster, serviceOf(cluster, was))
  const verdict = planReconfigure(request, plannedService(defined(cluster, service, definition)))
  if (!verdict.allowed) throw new Refused(409, verdict.reports)
  const { others: _, from, to, ...plan } = verdict.value
  const params = { service: definition.name }
  return {
    plan: { ...plan, digest: `${plan.digest}${JSON.stringify(service.resources)}` },
    subject: { kind: "reconfigure", service: definition.name, from, to },
    locks: [...new Set([serviceLock(clusterId, was), serviceLock(clusterId, definition.name)])],
    notes: [
      ...(plan.steps.length === 0 ? [{ code: "liveOnly", params }] : []),
      ...(request.state === "stopped" && !request.isLocked && !request.isFrozen ? [{ code: "stoppedIsEvaluated", params }] : []),
    ],
    also: (tx) => writeService(tx, clusterId, was, definition),
  }
}
