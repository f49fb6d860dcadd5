import type { FenceReadiness } from "./fencing"
import type { Freshness, Observed } from "./observed"
import type { Score, ScoreReason } from "./placement"
import { type Change, changeKinds, type Sentence } from "./plan"
import type { Finding, Verdict } from "./rehearsal"
import type { Reason, Role } from "./roles"
import type { ResourceRules, ServiceRules, ServiceState, ServiceStatus } from "./service"

/** What the queries answer and the screens show. Times are ms since the epoch on the panel's clock; the browser ages facts itself. */

export const nodeStates = ["online", "unreachable", "lost", "fenced", "confirmed", "returning", "unknown"] as const
/**
 * `unknown`: not asked yet. `unreachable`: no answer, not long enough to be lost, or others see it. `fenced`, `confirmed`: known to be
 * off. `returning`: it answers again and is looked at; nothing is started there yet.
 */
export type NodeState = (typeof nodeStates)[number]

export type Coded = { readonly code: string; readonly params: Readonly<Record<string, string>> }
/** A fact with its age; `freshness` as the panel saw it when it answered. */
export type FactView<T = unknown> = Observed<T> & { readonly freshness: Freshness }

export type SessionView = {
  readonly user: { readonly id: string; readonly name: string; readonly role: Role } | null
  /** Nobody is admin yet: the set-up page asks for the token of the console. */
  readonly needsSetup: boolean
  readonly isDemo: boolean
  readonly nowMs: number
}

export type NodeSummary = {
  readonly name: string
  /** A person has taken it out: nothing is started there. */
  readonly isInMaintenance: boolean
  readonly host: string
  readonly port: number
  readonly user: string
  readonly isMember: boolean
  readonly state: NodeState
  readonly sinceMs: number
  /** Why it is not online. */
  readonly reason: Coded | null
  readonly lastHeardMs: number | null
  readonly fingerprint: string
  readonly load: FactView<{ readonly one: number; readonly five: number; readonly fifteen: number }> | null
  readonly memory: FactView<{ readonly totalBytes: number; readonly availableBytes: number }> | null
  readonly cpus: number | null
}

/** One cell of the placement matrix. */
export type MatrixCell = {
  readonly node: string
  readonly priority: number | null
  /** Whether it could really start here, as last rehearsed. */
  readonly readiness: Verdict | null
} & (
  | { readonly kind: "owner"; readonly state: ServiceState; readonly sinceMs: number }
  /** A resource was seen active here although the service belongs elsewhere. */
  | { readonly kind: "alsoHere"; readonly resources: readonly string[] }
  /** A click offers `action`; the reason says how good a place it is. */
  | { readonly kind: "can"; readonly action: "relocate" | "start"; readonly score: Score; readonly because: ScoreReason }
  /** Not now, and why: state of the service (a Report's code) or of the node. */
  | { readonly kind: "notNow"; readonly why: Coded }
  /** Its failover domain never allows it here. */
  | { readonly kind: "never"; readonly because: ScoreReason }
  /** A move is under way: this node is next. */
  | { readonly kind: "next" }
)
export type ServiceRow = {
  readonly name: string
  /** Addresses and ports for the eye, such as "192.168.10.246". */
  readonly address: string | null
  readonly status: ServiceStatus
  readonly domain: string | null
  readonly jobId: string | null
  readonly cells: readonly MatrixCell[]
}
export type EventView = {
  readonly id: number
  readonly atMs: number
  readonly code: string
  readonly level: "ok" | "move" | "need" | "bad" | "off"
  readonly service: string | null
  readonly node: string | null
  readonly jobId: string | null
  readonly params: Readonly<Record<string, string>>
}
/** Something that waits for a person; kept until it is over or was seen. */
export type Attention =
  | {
      readonly kind: "service"
      readonly service: string
      readonly state: ServiceState
      readonly sinceMs: number
      readonly reason: Coded | null
      readonly jobId: string | null
    }
  | { readonly kind: "node"; readonly node: string; readonly state: NodeState; readonly sinceMs: number; readonly reason: Coded | null }
  | {
      readonly kind: "job"
      readonly jobId: string
      readonly state: JobState
      readonly subject: JobSubject
      readonly sinceMs: number
      readonly reason: Coded | null
    }
  /** Out for maintenance, and what still runs there. */
  | { readonly kind: "maintenance"; readonly node: string; readonly services: readonly string[] }
  | { readonly kind: "locked"; readonly by: string; readonly sinceMs: number }
  /** Members that nothing can surely switch off from here, all in one. */
  | { readonly kind: "noFencing"; readonly nodes: readonly { readonly node: string; readonly readiness: FenceReadiness }[] }
  | { readonly kind: "twice"; readonly service: string; readonly nodes: readonly string[] }
  | { readonly kind: "bootEnabled"; readonly service: string; readonly unit: string; readonly nodes: readonly string[] }

export type OverviewView = {
  readonly cluster: { readonly id: string; readonly name: string }
  readonly nowMs: number
  readonly quorum: { readonly members: number; readonly known: number; readonly isQuorate: boolean }
  /** No starts, nothing is evaluated (clusvcadm -l). */
  readonly isLocked: boolean
  readonly nodes: readonly NodeSummary[]
  readonly services: readonly ServiceRow[]
  readonly attention: readonly Attention[]
  readonly events: readonly EventView[]
}

export type NodeView = NodeSummary & {
  readonly nowMs: number
  readonly hostKey: string
  readonly facts: readonly (FactView & { readonly name: string })[]
  readonly services: readonly { readonly name: string; readonly state: ServiceState }[]
  readonly offeredFingerprint: string | null
}

