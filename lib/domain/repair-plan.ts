import type { Fallback, Step } from "./plan"
import { allow, refuse, report, type Verdict } from "./report"
import { find, planOf, planRecover, refusalFor } from "./service-plan"
import { inStartOrder, inStopOrder, resourceStep, type ServicePlan, type ServicePlanRequest, withBelow } from "./service-request"

const stopPart = (r: ServicePlanRequest, node: string, roots: readonly string[], ifItFails: Step["ifItFails"]): readonly Step[] => {
  const part = withBelow(r.service, roots)
  return inStopOrder(r.service)
    .filter(({ name }) => part.has(name))
    .map((resource) => resourceStep(r, node, "stop", resource, ifItFails))
}
const startPart = (r: ServicePlanRequest, node: string, roots: readonly string[]): readonly Step[] => {
  const part = withBelow(r.service, roots)
  return inStartOrder(r.service)
    .filter(({ name }) => part.has(name))
    .map((resource) => resourceStep(r, node, "start", resource, "fallBack"))
}
const leaveOffOf = (r: ServicePlanRequest, node: string, roots: readonly string[]): Fallback => ({
  node,
  service: r.service.name,
  kind: "leaveOff",
  sentence: { code: "fallbackLeaveOff", params: { service: r.service.name, node, resources: roots.join(", ") } },
  steps: [...stopPart(r, node, roots, "goOn")],
})
const nonCritical = ({ service }: ServicePlanRequest, root: string): boolean =>
  service.resources.find(({ name }) => name === root)?.independentSubtree === "nonCritical"

/** Where the running service is, as both the keeper and the nodes say. */
function ownerOf(r: ServicePlanRequest): Verdict<string> {
  const found = find(r)
  if (!found.allowed) return found
  const { owner } = found.value
  return owner === undefined ? refuse(report("serviceNotRunning", { service: r.service.name })) : allow(owner)
}

/**
 * Failed subtrees (§2.4), `__independent_subtree`: stopped and started in place while the service goes on. If that fails, a
 * non-critical one is left off and the service is partial; any other takes the whole service with it, by its own policy.
 */
export function planRepair(r: ServicePlanRequest, roots: readonly string[], off: readonly string[]): Verdict<ServicePlan> {
  const refusal = refusalFor({ ...r, state: "started" }, "restart", false)
  if (refusal) return refuse(refusal)
  const owner = ownerOf(r)
  if (!owner.allowed) return owner
  const node = owner.value
  const service = r.service.name
  const spare = roots.filter((root) => nonCritical(r, root))
  const needed = roots.filter((root) => !nonCritical(r, root))
  const steps = [
    ...stopPart(r, node, off, "goOn"),
    ...stopPart(r, node, spare, "goOn"),
    ...stopPart(r, node, needed, "wait"),
    ...startPart(r, node, spare),
    ...startPart(r, node, needed),
  ]
  const fallbacks = needed.length === 0 ? (spare.length === 0 ? [] : [leaveOffOf(r, node, spare)]) : wholeOf(r, node)
  const change = { service, from: node, to: node }
  const changes = [
    ...(off.length > 0 ? [{ ...change, kind: "leaveOff" as const, resources: [...off] }] : []),
    ...(roots.length > 0 ? [{ ...change, kind: "repair" as const, resources: [...roots] }] : []),
  ]
  return allow(planOf(r, { steps, fallbacks, changes, from: node, to: node }))
}
/** The service's own recovery, as the next thing to try. */
function wholeOf(r: ServicePlanRequest, node: string): Fallback[] {
  const plan = planRecover(r, r.service.recovery === "relocate" ? "relocate" : "restart")
  if (!plan.allowed) return []
  const { steps, fallbacks, to = node } = plan.value
  const sentence = { code: "fallbackWhole", params: { service: r.service.name, node: to } }
  return [{ node: to, service: r.service.name, kind: "recover", sentence, steps }, ...fallbacks]
}

/** `clusvcadm -c`: starts the parts that were left off, where the service runs. */
export function planConvalesce(r: ServicePlanRequest): Verdict<ServicePlan> {
  const refusal = refusalFor(r, "convalesce", false)
  if (refusal) return refuse(refusal)
  const owner = ownerOf(r)
  if (!owner.allowed) return owner
  const node = owner.value
  const resources = [...r.leftOff]
  const changes = [{ service: r.service.name, kind: "convalesce" as const, from: node, to: node, resources }]
  return allow(
    planOf(r, { steps: startPart(r, node, resources), fallbacks: [leaveOffOf(r, node, resources)], changes, from: node, to: node }),
  )
}
