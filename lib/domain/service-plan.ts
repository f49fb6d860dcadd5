import type { Call } from "./call"
import { type Candidate, type FailoverDomain, rankTargets, type Scored } from "./placement"
import { digestOf, type Fallback, type Plan, type Sentence, type Step } from "./plan"
import { allow, type Report, refuse, report, type Verdict } from "./report"
import type { Resource, ServiceState, States } from "./service"

/** A resource with what the planner must know of it and cannot know by itself. */
export type PlannedResource = Resource & {
  /** Addresses that it brings up: looked for on every reachable member before it is started. */
  readonly addresses: readonly string[]
}
/** Words and exact command of a call; both are the driver's. */
export type Describe = (call: Call) => { readonly sentence: Sentence; readonly command: string }

export type ServicePlanRequest = {
  readonly service: { readonly name: string; readonly isExclusive: boolean; readonly resources: readonly PlannedResource[] }
  readonly state: ServiceState
  /** As the keeper recorded it. */
  readonly owner: string | undefined
  readonly domain: FailoverDomain | "none" | "missing"
  /** All members, with what else they run. */
  readonly candidates: readonly Candidate[]
  /** Resource states by node, of fresh facts only: a node that is not here takes no part. */
  readonly states: Readonly<Record<string, States>>
  /** Members known to be off: they hold nothing. */
  readonly off: readonly string[]
  readonly isQuorate: boolean
  readonly describe: Describe
}
export type ServicePlan = Plan & { readonly others: readonly Scored[]; readonly from: string | undefined; readonly to: string | undefined }

const step = (r: ServicePlanRequest, call: Call, ifItFails: Step["ifItFails"]): Step => {
  const { sentence, command } = r.describe(call)
  return { call, sentence: { ...sentence, params: { ...sentence.params, service: r.service.name, node: call.node } }, ifItFails, command }
}
const change =
  (r: ServicePlanRequest, node: string, op: "start" | "stop") =>
  ({ name, driver, params }: Resource): Step => {
    const fields = typeof params === "object" && params !== null && !Array.isArray(params) ? params : {}
    // A failed stop leaves a service that may still run: nothing else may be started (rgmanager's state "failed").
    return step(r, { node, driver, op, params: { ...fields, name } }, op === "start" ? "fallBack" : "wait")
  }
/**
 * First of all, and before anything is stopped: every reachable member but the owner says that it does not hold the address.
 * IPaddr2 itself does not look (for IPv4 only with run_arping, which costs 2 s).
 */
const looksFirst = (r: ServicePlanRequest, owner: string | undefined): readonly Step[] =>
  r.service.resources.flatMap(({ addresses }) =>
    addresses.flatMap((ip) =>
      Object.keys(r.states)
        .filter((node) => node !== owner)
        .map((node) => step(r, { node, driver: "system", op: "addressIsFree", params: { ip } }, "giveUp")),
    ),
  )
const stopAll = (r: ServicePlanRequest, node: string): readonly Step[] => r.service.resources.toReversed().map(change(r, node, "stop"))
const startAll = (r: ServicePlanRequest, node: string): readonly Step[] => r.service.resources.map(change(r, node, "start"))

/** Nodes on which a resource of the service is not known to be stopped. */
export const holdersOf = ({
  service,
  states,
}: {
  readonly service: { readonly resources: readonly { readonly name: string }[] }
  readonly states: Readonly<Record<string, States>>
}): readonly string[] =>
  Object.keys(states).filter((node) => service.resources.some(({ name }) => (states[node]?.[name] ?? "failed") !== "stopped"))

type Found = { readonly owner: string | undefined; readonly silent: readonly string[] }
/** Where it runs by what the nodes say; refused when they cannot say it for certain. */
function find(r: ServicePlanRequest): Verdict<Found> {
  const holders = holdersOf(r)
  const silent = r.candidates.map(({ node }) => node).filter((node) => !(node in r.states) && !r.off.includes(node))
  if (holders.length > 1) return refuse(report("runsTwice", { service: r.service.name, nodes: holders.join(", ") }))
  const owner = holders[0]
  const isActive = r.state !== "stopped" && r.state !== "disabled"
  // A silent member may hold it: nothing is started while the recorded owner, or all trace of it, is out of sight.
  if (owner === undefined && silent.length > 0 && (isActive || (r.owner !== undefined && silent.includes(r.owner))))
    return refuse(report("ownerUnknown", { service: r.service.name, silent: silent.join(", ") }))
  return allow({ owner, silent })
}