/** A check before a node is added. `remedy` is a command to run on the node, to show and to copy. */
export type NodeCheck = {
  readonly code: "login" | "sudo" | "ownName" | "clock" | "tools" | "shell" | "peers"
  readonly verdict: "ok" | "warn" | "bad"
  readonly params: Readonly<Record<string, string>>
  readonly remedy: string | null
  /** What was run to find out. */
  readonly from: string
}

export type ResourceView = ResourceRules & {
  readonly name: string
  readonly driver: string
  readonly params: unknown
  readonly isShared: boolean
}
export type ServiceView = ServiceRules & {
  readonly nowMs: number
  readonly id: string
  readonly name: string
  readonly domain: string | null
  readonly status: ServiceStatus
  readonly resources: readonly ResourceView[]
  /** Names of resources in the order in which they start, and stop. */
  readonly startOrder: readonly string[]
  readonly stopOrder: readonly string[]
  /** Running services that stop and start with it. */
  readonly dependents: readonly string[]
  /** Why it is, or is not, started on each node by itself. */
  readonly placement: readonly PlacementView[]
  /** Per node and resource what its monitor says. */
  readonly monitors: readonly {
    readonly node: string
    readonly resource: string
    readonly fact: FactView<{ readonly state: "started" | "stopped" | "failed"; readonly detail: string }> | null
  }[]
  readonly cells: readonly MatrixCell[]
  /** What may be asked of it now; a reason where not. */
  readonly actions: Readonly<Record<ServiceAction, { readonly allowed: true } | { readonly allowed: false; readonly why: Coded }>>
  readonly bootEnabled: readonly { readonly unit: string; readonly nodes: readonly string[] }[]
  /** Whether it could start on each node, as last looked at; empty before the first look. */
  readonly rehearsals: readonly RehearsalView[]
  readonly pauses: readonly number[]
  readonly events: readonly EventView[]
  readonly jobId: string | null
}
export type RehearsalView = {
  readonly node: string
  readonly atMs: number
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
}
/** One node as a place for a service: what a person may do, and what the keeper would do by itself. */
export type PlacementView = {
  readonly node: string
  readonly score: Score
  readonly because: ScoreReason
  /** What puts it behind its equal before it. */
  readonly tie: "priority" | "order" | "fewest" | null
  readonly startsByItself: boolean
}
export const serviceActions = ["start", "stop", "disable", "restart", "relocate", "freeze", "unfreeze", "convalesce"] as const
export type ServiceAction = (typeof serviceActions)[number]

export type DomainView = {
  readonly name: string
  readonly ordered: boolean
  readonly restricted: boolean
  readonly nofailback: boolean
  readonly members: readonly { readonly node: string; readonly priority: number | null }[]
  readonly services: readonly string[]
}

export type PlanView = {
  readonly id: string
  readonly nowMs: number
  readonly subject: JobSubject
  readonly steps: readonly { readonly node: string; readonly sentence: Sentence; readonly command: string }[]
  readonly changes: readonly Change[]
  /** `expectedPauseMs` is the median of `earlierMs`, newest first; null without history. */
  readonly interrupted: readonly {
    readonly service: string
    readonly expectedPauseMs: number | null
    readonly earlierMs: readonly number[]
  }[]
  readonly fallbacks: readonly { readonly node: string; readonly sentence: Sentence }[]
  /** Why the target is what it is, ties included. */
  readonly choice: Sentence | null
  /** Every other node, and why it was not chosen. */
  readonly others: readonly { readonly node: string; readonly score: Score; readonly because: ScoreReason }[]
  /** Consequences that are no steps: what will no longer be watched, what the next event would move. */
  readonly notes: readonly Sentence[]
  readonly untouched: readonly string[]
}

export const jobStates = ["queued", "running", "waiting", "succeeded", "failed", "cancelled"] as const
export type JobState = (typeof jobStates)[number]
/** What a job is about. */
export const jobKinds = [
  ...changeKinds,
  /** About a node: services moved away, and back. */
  "maintain",
  "return",
  /** About what the panel was told. */
  "bootDisable",
  "domain",
  "lock",
  "unlock",
  /** Power: switched off by its fence devices, off and on, on; what runs on a node that came back and belongs elsewhere is stopped. */
  "fence",
  "fenceReboot",
  "powerOn",
  "clean",
  /** About virtual servers. */
  "balancer",
  "handOver",
  "drain",
  "drainReturn",
  "weights",
  "prepareReal",
  "undoReal",
  "director",
] as const
export type JobKind = (typeof jobKinds)[number]
export type JobSubject = {
  readonly kind: JobKind
  readonly service?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly node?: string | undefined
  readonly domain?: string | undefined
  readonly balancer?: string | undefined
}
export type JobStepView = {
  readonly index: number
  readonly node: string
  readonly sentence: Sentence
  readonly command: string
  readonly state: "pending" | "running" | "succeeded" | "failed" | "unknown" | "skipped"
  readonly startedMs: number | null
  readonly endedMs: number | null
  readonly reason: string | null
  readonly output: string
}
export type JobSummary = {
  readonly id: string
  readonly subject: JobSubject
  readonly reason: Reason
  readonly state: JobState
  readonly waitingFor: Coded | null
  readonly createdMs: number
  readonly startedMs: number | null
  readonly endedMs: number | null
  readonly pauseMs: number | null
  readonly follows: string | null
  readonly seenBy: string | null
}
export type JobView = JobSummary & {
  readonly nowMs: number
  readonly steps: readonly JobStepView[]
  readonly fallbacks: readonly { readonly node: string; readonly sentence: Sentence }[]
  readonly followedBy: string | null
}
