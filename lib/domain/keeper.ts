import { isBetter, rankStarts, rankTargets } from "./placement"
import { judge, type Policy, policyOf } from "./recovery"
import { type DomainEvent, isImported, type ServiceStatus } from "./service"
import { holdersOf, placementOf, type ServicePlanRequest } from "./service-request"
import type { Coded, NodeState } from "./views"

export type Standing = { readonly state: NodeState; readonly reason: Coded | null }
/** Quorum counts the members whose state is known: reachable, fenced, or confirmed off (DESIGN §4). Who returns counts when it answers here. */
export const isKnown = ({ state, reason }: Standing): boolean =>
  state === "online" || state === "fenced" || state === "confirmed" || (state === "returning" && reason === null)
export type Quorum = { readonly members: number; readonly known: number; readonly isQuorate: boolean; readonly byTieBreaker: boolean }
/** Of two members, the one that is known is a majority while it sees the tie-breaker: it is not the one that is cut off. */
export function quorumOf(members: readonly Standing[], tieBreakerSeen = false): Quorum {
  const known = members.filter(isKnown).length
  const isMajority = known * 2 > members.length
  const byTieBreaker = !isMajority && members.length === 2 && known === 1 && tieBreakerSeen
  return { members: members.length, known, isQuorate: isMajority || byTieBreaker, byTieBreaker }
}

export const to = (
  status: ServiceStatus,
  nowMs: number,
  state: ServiceStatus["state"],
  over: Partial<ServiceStatus> = {},
): ServiceStatus => ({
  ...status,
  reason: undefined,
  ...over,
  state,
  sinceMs: status.state === state && (over.owner === undefined || over.owner === status.owner) ? status.sinceMs : nowMs,
})

// ---- events ----
const isSame = (a: DomainEvent, b: DomainEvent): boolean => JSON.stringify(a) === JSON.stringify(b)
/** Remembered until it is answered, each once; it outlives the panel. */
export const remember = (status: ServiceStatus, event: DomainEvent): ServiceStatus =>
  status.pending.some((known) => isSame(known, event)) ? status : { ...status, pending: [...status.pending, event] }

/**
 * What an event does to a service at once (§1.4): a lost node's are held, a fenced or confirmed one's are free to be started again,
 * whatever a job was about to do. What is to be evaluated is remembered.
 */
export function afterEvent(status: ServiceStatus, event: DomainEvent, nowMs: number): ServiceStatus {
  const isOwner = "node" in event && status.owner === event.node
  switch (event.type) {
    case "nodeLost":
      return isOwner ? to(status, nowMs, "blocked", { reason: { code: "waitingForFencing", params: { node: event.node } } }) : status
    case "fenced":
    case "confirmed":
      return remember(isOwner ? to(status, nowMs, "stopped", { owner: undefined, lastOwner: event.node, off: [] }) : status, event)
    case "nodeJoined":
      // Looked at before anything is decided: what runs there is found by its monitors.
      return remember(isOwner && status.state === "blocked" ? to(status, nowMs, "uninitialized", { owner: event.node }) : status, event)
    case "quorumFormed":
    case "configChanged":
    case "dependencyStarted":
      return remember(status, event)
    default:
      return event satisfies never
  }
}

// ---- one look at one service ----
export type Look = {
  /** Definitions and fresh monitor results, as a plan would rest on them. */
  readonly request: ServicePlanRequest
  readonly status: ServiceStatus
  /** Members whose monitors should be there, but are not: reachable and not read yet, or silent. */
  readonly missing: readonly string[]
  /** When each resource was last checked on the owner, ms. */
  readonly checkedAtMs: Readonly<Record<string, number>>
  /** A job is at work on it: its states are the job's. */
  readonly isBusy: boolean
  readonly nowMs: number
}
export type KeeperAction =
  | { readonly type: "start"; readonly target: string }
  | { readonly type: "relocate"; readonly target: string }
  | { readonly type: "recover"; readonly policy: Exclude<Policy, "disable"> }
  | { readonly type: "disable" | "stop" }
  | { readonly type: "repair"; readonly restart: readonly string[]; readonly leaveOff: readonly string[] }
