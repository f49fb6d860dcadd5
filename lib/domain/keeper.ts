import type { ServiceState, ServiceStatus, States } from "./service"
import { holdersOf } from "./service-plan"
import type { Coded, JobSubject, NodeState } from "./views"

/** What befalls a cluster; the keeper turns its observations into these. */
export type DomainEvent =
  | { readonly type: "nodeLost"; readonly node: string }
  | { readonly type: "nodeJoined"; readonly node: string }
  | { readonly type: "fenced"; readonly node: string }
  | { readonly type: "confirmed"; readonly node: string }

/** Quorum counts the members whose state is known: reachable, fenced, or confirmed off (DESIGN §4). */
export const isKnown = (state: NodeState): boolean => state === "online" || state === "fenced" || state === "confirmed"
export function quorumOf(members: readonly NodeState[]): { readonly members: number; readonly known: number; readonly isQuorate: boolean } {
  const known = members.filter(isKnown).length
  return { members: members.length, known, isQuorate: known * 2 > members.length }
}

/** A node that does not answer is `unreachable` at once and `lost` after this long, ms. */
export const LOST_AFTER_MS = 10_000

const to = (status: ServiceStatus, nowMs: number, state: ServiceState, over: Partial<ServiceStatus> = {}): ServiceStatus => ({
  ...status,
  reason: undefined,
  ...over,
  state,
  sinceMs: status.state === state && (over.owner === undefined || over.owner === status.owner) ? status.sinceMs : nowMs,
})

/** A lost node's services are held, a fenced or confirmed one's are free to be started again, whatever a job was about to do. */
export function afterEvent(status: ServiceStatus, event: DomainEvent, nowMs: number): ServiceStatus {
  if (status.owner !== event.node) return status
  switch (event.type) {
    case "nodeLost":
      return to(status, nowMs, "blocked", { reason: { code: "waitingForFencing", params: { node: event.node } } })
    case "fenced":
    case "confirmed":
      return to(status, nowMs, "stopped", { owner: undefined, lastOwner: event.node })
    case "nodeJoined":
      // Looked at before anything is decided: what runs there is found by its monitors.
      return status.state === "blocked" ? to(status, nowMs, "uninitialized", { owner: event.node }) : status
    default:
      return event satisfies never
  }
}

export type Look = {
  readonly service: { readonly name: string; readonly autostart: boolean; readonly resources: readonly { readonly name: string }[] }
  readonly status: ServiceStatus
  /** Fresh monitor results by node. */
  readonly states: Readonly<Record<string, States>>
  /** Members whose monitors should be there, but are not: reachable and not read yet, or silent. */
  readonly missing: readonly string[]
  readonly isQuorate: boolean
  /** A job is at work on it: its states are the job's. */
  readonly isBusy: boolean
  readonly nowMs: number
}
export type Decision = {
  readonly status: ServiceStatus
  /** What to do about it; the keeper submits it as a job like anybody. */
  readonly action: "start" | "recover" | undefined
  readonly note: Coded | undefined
}
const nothing = (status: ServiceStatus): Decision => ({ status, action: undefined, note: undefined })
const failingAt = (look: Look, node: string): readonly string[] =>
  look.service.resources.filter(({ name }) => look.states[node]?.[name] !== "started").map(({ name }) => name)