/** "first": the nodes to try, best first, once the wanted one was put in front. */
function route(
  r: ServicePlanRequest,
  owner: string | undefined,
  target: string | undefined,
): Verdict<{ nodes: readonly string[]; ranked: readonly Scored[] }> {
  const online = Object.keys(r.states)
  const isStarted = r.state === "started" || r.state === "starting"
  const ranked = rankTargets(r.candidates, { domain: r.domain, online, owner, isStarted }, r.service.isExclusive)
  const legal = ranked.filter(({ score }) => score > 0).map(({ node }) => node)
  const first = target ?? legal[0]
  if (first === undefined) return refuse(report("noTarget", { service: r.service.name }))
  if (!legal.includes(first)) {
    const because = ranked.find(({ node }) => node === first)?.because ?? "outsideDomain"
    return refuse(report("targetIllegal", { service: r.service.name, node: first, because }))
  }
  return allow({ nodes: [first, ...legal.filter((node) => node !== first)], ranked })
}

const HOME = "fallbackHome"
function fallbacksOf(r: ServicePlanRequest, nodes: readonly string[], home: string | undefined): Fallback[] {
  const rest = [...nodes.slice(1), ...(home === undefined ? [] : [home])]
  const list = rest.map((node, i): Fallback => {
    const failed = nodes[i] ?? node
    const code = node === home && i === rest.length - 1 ? HOME : "fallbackNode"
    return {
      node,
      sentence: { code, params: { failed, service: r.service.name, node } },
      steps: [...stopAll(r, failed), ...startAll(r, node)],
    }
  })
  const last = rest.at(-1) ?? nodes[0]
  if (last === undefined) return list
  // rgmanager stops what a failed start left behind before it gives up (§1.5).
  return [
    ...list,
    { node: last, sentence: { code: "fallbackStop", params: { failed: last, service: r.service.name } }, steps: [...stopAll(r, last)] },
  ]
}

type Shape = {
  readonly steps: readonly Step[]
  readonly fallbacks: Fallback[]
  readonly changes: Plan["changes"]
  readonly others?: readonly Scored[]
  readonly from?: string | undefined
  readonly to?: string | undefined
}
function planOf(r: ServicePlanRequest, { steps, fallbacks, changes, others = [], from, to }: Shape): ServicePlan {
  const fromStep = steps.findIndex(({ call }) => call.op === "stop")
  const interrupted = fromStep >= 0 ? [{ service: r.service.name, fromStep, untilStep: steps.length - 1 }] : []
  return { steps: [...steps], changes, interrupted, fallbacks, digest: planDigest(r), others, from, to }
}
/** What a service's plan rests on: its own resources on every node that answers, its state, and who is off. */
export const planDigest = ({ states, service, state, off, domain, isQuorate }: Omit<ServicePlanRequest, "describe">): string =>
  digestOf({
    states,
    resources: service.resources.map(({ name, driver, params }) => ({ name, driver, params })),
    isExclusive: service.isExclusive,
    state,
    off: [...off].sort(),
    domain: typeof domain === "string" ? domain : { ...domain, members: [...domain.members].sort() },
    isQuorate,
  })

const busyStates: readonly ServiceState[] = ["starting", "stopping", "recovering"]
function refusalOf(r: ServicePlanRequest, action: string): Report | undefined {
  const params = { service: r.service.name, state: r.state }
  if (!r.isQuorate) return report("noQuorum")
  if (r.state === "blocked") return report("serviceBlocked", { ...params, node: r.owner ?? "" })
  if (busyStates.includes(r.state)) return report("serviceBusy", params)
  if (r.state === "failed" && action !== "disable") return report("serviceFailed", params)
  return undefined
}

