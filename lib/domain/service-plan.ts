import { illegal, type ServiceCommand } from "./legality"
import { type Ranked, rankTargets } from "./placement"
import type { Change, Fallback, Interruption, Plan, Sentence, Step } from "./plan"
import { allow, type Report, refuse, report, type Verdict } from "./report"
import {
  holdersOf,
  looksFirst,
  placementOf,
  planDigest,
  type ServicePlan,
  type ServicePlanRequest,
  silentOf,
  startAll,
  stopAll,
} from "./service-request"

export { planDigest, type ServicePlan, type ServicePlanRequest } from "./service-request"

type Found = { readonly owner: string | undefined; readonly silent: readonly string[] }
/** Where it runs by what the nodes say; refused when they cannot say it for certain. */
export function find(r: ServicePlanRequest): Verdict<Found> {
  const holders = holdersOf(r)
  const silent = silentOf(r)
  if (holders.length > 1) return refuse(report("runsTwice", { service: r.service.name, nodes: holders.join(", ") }))
  const owner = holders[0]
  const isActive = r.state !== "stopped" && r.state !== "disabled"
  // A silent member may hold it: nothing is started while the recorded owner, or all trace of it, is out of sight.
  if (owner === undefined && silent.length > 0 && (isActive || (r.owner !== undefined && silent.includes(r.owner))))
    return refuse(report("ownerUnknown", { service: r.service.name, silent: silent.join(", ") }))
  return allow({ owner, silent })
}

type Way = { readonly nodes: readonly string[]; readonly ranked: readonly Ranked[]; readonly choice: Sentence }
/** The nodes to try, best first, once the wanted one was put in front; and why that one. */
function route(r: ServicePlanRequest, owner: string | undefined, target: string | undefined): Verdict<Way> {
  const ranked = rankTargets(r.candidates, placementOf(r, owner), r.service.isExclusive, r.service.ties)
  const legal = ranked.filter(({ score }) => score > 0).map(({ node }) => node)
  const first = target ?? legal[0]
  if (first === undefined) return refuse(report("noTarget", { service: r.service.name }))
  if (!legal.includes(first)) {
    const because = ranked.find(({ node }) => node === first)?.because ?? "outsideDomain"
    return refuse(report("targetIllegal", { service: r.service.name, node: first, because }))
  }
  const second = ranked.find(({ node }) => node === legal[1])
  return allow({ nodes: [first, ...legal.filter((node) => node !== first)], ranked, choice: choiceOf(first, target, second) })
}
const choiceOf = (node: string, target: string | undefined, next: Ranked | undefined): Sentence => {
  if (target !== undefined) return { code: "asked", params: { node } }
  return next?.tie === undefined ? { code: "best", params: { node } } : { code: `tie.${next.tie}`, params: { node, other: next.node } }
}

// ---- services that depend on it ----
type Followers = { readonly stop: readonly Step[]; readonly start: readonly Step[]; readonly changes: readonly Change[] }
/** Hard dependents stop before it and start after it, where they ran (§2.1 depend_mode). */
function followersOf(r: ServicePlanRequest, comesBack: boolean): Verdict<Followers> {
  const stop: Step[] = []
  const start: Step[] = []
  const changes: Change[] = []
  for (const dependent of r.dependents) {
    const { name } = dependent.service
    if (dependent.isFrozen) return refuse(report("serviceFrozen", { service: name, state: dependent.state, node: "" }))
    const found = find(dependent)
    if (!found.allowed) return found
    const { owner } = found.value
    if (owner === undefined) continue
    stop.push(...stopAll(dependent, owner))
    if (comesBack) start.unshift(...startAll(dependent, owner, "giveUp"))
    changes.push({ service: name, kind: comesBack ? "restart" : "stop", from: owner, ...(comesBack ? { to: owner } : {}) })
  }
  return allow({ stop, start, changes })
}

// ---- fallbacks ----
type Ladder = { readonly nodes: readonly string[]; readonly home: string | undefined; readonly after: readonly Step[] }
/** rgmanager's §1.5: the next best, then home; at last what a failed start left behind is stopped. */
function fallbacksOf(r: ServicePlanRequest, { nodes, home, after }: Ladder, last: "stop" | "disable" = "stop"): Fallback[] {
  const service = r.service.name
  const rest = [...nodes.slice(1), ...(home === undefined ? [] : [home])]
  const list = rest.map((node, i): Fallback => {
    const failed = nodes[i] ?? node
    const code = node === home && i === rest.length - 1 ? "fallbackHome" : "fallbackNode"
    const steps = [...stopAll(r, failed), ...startAll(r, node), ...after]
    return { node, service, sentence: { code, params: { failed, service, node } }, steps }
  })
  const final = rest.at(-1) ?? nodes[0]
  if (final === undefined) return list
  const code = last === "stop" ? "fallbackStop" : "fallbackDisable"
  const sentence = { code, params: { failed: final, service } }
  return [...list, { node: final, service, sentence, steps: [...stopAll(r, final)], ...(last === "disable" ? { kind: last } : {}) }]
}

