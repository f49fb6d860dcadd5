import type { Call } from "./call"
import type { Candidate, FailoverDomain, Ranked, Situation } from "./placement"
import { digestOf, type Plan, type Sentence, type Step } from "./plan"
import { startOrder, stopOrder, subtreeOf, type TreeNode } from "./resource-tree"
import type { Resource, ResourceRules, ServiceRules, ServiceState, States } from "./service"

/** A resource with what the planner must know of it and cannot know by itself. */
export type PlannedResource = Resource &
  ResourceRules & {
    /** rgmanager's type, which orders it among its siblings: ip, fs, script … or the agent's own name. */
    readonly type: string
    /** Addresses that it brings up: looked for on every reachable member before it is started. */
    readonly addresses: readonly string[]
  }
export type PlannedService = ServiceRules & { readonly name: string; readonly resources: readonly PlannedResource[] }
/** Words and exact command of a call; both are the driver's. */
export type Describe = (call: Call) => { readonly sentence: Sentence; readonly command: string }

/** Everything that a plan for a service rests on. */
export type ServicePlanRequest = {
  readonly service: PlannedService
  readonly state: ServiceState
  /** As the keeper recorded it. */
  readonly owner: string | undefined
  readonly isFrozen: boolean
  /** The whole cluster: nothing is started, nothing is evaluated. */
  readonly isLocked: boolean
  /** Topmost resources of the subtrees that were left off. */
  readonly leftOff: readonly string[]
  readonly domain: FailoverDomain | "none" | "missing"
  /** All members, with what else they run. */
  readonly candidates: readonly Candidate[]
  /** Resource states by node, of fresh facts only: a node that is not here takes no part. */
  readonly states: Readonly<Record<string, States>>
  /** Members known to be off: they hold nothing. */
  readonly off: readonly string[]
  readonly isQuorate: boolean
  /** The service that it depends on; undefined when there is none. */
  readonly dependency: { readonly name: string; readonly state: ServiceState } | undefined
  /** Running services that depend on it hard, directly or not, in the order in which they are stopped. */
  readonly dependents: readonly ServicePlanRequest[]
  readonly describe: Describe
}
export type ServicePlan = Plan & {
  readonly others: readonly Ranked[]
  readonly from: string | undefined
  readonly to: string | undefined
  /** Why the target is what it is. */
  readonly choice?: Sentence
}

// ---- the tree ----
export type ServiceTree = TreeNode<PlannedResource | undefined>
/** The service with its resources as rgmanager's tree; a parent that is missing counts as the service itself. */
export function treeOf(name: string, resources: readonly PlannedResource[]): ServiceTree {
  const known = new Set(resources.map((r) => r.name))
  const below = (parent: string | null): readonly ServiceTree[] =>
    resources
      .filter((r) => (r.parent !== null && known.has(r.parent) ? r.parent : null) === parent)
      .map((r) => ({ type: r.type, name: r.name, children: below(r.name), of: r }))
  return { type: "service", name, children: below(null), of: undefined }
}
const resourcesOf = (nodes: readonly ServiceTree[]): readonly PlannedResource[] => nodes.flatMap(({ of }) => (of ? [of] : []))
/** In the order in which they start (§2.2). */
export const inStartOrder = ({ name, resources }: PlannedService): readonly PlannedResource[] =>
  resourcesOf(startOrder(treeOf(name, resources)))
/** In the order in which they stop, which is not the start's reversed (§2.2). */
export const inStopOrder = ({ name, resources }: PlannedService): readonly PlannedResource[] =>
  resourcesOf(stopOrder(treeOf(name, resources)))
/** Names of these resources and all below them. */
export function withBelow({ name, resources }: PlannedService, roots: readonly string[]): ReadonlySet<string> {
  if (roots.length === 0) return new Set()
  const tree = treeOf(name, resources)
  return new Set(
    roots.flatMap((root) => {
      const found = subtreeOf(tree, root)
      return found ? resourcesOf(startOrder(found)).map((r) => r.name) : []
    }),
  )
}

