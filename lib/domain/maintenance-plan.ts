import type { Candidate } from "./placement"
import { isBetter } from "./placement"
import { digestOf, type Plan, type Step } from "./plan"
import { allow, type Report, refuse, report, type Verdict } from "./report"
import { planRelocate, planStop } from "./service-plan"
import { placementOf, type ServicePlan, type ServicePlanRequest } from "./service-request"

export type MaintenancePlan = Plan & {
  /** Services that find no other node: they are stopped, and come back with the node. */
  readonly stopped: readonly string[]
  /** Services that stay where they are. */
  readonly stays: readonly string[]
}
type Joined = { readonly plan: Plan; readonly parts: readonly ServicePlan[] }

/** Several plans as one job, one service after the other; a failure ends it where it stands. */
export function joined(parts: readonly ServicePlan[]): Joined {
  const steps: Step[] = []
  const interrupted: Plan["interrupted"] = []
  for (const part of parts) {
    const offset = steps.length
    interrupted.push(...part.interrupted.map((i) => ({ ...i, fromStep: i.fromStep + offset, untilStep: i.untilStep + offset })))
    steps.push(...part.steps)
  }
  const plan: Plan = {
    steps,
    interrupted,
    changes: parts.flatMap(({ changes }) => changes),
    fallbacks: parts.flatMap(({ fallbacks }) => fallbacks),
    digest: digestOf(parts.map(({ digest }) => digest)),
  }
  return { plan, parts }
}

const running: readonly ServicePlanRequest["state"][] = ["started", "starting", "recoverable"]
/** Lower priority first, as rgmanager's central mode takes them (§1.6); equals keep their order. */
export const byPriority = (a: ServicePlanRequest, b: ServicePlanRequest): number => a.service.priority - b.service.priority

const held: readonly ServicePlanRequest["state"][] = ["stopping", "recovering", "failed", "blocked", "starting"]
/** What stands in the way of taking a node out: a service that cannot be moved as it is now. */
const inTheWay = (r: ServicePlanRequest): Report | undefined => {
  const params = { service: r.service.name, state: r.state, node: r.owner ?? "" }
  if (r.isFrozen) return report("serviceFrozen", params)
  if (r.state === "failed") return report("serviceFailed", params)
  return held.includes(r.state) ? report("serviceBusy", params) : undefined
}
/** As the placement will be once the service is there: the next one is planned on that. */
const after = (r: ServicePlanRequest, to: string | undefined, isExclusive: boolean): ServicePlanRequest => ({
  ...r,
  candidates: r.candidates.map(
    (c): Candidate => (c.node === to ? { ...c, runs: isExclusive ? "exclusive" : "services", services: (c.services ?? 0) + 1 } : c),
  ),
})

/**
 * Takes a node out: every service that runs on it is relocated to the best node that may have it, one after the other, those that
 * nobody may have are stopped. The first failure ends it, and what was not moved yet stays where it is.
 */
export function planEvacuation(node: string, requests: readonly ServicePlanRequest[]): Verdict<MaintenancePlan> {
  const away = requests
    .filter((r) => r.owner === node && r.state !== "stopped" && r.state !== "disabled" && r.state !== "uninitialized")
    .toSorted(byPriority)
  const reports = away.flatMap((r) => inTheWay(r) ?? [])
  if (reports.length > 0) return refuse(...reports)
  const parts: ServicePlan[] = []
  const stopped: string[] = []
  let settled: readonly { readonly to: string | undefined; readonly isExclusive: boolean }[] = []
  for (const request of away) {
    // Moved already, with the one that it depends on.
    if (parts.some(({ changes }) => changes.some((c) => c.service === request.service.name && c.kind === "stop"))) continue
    const now = settled.reduce((r, { to, isExclusive }) => after(r, to, isExclusive), outOf(request, node))
    const moved = planRelocate(now)
    const plan = moved.allowed || moved.reports[0]?.code !== "noTarget" ? moved : planStop(now, "stop")
    if (!plan.allowed) return plan
    if (!moved.allowed) stopped.push(request.service.name)
    parts.push(plan.value)
    settled = [...settled, { to: plan.value.to, isExclusive: request.service.isExclusive }]
  }
  const { plan } = joined(parts)
  const changed = new Set(plan.changes.map(({ service }) => service))
  const stays = requests.map(({ service }) => service.name).filter((name) => !changed.has(name))
  return allow({ ...plan, digest: digestOf([plan.digest, requests.map(({ candidates }) => candidates)]), stopped, stays })
}
const outOf = (r: ServicePlanRequest, node: string): ServicePlanRequest => ({
  ...r,
  candidates: r.candidates.map((c) => (c.node === node ? { ...c, isInMaintenance: true } : c)),
})
const backIn = (r: ServicePlanRequest, node: string): ServicePlanRequest => ({
  ...r,
  candidates: r.candidates.map((c) => (c.node === node ? { ...c, isInMaintenance: false } : c)),
})

/**
 * Brings a node back. With failback, the services that it is a better place for than where they run are relocated to it, as when
 * it joins (§1.4), nofailback included; without, nothing moves.
 */
export function planReturn(node: string, requests: readonly ServicePlanRequest[], failback: boolean): Verdict<MaintenancePlan> {
  const back = requests.map((r) => backIn(r, node)).toSorted(byPriority)
  const parts: ServicePlan[] = []
  let settled: readonly { readonly to: string | undefined; readonly isExclusive: boolean }[] = []
  for (const request of failback ? back : []) {
    const now = settled.reduce((r, { to, isExclusive }) => after(r, to, isExclusive), request)
    if (now.isFrozen || !running.includes(now.state) || now.owner === undefined) continue
    if (!isBetter(node, now.candidates, placementOf(now, now.owner), now.service.isExclusive)) continue
    const plan = planRelocate(now, node)
    if (!plan.allowed) return plan
    parts.push(plan.value)
    settled = [...settled, { to: node, isExclusive: request.service.isExclusive }]
  }
  const { plan } = joined(parts)
  const changed = new Set(plan.changes.map(({ service }) => service))
  const stays = requests.map(({ service }) => service.name).filter((name) => !changed.has(name))
  return allow({ ...plan, digest: digestOf([plan.digest, failback, requests.map(({ candidates }) => candidates)]), stopped: [], stays })
}
