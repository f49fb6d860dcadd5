import { allow, refuse, report, type Verdict } from "./report"
import { deltaOf } from "./resource-delta"
import { find, planOf, refusalFor } from "./service-plan"
import {
  looksFirst,
  type PlannedResource,
  type PlannedService,
  resourceStep,
  type ServicePlan,
  type ServicePlanRequest,
  treeOf,
} from "./service-request"

/** Settings of a resource that change without touching it: what the panel does with it, not what it is. */
const attributesOf = (r: PlannedResource | undefined): Record<string, string> =>
  r ? { driver: r.driver, params: JSON.stringify(own(r.params)) } : {}
const liveFields = ["timeouts", "monitorEveryMs", "deepChecks"]
const own = (params: unknown): unknown =>
  typeof params === "object" && params !== null
    ? Object.fromEntries(
        Object.entries(params)
          .filter(([key]) => !liveFields.includes(key))
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      )
    : params

/** What a new definition changes on the nodes: old resources to stop and new ones to start, in this order (§2.5). */
export function deltaOfService(before: PlannedService, after: PlannedService) {
  const { stop, start } = deltaOf(treeOf("service", before.resources), treeOf("service", after.resources), {
    live: () => [],
    attrs: (node) => attributesOf(node.of),
  })
  const resourcesOf = (nodes: typeof stop) => nodes.flatMap(({ of }) => (of ? [of] : []))
  return { stop: resourcesOf(stop), start: resourcesOf(start) }
}

/**
 * Reconfiguration without stopping everything (§2.5): subtrees that are gone or differ stop by the old definition, new ones start by
 * the new one, siblings stay. Domain, policy and intervals are live. A service that does not run has nothing to be done on a node.
 */
export function planReconfigure(r: ServicePlanRequest, after: PlannedService): Verdict<ServicePlan> {
  const { stop, start } = deltaOfService(r.service, after)
  const change = { service: after.name, kind: "reconfigure" as const }
  const isOff = r.state === "stopped" || r.state === "disabled" || r.state === "uninitialized"
  if (isOff || (stop.length === 0 && start.length === 0)) return allow(planOf(r, { steps: [], changes: [change] }))
  const refusal = refusalFor(r, "restart", false)
  if (refusal) return refuse(refusal)
  const found = find(r)
  if (!found.allowed) return found
  const { owner } = found.value
  if (owner === undefined) return refuse(report("serviceNotRunning", { service: r.service.name }))
  const next = { ...r, service: { ...after, resources: start } }
  const steps = [
    ...looksFirst(next, owner),
    ...stop.map((resource) => resourceStep(r, owner, "stop", resource, "wait")),
    // A start that fails ends the job; the keeper then finds the service ailing and recovers it by its policy.
    ...start.map((resource) => resourceStep(next, owner, "start", resource, "giveUp")),
  ]
  return allow(planOf(r, { steps, changes: [{ ...change, from: owner, to: owner }], from: owner, to: owner }))
}