export type Decision = {
  readonly status: ServiceStatus
  /** What to do about it; the keeper submits it as a job like anybody. */
  readonly action: KeeperAction | undefined
  readonly note: Coded | undefined
  /** The status once the action was submitted, or refused: counters and answered events. */
  readonly onceActed: ServiceStatus
}
const settled = (status: ServiceStatus, note?: Coded): Decision => ({ status, onceActed: status, action: undefined, note })
const answered = (status: ServiceStatus): ServiceStatus => (status.pending.length === 0 ? status : { ...status, pending: [] })

/** Nothing is evaluated without a majority, or while the cluster is locked: events wait. */
const mayAct = ({ request }: Look): boolean => request.isQuorate && !request.isLocked
const failingAt = ({ request }: Look, node: string): readonly string[] =>
  request.service.resources.filter(({ name }) => request.states[node]?.[name] !== "started").map(({ name }) => name)

function ailing(look: Look, owner: string): Decision | undefined {
  const { request, status, nowMs } = look
  const failing = failingAt(look, owner)
  if (failing.length === 0) return undefined
  const judgement = judge(request.service, status, failing, look.checkedAtMs, nowMs)
  const { counters } = judgement
  if (judgement.failure === "none") return undefined
  // Counted at once: the same failed check never counts twice.
  if (judgement.failure === "tolerated")
    return JSON.stringify(counters) === JSON.stringify(status.counters) ? undefined : settled({ ...status, counters })
  const reason = { code: "checkFailed", params: { node: owner, resources: judgement.resources.join(", ") } }
  if (judgement.failure === "parts") {
    if (!mayAct(look)) return settled({ ...status, reason })
    const { restart, leaveOff } = judgement
    return {
      status: { ...status, reason },
      action: { type: "repair", restart, leaveOff },
      note: reason,
      onceActed: { ...status, reason, counters },
    }
  }
  const failed = to(status, nowMs, "recoverable", { owner, reason })
  return recovery(look, failed, reason)
}
function recovery(look: Look, status: ServiceStatus, note: Coded | undefined): Decision {
  if (!mayAct(look)) return settled(status, note)
  const { policy, restartsAtMs } = policyOf(look.request.service, status.restartsAtMs, look.nowMs)
  const action: KeeperAction = policy === "disable" ? { type: "disable" } : { type: "recover", policy }
  return { status, action, note, onceActed: { ...status, restartsAtMs } }
}
function found(look: Look, node: string): Decision {
  const { status, nowMs } = look
  const running = to(status, nowMs, "started", { owner: node })
  return ailing({ ...look, status: running }, node) ?? settled(running, { code: "foundRunning", params: { node } })
}

/** Nothing is known yet: the monitors of every member say where it is, before anything is started (§1.4 "quorum formed"). */
function initialise(look: Look): Decision {
  const { status, request, missing, nowMs } = look
  const holders = holdersOf(request)
  const [holder, second] = holders
  if (second !== undefined)
    return settled(to(status, nowMs, "failed", { owner: holder, reason: { code: "runsTwice", params: { nodes: holders.join(", ") } } }))
  if (holder !== undefined) return found(look, holder)
  if (!request.isQuorate || missing.length > 0) return settled(status)
  const over = { owner: undefined, lastOwner: status.owner ?? status.lastOwner, off: [] }
  // Another manager may have it elsewhere: who imported it says when it is to run here.
  if (isImported(status)) return settled(answered(to(status, nowMs, "disabled", { ...over, reason: status.reason })))
  if (!request.service.autostart) return settled(answered(to(status, nowMs, "disabled", over)))
  return settled(remember(to(status, nowMs, "stopped", over), { type: "quorumFormed" }))
}

