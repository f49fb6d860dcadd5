import { to } from "./keeper"
import type { Change } from "./plan"
import type { ServiceState, ServiceStatus } from "./service"
import type { Coded } from "./views"

/** While a job works on a service: the state that its current step means, by the operation and by what is being changed. */
export function statusDuring(
  status: ServiceStatus,
  change: Pick<Change, "kind">,
  step: { readonly op: string; readonly node: string },
  nowMs: number,
): ServiceStatus {
  // Parts of it come and go; the service itself goes on.
  if (isPartial(change.kind)) return status
  if (step.op === "start") return to(status, nowMs, "starting", { owner: step.node })
  if (step.op !== "stop") return status
  return to(status, nowMs, change.kind === "recover" ? "recovering" : "stopping", { owner: step.node })
}
const partialKinds: readonly Change["kind"][] = ["repair", "leaveOff", "convalesce", "reconfigure"]
/** Parts are mended where the service is: after its node was fenced, or a person confirmed it off, that is nowhere, or elsewhere. */
export const isOvertaken = ({ owner }: ServiceStatus, { kind, from }: Change): boolean =>
  isPartial(kind) && from !== undefined && from !== owner
const isPartial = (kind: Change["kind"]): boolean => partialKinds.includes(kind)

export type JobEnd = {
  readonly change: Change
  readonly state: "succeeded" | "waiting" | "failed" | "cancelled"
  /** The node of the last start, when that was the end of it. */
  readonly startedOn: string | undefined
  /** Topmost resources of non-critical subtrees that did not start. */
  readonly leftOff: readonly string[]
  /** What it waits for, of this service. */
  readonly waitingFor: Coded | null
}
/** After a job: where it says the service is. */
export function statusAfter(status: ServiceStatus, end: JobEnd, nowMs: number): ServiceStatus {
  switch (end.state) {
    case "succeeded":
      return afterSuccess(status, end, nowMs)
    case "waiting":
      // For a person or for a node: a stop that failed leaves rgmanager's "failed"; what nobody knows stays where it is.
      if (end.waitingFor?.code === "stopFailed") return to(status, nowMs, "failed", { reason: end.waitingFor })
      return { ...status, reason: end.waitingFor ?? status.reason }
    case "failed":
    case "cancelled":
      // Given up by a person: what could not be stopped is failed until it is disabled. All else is looked at anew.
      return status.state === "failed" || status.state === "blocked" ? status : to(status, nowMs, "uninitialized", {})
    default:
      return end.state satisfies never
  }
}

function afterSuccess(status: ServiceStatus, end: JobEnd, nowMs: number): ServiceStatus {
  const { change, startedOn } = end
  const parts = change.resources ?? []
  switch (change.kind) {
    case "freeze":
      return { ...status, isFrozen: true }
    case "unfreeze":
      return { ...status, isFrozen: false }
    case "leaveOff":
      return to(status, nowMs, "started", {
        off: [...new Set([...status.off, ...parts])],
        reason: { code: "partial", params: { resources: parts.join(", ") } },
      })
    case "repair":
    case "convalesce":
      return to(status, nowMs, "started", { off: status.off.filter((name) => !parts.includes(name)) })
    case "reconfigure":
      return status
    case "start":
    case "relocate":
    case "restart":
    case "recover":
    case "stop":
    case "disable":
      return startedOn === undefined ? afterStop(status, change, nowMs) : afterStart(status, end, startedOn, nowMs)
    default:
      return change.kind satisfies never
  }
}
function afterStart(status: ServiceStatus, { change, leftOff }: JobEnd, owner: string, nowMs: number): ServiceStatus {
  // Kept only from a recovery (§2.7); a person's start begins anew.
  const isRecovery = change.kind === "recover"
  const restarts = isRecovery ? status.restarts + 1 : 0
  const reason = leftOff.length > 0 ? { code: "partial", params: { resources: leftOff.join(", ") } } : undefined
  const counting = isRecovery && change.from === owner ? {} : { restartsAtMs: [] }
  return to(status, nowMs, "started", { owner, lastOwner: status.lastOwner, restarts, off: leftOff, counters: {}, reason, ...counting })
}
function afterStop(status: ServiceStatus, { kind }: Change, nowMs: number): ServiceStatus {
  const over = { owner: undefined, lastOwner: status.owner ?? status.lastOwner, off: [], counters: {}, restartsAtMs: [] }
  const state: ServiceState = kind === "disable" ? "disabled" : "stopped"
  // Nobody asked for a stop: it is what was left when no node could start it.
  const isAsked = kind === "stop" || kind === "disable"
  return to(status, nowMs, state, isAsked ? over : { ...over, reason: { code: "startFailed", params: {} } })
}