/** From the first stop to the last step of the service itself. */
function interruptionsOf(steps: readonly Step[]): Interruption[] {
  const names = [...new Set(steps.flatMap(({ service }) => (service === undefined ? [] : [service])))]
  return names.flatMap((service) => {
    const fromStep = steps.findIndex((s) => s.service === service && s.call.op === "stop")
    const untilStep = steps.findLastIndex((s) => s.service === service)
    return fromStep < 0 ? [] : [{ service, fromStep, untilStep }]
  })
}
type Shape = Omit<Partial<ServicePlan>, "steps" | "digest"> & { readonly steps: readonly Step[] }
export function planOf(r: ServicePlanRequest, { steps, fallbacks = [], changes = [], others = [], from, to, choice }: Shape): ServicePlan {
  const plan: Plan = { steps: [...steps], changes, interrupted: interruptionsOf(steps), fallbacks, digest: planDigest(r) }
  return { ...plan, others, from, to, ...(choice ? { choice } : {}) }
}

const standingOf = (r: ServicePlanRequest) => ({
  ...{ service: r.service.name, state: r.state, owner: r.owner, isFrozen: r.isFrozen, isLocked: r.isLocked, isQuorate: r.isQuorate },
  isPartial: r.leftOff.length > 0,
})
/** It can only be started while the service that it depends on is (§2.1: hard and soft alike). */
function unmet({ service, dependency }: ServicePlanRequest): Report | undefined {
  if (dependency === undefined || dependency.state === "started") return undefined
  return report("dependencyNotStarted", { service: service.name, dependency: dependency.name, state: dependency.state })
}
const refusalOf = (r: ServicePlanRequest, command: ServiceCommand, starts: boolean): Report | undefined =>
  illegal(command, standingOf(r)) ?? (starts ? unmet(r) : undefined)

// ---- the plans ----
/** Whether it may be relocated at all now, wherever to, and from where; the plan asks the same. Nothing is planned yet. */
export function mayRelocate(r: ServicePlanRequest): Verdict<string> {
  const refusal = refusalOf(r, "relocate", true)
  if (refusal) return refuse(refusal)
  const found = find(r)
  if (!found.allowed) return found
  const { owner } = found.value
  return owner === undefined ? refuse(report("serviceNotRunning", { service: r.service.name })) : allow(owner)
}
/** Stops on the owner and starts on the target, else on the next best, else back home (§1.5). What is stopped starts there. */
export function planRelocate(r: ServicePlanRequest, target?: string): Verdict<ServicePlan> {
  if (r.state === "stopped") {
    const refusal = refusalOf(r, "relocate", true)
    return refusal ? refuse(refusal) : planStart(r, target)
  }
  const owner = mayRelocate(r)
  return owner.allowed ? move(r, owner.value, "relocate", target) : owner
}
function move(r: ServicePlanRequest, owner: string, kind: "relocate" | "recover", target?: string): Verdict<ServicePlan> {
  const way = route(r, owner, target)
  if (!way.allowed) return way
  const followers = followersOf(r, true)
  if (!followers.allowed) return followers
  const { nodes, ranked, choice } = way.value
  const { stop, start, changes } = followers.value
  const [to = owner] = nodes
  return allow(
    planOf(r, {
      steps: [...looksFirst(r, owner), ...stop, ...stopAll(r, owner), ...startAll(r, to), ...start],
      fallbacks: fallbacksOf(r, { nodes, home: owner, after: start }),
      changes: [{ service: r.service.name, kind, from: owner, to }, ...changes],
      others: ranked.filter(({ node }) => node !== to),
      ...{ from: owner, to, choice },
    }),
  )
}

/** Whether it may be started at all now, wherever; the plan asks the same. */
export function mayStart(r: ServicePlanRequest): Verdict {
  const refusal = refusalOf(r, "start", true)
  if (refusal) return refuse(refusal)
  const found = find({ ...r, state: "started" })
  if (!found.allowed) return found
  const { owner } = found.value
  return owner === undefined ? allow(undefined) : refuse(report("serviceRunning", { service: r.service.name, node: owner }))
}
/** Starts where the domain says (`enable -F`), or on the node asked for. */
export function planStart(r: ServicePlanRequest, target?: string): Verdict<ServicePlan> {
  const verdict = mayStart(r)
  if (!verdict.allowed) return verdict
  const way = route(r, undefined, target)
  if (!way.allowed) return way
  const { nodes, ranked, choice } = way.value
  const to = nodes[0] ?? ""
  return allow(
    planOf(r, {
      steps: [...looksFirst(r, undefined), ...startAll(r, to)],
      fallbacks: fallbacksOf(r, { nodes, home: undefined, after: [] }),
      changes: [{ service: r.service.name, kind: "start", to }],
      others: ranked.filter(({ node }) => node !== to),
      ...{ to, choice },
    }),
  )
}