// ---- steps ----
export const stepOf = (r: ServicePlanRequest, call: Call, ifItFails: Step["ifItFails"]): Step => {
  const { sentence, command } = r.describe(call)
  const service = r.service.name
  return { call, service, sentence: { ...sentence, params: { ...sentence.params, service, node: call.node } }, ifItFails, command }
}
const fieldsOf = (params: unknown) => (typeof params === "object" && params !== null && !Array.isArray(params) ? params : {})
export const resourceStep = (
  r: ServicePlanRequest,
  node: string,
  op: "start" | "stop",
  { name, driver, params }: Resource,
  ifItFails: Step["ifItFails"],
): Step => stepOf(r, { node, driver, op, params: { ...fieldsOf(params), name } }, ifItFails)

/** A failed stop leaves a service that may still run: nothing else may be started (rgmanager's state "failed"). */
export const stopAll = (r: ServicePlanRequest, node: string): readonly Step[] =>
  inStopOrder(r.service).map((resource) => resourceStep(r, node, "stop", resource, "wait"))

/** Resources that the service can do without: within a non-critical subtree (§2.4). */
const dispensable = ({ service }: ServicePlanRequest): ReadonlySet<string> =>
  withBelow(
    service,
    service.resources.filter((r) => r.independentSubtree === "nonCritical").map((r) => r.name),
  )
export function startAll(r: ServicePlanRequest, node: string, ifItFails: Step["ifItFails"] = "fallBack"): readonly Step[] {
  const optional = dispensable(r)
  return inStartOrder(r.service).map((resource) =>
    resourceStep(r, node, "start", resource, optional.has(resource.name) ? "goOn" : ifItFails),
  )
}
/**
 * First of all, and before anything is stopped: every reachable member but the owner says that it does not hold the address.
 * IPaddr2 itself does not look (for IPv4 only with run_arping, which costs 2 s).
 */
export const looksFirst = (r: ServicePlanRequest, owner: string | undefined): readonly Step[] =>
  r.service.resources.flatMap(({ addresses }) =>
    addresses.flatMap((ip) =>
      Object.keys(r.states)
        .filter((node) => node !== owner)
        .map((node) => stepOf(r, { node, driver: "system", op: "addressIsFree", params: { ip } }, "giveUp")),
    ),
  )

// ---- what the nodes say ----
/** Nodes on which a resource of the service is not known to be stopped. */
export const holdersOf = ({
  service,
  states,
}: {
  readonly service: { readonly resources: readonly { readonly name: string }[] }
  readonly states: Readonly<Record<string, States>>
}): readonly string[] =>
  Object.keys(states).filter((node) => service.resources.some(({ name }) => (states[node]?.[name] ?? "failed") !== "stopped"))
/** Members that neither answer nor are known to be off. */
export const silentOf = (r: Pick<ServicePlanRequest, "candidates" | "states" | "off">): readonly string[] =>
  r.candidates.map(({ node }) => node).filter((node) => !(node in r.states) && !r.off.includes(node))

/** What the placement rules are asked about; a node in maintenance is none of the online ones. */
export const placementOf = (r: ServicePlanRequest, owner: string | undefined): Situation => {
  const away = new Set(r.candidates.filter((c) => c.isInMaintenance).map((c) => c.node))
  return {
    domain: r.domain,
    online: Object.keys(r.states).filter((node) => !away.has(node)),
    owner,
    isStarted: r.state === "started" || r.state === "starting",
  }
}

/** What a service's plan rests on: its own resources on every node that answers, its state, and who is off. */
export const planDigest = (r: Omit<ServicePlanRequest, "describe">): string => digestOf(factsOf(r))
const factsOf = ({ states, service, state, off, domain, isQuorate, ...r }: Omit<ServicePlanRequest, "describe">): object => ({
  states,
  service: { ...service, resources: service.resources.map(({ addresses: _, ...resource }) => resource) },
  state,
  off: [...off].sort(),
  domain: typeof domain === "string" ? domain : { ...domain, members: [...domain.members].sort() },
  isQuorate,
  flags: [r.isFrozen, r.isLocked, r.leftOff],
  away: r.candidates.filter((c) => c.isInMaintenance).map((c) => c.node),
  dependency: r.dependency ?? null,
  dependents: r.dependents.map(factsOf),
})