/** rgmanager's consider_start (§1.4) for a service that is stopped. A node that joined is asked for itself only. */
function considerStart(look: Look): Decision {
  const { status, request, missing } = look
  if (status.pending.length === 0 || !mayAct(look) || missing.length > 0) return settled(status)
  // Somebody started it by hand: it is looked at anew, never started a second time.
  if (holdersOf(request).length > 0) return settled(to(status, look.nowMs, "uninitialized"))
  const { dependency, service } = request
  const isMet = dependency === undefined || dependency.state === "started"
  const joined = status.pending.flatMap((event) => (event.type === "nodeJoined" ? [event.node] : []))
  const isAsked = (node: string) => joined.length < status.pending.length || joined.includes(node)
  const ranked = rankStarts(request.candidates, placementOf(request, undefined), service.isExclusive, service.ties)
  const best = isMet ? ranked.find(({ node, may }) => may && isAsked(node)) : undefined
  if (best !== undefined) return { status, action: { type: "start", target: best.node }, note: undefined, onceActed: answered(status) }
  const why: Coded = isMet
    ? { code: "noBestNode", params: { service: service.name } }
    : { code: "dependencyNotStarted", params: { dependency: dependency?.name ?? "" } }
  return settled({ ...answered(status), reason: status.reason ?? why })
}

/** rgmanager's consider_relocate (§1.4): a node that joined and is a better place takes it; nofailback is in the scores. */
function considerRelocate(look: Look, owner: string): Decision {
  const { status, request } = look
  if (status.pending.length === 0 || !mayAct(look)) return settled(status)
  const { candidates, service, states } = request
  const joined = status.pending.flatMap((event) => (event.type === "nodeJoined" && event.node !== owner ? [event.node] : []))
  // It is looked at before anything is moved there.
  if (joined.some((node) => !(node in states) && look.missing.includes(node))) return settled(status)
  const situation = placementOf(request, owner)
  const better = joined.filter((node) => node in states && isBetter(node, candidates, situation, service.isExclusive))
  const target = rankTargets(candidates, situation, service.isExclusive, service.ties).find(({ node }) => better.includes(node))?.node
  if (target === undefined) return settled(answered(status))
  return { status, action: { type: "relocate", target }, note: undefined, onceActed: answered(status) }
}

const gone: readonly ServiceStatus["state"][] = ["stopped", "disabled", "failed"]
function whileStarted(look: Look): Decision {
  const { status, request } = look
  const { owner } = status
  // A silent owner is the node's matter (nodeLost), not a failed check.
  if (owner === undefined || !(owner in request.states)) return settled(status)
  const failing = ailing(look, owner)
  if (failing) return failing
  const { dependency, service } = request
  if (dependency && service.dependMode === "hard" && gone.includes(dependency.state) && mayAct(look))
    return {
      status,
      action: { type: "stop" },
      note: { code: "dependencyStopped", params: { dependency: dependency.name } },
      onceActed: status,
    }
  return considerRelocate(look, owner)
}

/** One look at one service: pure, so that what the keeper does can be told and replayed. */
export function decide(look: Look): Decision {
  const { status } = look
  if (look.isBusy) return settled(status)
  // Frozen: no check, no start, no stop, not even if its owner died; what happened meanwhile is not made up for (§2.7).
  if (status.isFrozen) return settled(answered(status.state === "uninitialized" ? initialise(look).status : status))
  switch (status.state) {
    case "uninitialized":
      return initialise(look)
    case "started":
      return whileStarted(look)
    case "recoverable": {
      const { owner } = status
      if (owner === undefined || !(owner in look.request.states)) return settled(status)
      const failing = failingAt(look, owner)
      return failing.length === 0 ? found(look, owner) : recovery(look, status, undefined)
    }
    case "stopped":
      return considerStart(look)
    default:
      return settled(answered(status))
  }
}