/** "stop" comes back at the next event, "disable" stays off until it is started by hand. */
export function planStop(r: ServicePlanRequest, kind: "stop" | "disable"): Verdict<ServicePlan> {
  const refusal = refusalOf(r, kind, false)
  if (refusal) return refuse(refusal)
  const holders = holdersOf(r)
  const hidden = r.owner !== undefined && !(r.owner in r.states) && !r.off.includes(r.owner)
  if (hidden) return refuse(report("ownerUnknown", { service: r.service.name, silent: r.owner ?? "" }))
  const from = holders[0]
  if (from === undefined && kind === "stop") return refuse(report("serviceNotRunning", { service: r.service.name }))
  const followers = followersOf(r, false)
  if (!followers.allowed) return followers
  // Also the way out of "runs twice": every holder is stopped.
  const steps = [...followers.value.stop, ...holders.flatMap((node) => stopAll(r, node))]
  const change: Change = { service: r.service.name, kind, ...(from === undefined ? {} : { from }) }
  return allow(planOf(r, { steps, changes: [change, ...followers.value.changes], from }))
}

/** Stop and start in place; a failing start goes elsewhere (§1.5). */
export function planRestart(r: ServicePlanRequest): Verdict<ServicePlan> {
  const refusal = refusalOf(r, "restart", true)
  if (refusal) return refuse(refusal)
  if (r.state === "stopped") return planStart(r)
  const found = find(r)
  if (!found.allowed) return found
  const { owner } = found.value
  return owner === undefined ? refuse(report("serviceNotRunning", { service: r.service.name })) : inPlace(r, owner, "restart", "elsewhere")
}
function inPlace(r: ServicePlanRequest, owner: string, kind: "restart" | "recover", then: "elsewhere" | "disable"): Verdict<ServicePlan> {
  const way = then === "elsewhere" ? route(r, owner, undefined) : undefined
  const followers = followersOf(r, true)
  if (!followers.allowed) return followers
  const { stop, start, changes } = followers.value
  const nodes = [owner, ...(way?.allowed ? way.value.nodes : [])]
  return allow(
    planOf(r, {
      steps: [...looksFirst(r, owner), ...stop, ...stopAll(r, owner), ...startAll(r, owner), ...start],
      fallbacks: fallbacksOf(r, { nodes, home: undefined, after: start }, then === "disable" ? "disable" : "stop"),
      changes: [{ service: r.service.name, kind, from: owner, to: owner }, ...changes],
      others: way?.allowed ? way.value.ranked : [],
      ...{ from: owner, to: owner },
    }),
  )
}

export type RecoveryWay = "restart" | "relocate" | "restartOnly"
/**
 * After a failed check (§2.6): in place, elsewhere first, or in place and nowhere else. rgmanager's restart-disable still relocates
 * when the start in place fails (§9); here "restartOnly" means what it says: the service is disabled then.
 */
export function planRecover(r: ServicePlanRequest, how: RecoveryWay): Verdict<ServicePlan> {
  const refusal = refusalOf({ ...r, state: r.state === "recoverable" ? "started" : r.state }, "restart", true)
  if (refusal) return refuse(refusal)
  const found = find(r)
  if (!found.allowed) return found
  const owner = found.value.owner ?? r.owner
  if (owner === undefined || !(owner in r.states)) return refuse(report("serviceNotRunning", { service: r.service.name }))
  if (how === "restartOnly") return inPlace(r, owner, "recover", "disable")
  if (how === "restart") return inPlace(r, owner, "recover", "elsewhere")
  const moved = move(r, owner, "recover")
  // Nowhere to go: here again is the last resort.
  return moved.allowed || moved.reports[0]?.code !== "noTarget" ? moved : inPlace(r, owner, "recover", "elsewhere")
}

/** Neither checked nor touched until it is unfrozen: nothing happens on a node. */
export function planFreeze(r: ServicePlanRequest, kind: "freeze" | "unfreeze"): Verdict<ServicePlan> {
  const refusal = refusalOf(r, kind, false)
  if (refusal) return refuse(refusal)
  return allow(planOf(r, { steps: [], changes: [{ service: r.service.name, kind }] }))
}

/** Commands of a person that are planned here; `convalesce` and what the keeper repairs: repair-plan.ts. */
export function planService(
  r: ServicePlanRequest,
  action: "start" | "stop" | "disable" | "restart" | "relocate" | "freeze" | "unfreeze",
  target?: string,
): Verdict<ServicePlan> {
  switch (action) {
    case "start":
      return planStart(r, target)
    case "relocate":
      return planRelocate(r, target)
    case "stop":
    case "disable":
      return planStop(r, action)
    case "restart":
      return planRestart(r)
    case "freeze":
    case "unfreeze":
      return planFreeze(r, action)
    default:
      return action satisfies never
  }
}
export { refusalOf as refusalFor }