function found(look: Look, node: string): Decision {
  const { status, nowMs } = look
  const failing = failingAt(look, node)
  if (failing.length === 0)
    return { status: to(status, nowMs, "started", { owner: node }), action: undefined, note: { code: "foundRunning", params: { node } } }
  const reason = { code: "checkFailed", params: { node, resources: failing.join(", ") } }
  return { status: to(status, nowMs, "recoverable", { owner: node, reason }), action: look.isQuorate ? "recover" : undefined, note: reason }
}
/** Nothing is known yet: the monitors of every member say where it is, before anything is started (§1.4 "quorum formed"). */
function initialise(look: Look): Decision {
  const { status, service, nowMs } = look
  const holders = holdersOf(look)
  const [holder, second] = holders
  if (second !== undefined)
    return {
      status: to(status, nowMs, "failed", { owner: holder, reason: { code: "runsTwice", params: { nodes: holders.join(", ") } } }),
      action: undefined,
      note: undefined,
    }
  if (holder !== undefined) return found(look, holder)
  if (!look.isQuorate || look.missing.length > 0) return nothing(status)
  const last = status.owner ?? status.lastOwner
  if (!service.autostart)
    return { status: to(status, nowMs, "disabled", { owner: undefined, lastOwner: last }), action: undefined, note: undefined }
  return { status: to(status, nowMs, "stopped", { owner: undefined, lastOwner: last }), action: "start", note: undefined }
}

/** One look at one service: pure, so that what the keeper does can be told and replayed. */
export function decide(look: Look): Decision {
  const { status } = look
  if (look.isBusy) return nothing(status)
  switch (status.state) {
    case "uninitialized":
      return initialise(look)
    case "started": {
      const { owner } = status
      // A silent owner is the node's matter (nodeLost), not a failed check.
      if (owner === undefined || !(owner in look.states)) return nothing(status)
      return failingAt(look, owner).length === 0 ? nothing(status) : found(look, owner)
    }
    case "recoverable": {
      const { owner } = status
      if (owner === undefined || !(owner in look.states)) return nothing(status)
      if (failingAt(look, owner).length === 0) return found(look, owner)
      return { status, action: look.isQuorate ? "recover" : undefined, note: undefined }
    }
    default:
      return nothing(status)
  }
}

/** While a job works: the state that its current step means, by the operation's name and the subject. */
export function statusDuring(
  status: ServiceStatus,
  subject: JobSubject,
  step: { readonly op: string; readonly node: string },
  nowMs: number,
): ServiceStatus {
  if (step.op === "start") return to(status, nowMs, "starting", { owner: step.node })
  if (step.op !== "stop") return status
  const state = subject.kind === "recover" ? "recovering" : "stopping"
  return to(status, nowMs, state, { owner: step.node })
}

export type JobEnd = {
  readonly subject: JobSubject
  readonly state: "succeeded" | "waiting" | "failed" | "cancelled"
  /** The node of the last start, when that was the end of it. */
  readonly startedOn: string | undefined
  readonly waitingFor: Coded | null
}
/** After a job: where it says the service is. */
export function statusAfter(status: ServiceStatus, end: JobEnd, nowMs: number): ServiceStatus {
  switch (end.state) {
    case "succeeded":
      return end.startedOn !== undefined ? afterStart(status, end, end.startedOn, nowMs) : afterStop(status, end, nowMs)
    case "waiting":
      // For a person or for a node: a stop that failed leaves rgmanager's "failed"; what nobody knows stays where it is.
      if (end.waitingFor?.code === "stopFailed") return to(status, nowMs, "failed", { reason: end.waitingFor })
      return { ...status, reason: end.waitingFor ?? undefined }
    case "failed":
    case "cancelled":
      return to(status, nowMs, "uninitialized", {})
    default:
      return end.state satisfies never
  }
}
function afterStart(status: ServiceStatus, { subject }: JobEnd, owner: string, nowMs: number): ServiceStatus {
  const restarts = subject.kind === "recover" ? status.restarts + 1 : 0
  return to(status, nowMs, "started", { owner, lastOwner: status.lastOwner, restarts })
}
function afterStop(status: ServiceStatus, { subject }: JobEnd, nowMs: number): ServiceStatus {
  const over = { owner: undefined, lastOwner: status.owner ?? status.lastOwner }
  if (subject.kind === "disable") return to(status, nowMs, "disabled", over)
  // Nobody asked for a stop: it is what was left when no node could start it.
  return to(status, nowMs, "stopped", subject.kind === "stop" ? over : { ...over, reason: { code: "startFailed", params: {} } })
}