/** Stops on the owner and starts on the target, else on the next best, else back home (§1.5). */
export function planRelocate(r: ServicePlanRequest, target?: string): Verdict<ServicePlan> {
  const refusal = refusalOf(r, "relocate")
  if (refusal) return refuse(refusal)
  if (r.state === "disabled" || r.state === "uninitialized") return refuse(report("serviceDisabled", { service: r.service.name }))
  const found = find(r)
  if (!found.allowed) return found
  const { owner } = found.value
  if (owner === undefined) return refuse(report("serviceNotRunning", { service: r.service.name }))
  const way = route(r, owner, target)
  if (!way.allowed) return way
  const [first = owner] = way.value.nodes
  const steps = [...looksFirst(r, owner), ...stopAll(r, owner), ...startAll(r, first)]
  const changes: Plan["changes"] = [{ service: r.service.name, kind: "relocate", from: owner, to: first }]
  return allow(
    planOf(r, {
      steps,
      fallbacks: fallbacksOf(r, way.value.nodes, owner),
      changes,
      others: way.value.ranked.filter(({ node }) => node !== first),
      from: owner,
      to: first,
    }),
  )
}

/** Starts where the domain says (`enable -F`), or on the node asked for. */
export function planStart(r: ServicePlanRequest, target?: string): Verdict<ServicePlan> {
  const refusal = refusalOf(r, "start")
  if (refusal) return refuse(refusal)
  const found = find({ ...r, state: "started" })
  if (!found.allowed) return found
  if (found.value.owner !== undefined) return refuse(report("serviceRunning", { service: r.service.name, node: found.value.owner }))
  const way = route(r, undefined, target)
  if (!way.allowed) return way
  const first = way.value.nodes[0] ?? ""
  const changes: Plan["changes"] = [{ service: r.service.name, kind: "start", to: first }]
  const others = way.value.ranked.filter(({ node }) => node !== first)
  return allow(
    planOf(r, {
      steps: [...looksFirst(r, undefined), ...startAll(r, first)],
      fallbacks: fallbacksOf(r, way.value.nodes, undefined),
      changes,
      others,
      to: first,
    }),
  )
}

/** "stop" comes back at the next event, "disable" stays off until it is started by hand. */
export function planStop(r: ServicePlanRequest, kind: "stop" | "disable"): Verdict<ServicePlan> {
  const refusal = refusalOf(r, kind)
  if (refusal) return refuse(refusal)
  const holders = holdersOf(r)
  const hidden = r.owner !== undefined && !(r.owner in r.states) && !r.off.includes(r.owner)
  if (hidden) return refuse(report("ownerUnknown", { service: r.service.name, silent: r.owner ?? "" }))
  const from = holders[0]
  if (from === undefined && kind === "stop") return refuse(report("serviceNotRunning", { service: r.service.name }))
  // Also the way out of "runs twice": every holder is stopped.
  const steps = holders.flatMap((node) => stopAll(r, node))
  return allow(
    planOf(r, { steps, fallbacks: [], changes: [{ service: r.service.name, kind, ...(from === undefined ? {} : { from }) }], from }),
  )
}

/** Stop and start in place; a failing start goes elsewhere (§2.6 "restart"). */
export function planRestart(r: ServicePlanRequest, kind: "restart" | "recover"): Verdict<ServicePlan> {
  const refusal = refusalOf(r, kind)
  if (refusal) return refuse(refusal)
  const found = find(r)
  if (!found.allowed) return found
  const owner = found.value.owner ?? (kind === "recover" ? r.owner : undefined)
  if (owner === undefined || !(owner in r.states)) return refuse(report("serviceNotRunning", { service: r.service.name }))
  const way = route(r, owner, undefined)
  const elsewhere = way.allowed ? way.value.nodes : []
  const steps = [...looksFirst(r, owner), ...stopAll(r, owner), ...startAll(r, owner)]
  const changes: Plan["changes"] = [{ service: r.service.name, kind, from: owner, to: owner }]
  const others = way.allowed ? way.value.ranked : []
  return allow(planOf(r, { steps, fallbacks: fallbacksOf(r, [owner, ...elsewhere], undefined), changes, others, from: owner, to: owner }))
}

export function planService(
  r: ServicePlanRequest,
  action: "start" | "stop" | "disable" | "restart" | "relocate" | "recover",
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
    case "recover":
      return planRestart(r, action)
    default:
      return action satisfies never
  }
}
