import { z } from "zod"
import { Name } from "./call"
import { tieRules } from "./placement"

/** What a monitor says of one resource on one node. Only an explicit "not running" is ever stopped. */
export const ResourceState = z.enum(["started", "stopped", "failed"])
export type ResourceState = z.infer<typeof ResourceState>
/** Resource name to state, on one node. */
export type States = Readonly<Record<string, ResourceState>>

/**
 * rgmanager's `__independent_subtree` (service-manager.md §2.4): "no", the whole service fails with it; "independent" (1), it is
 * restarted in place first; "nonCritical" (2), it may stay off while the service goes on, partial.
 */
export const independence = ["no", "independent", "nonCritical"] as const
export type Independence = (typeof independence)[number]

/** Limits of a resource's own recovery. A window of 0 never forgets; rgmanager ignores a limit whose other half is missing. */
export type ResourceLimits = {
  readonly maxRestarts: number
  readonly restartExpireMs: number
  readonly maxFailures: number
  readonly failureExpireMs: number
}
/** A resource of a service; `params` are parsed by the driver's own schema. */
export type Resource = { readonly name: string; readonly driver: string; readonly params: z.core.util.JSONType }
/** Where it stands in the service's tree, and what its failure means. */
export type ResourceRules = ResourceLimits & {
  /** The resource that must run before it; null hangs from the service itself. */
  readonly parent: string | null
  readonly independentSubtree: Independence
}

/** rgmanager's states (service-manager.md §2.7) without the two that it never sets, plus `blocked`. */
export const serviceStates = [
  "stopped",
  "starting",
  "started",
  "stopping",
  "failed",
  "uninitialized",
  "recoverable",
  "recovering",
  "disabled",
  "blocked",
] as const
export const ServiceState = z.enum(serviceStates)
export type ServiceState = z.infer<typeof ServiceState>

/** What befalls a cluster; the keeper turns its observations into these (§1.4). */
export const DomainEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("quorumFormed") }),
  z.object({ type: z.literal("nodeLost"), node: z.string() }),
  z.object({ type: z.literal("nodeJoined"), node: z.string() }),
  z.object({ type: z.literal("fenced"), node: z.string() }),
  z.object({ type: z.literal("confirmed"), node: z.string() }),
  z.object({ type: z.literal("configChanged") }),
  z.object({ type: z.literal("dependencyStarted"), service: z.string() }),
])
export type DomainEvent = z.infer<typeof DomainEvent>

/** When a resource was restarted, and when its checks failed (ms, panel's clock), as far back as its windows reach. */
export const Counters = z.object({ restartsAtMs: z.array(z.number()), failuresAtMs: z.array(z.number()) })
export type Counters = z.infer<typeof Counters>

/** What of a status is stored as it is; a part that another version wrote is begun anew. */
export const StatusDetails = z.object({
  off: z.array(z.string()).catch([]),
  restartsAtMs: z.array(z.number()).catch([]),
  counters: z.record(z.string(), Counters).catch({}),
  pending: z.array(DomainEvent).catch([]),
})

/** Where a service stands; written by the keeper alone. */
export type ServiceStatus = {
  readonly state: ServiceState
  readonly owner: string | undefined
  readonly lastOwner: string | undefined
  readonly restarts: number
  /** ms, panel's clock. */
  readonly sinceMs: number
  readonly reason: { readonly code: string; readonly params: Readonly<Record<string, string>> } | undefined
  /** rgmanager's flag Z: neither checked nor started, stopped or moved, even if the owner dies. */
  readonly isFrozen: boolean
  /** rgmanager's flag P: non-critical subtrees that were left off, by their topmost resource. */
  readonly off: readonly string[]
  /** Restarts in place that count against maxRestarts. */
  readonly restartsAtMs: readonly number[]
  readonly counters: Readonly<Record<string, Counters>>
  /** Events that nobody has answered yet; they survive the panel. */
  readonly pending: readonly DomainEvent[]
}
/** A service of which nothing is known yet. */
export const newStatus = (sinceMs: number): ServiceStatus => ({
  ...{ state: "uninitialized", owner: undefined, lastOwner: undefined, restarts: 0, sinceMs, reason: undefined },
  ...{ isFrozen: false, off: [], restartsAtMs: [], counters: {}, pending: [] },
})
/** Of a service that came with a cluster.conf: found where it runs, else left off, whatever its autostart. */
export const importedStatus = (sinceMs: number): ServiceStatus => ({ ...newStatus(sinceMs), reason: { code: "imported", params: {} } })
export const isImported = ({ reason }: ServiceStatus): boolean => reason?.code === "imported"

export const recoveries = ["restart", "relocate", "disable", "restart-disable"] as const
export type Recovery = (typeof recoveries)[number]
export const dependModes = ["hard", "soft"] as const
/** The policy of a service (§2.1, §2.6); all of it but nothing else is live: a change needs no stop. */
export type ServiceRules = {
  readonly isExclusive: boolean
  readonly autostart: boolean
  readonly recovery: Recovery
  /** Restarts in place tolerated within the window before it is relocated, or disabled; 0 is no limit. */
  readonly maxRestarts: number
  /** 0 never forgets. */
  readonly restartExpireMs: number
  readonly dependsOn: string | null
  /** "hard": stopped with it; "soft": needed to start only. */
  readonly dependMode: (typeof dependModes)[number]
  /** Lower is taken first when several are to be started or moved at once. */
  readonly priority: number
  readonly ties: (typeof tieRules)[number]
}

const COUNT_MAX = 1_000
/** What a 32-bit column holds, about 24 days. */
const WINDOW_MAX_MS = 2 ** 31 - 1
const Count = z.int("count").min(0, "count").max(COUNT_MAX, "count")
const Window = z.int("duration").min(0, "duration").max(WINDOW_MAX_MS, "duration")

/** Resource names are unique in a cluster: they become OCF_RESOURCE_INSTANCE and names of facts. */
export const ResourceInput = z.object({
  name: Name,
  driver: Name,
  params: z.json(),
  parent: Name.nullable().default(null),
  independentSubtree: z.enum(independence).default("no"),
  maxRestarts: Count.default(0),
  restartExpireMs: Window.default(0),
  maxFailures: Count.default(0),
  failureExpireMs: Window.default(0),
  /** Defined once for the cluster (rgmanager's <resources>): driver and parameters are the shared definition's. */
  isShared: z.boolean().default(false),
})
export type ResourceInput = z.infer<typeof ResourceInput>
export const ServiceInput = z
  .object({
    name: Name,
    domain: Name.nullable(),
    isExclusive: z.boolean(),
    autostart: z.boolean(),
    recovery: z.enum(recoveries).default("restart"),
    maxRestarts: Count.default(0),
    restartExpireMs: Window.default(0),
    dependsOn: Name.nullable().default(null),
    dependMode: z.enum(dependModes).default("hard"),
    priority: z.int("priority").min(0, "priority").max(100, "priority").default(0),
    ties: z.enum(tieRules).default("order"),
    resources: z.array(ResourceInput).min(1, "resourcesMissing").max(64),
  })
  .check((ctx) => {
    const { resources, dependsOn, name } = ctx.value
    const issue = (message: string, path: (string | number)[], input: unknown) => ctx.issues.push({ code: "custom", message, path, input })
    if (dependsOn === name) issue("dependsOnItself", ["dependsOn"], dependsOn)
    resources.forEach((r, i) => {
      if (resources.findIndex((other) => other.name === r.name) !== i) issue("nameTaken", ["resources", i, "name"], r.name)
      // A parent comes before its children: document order, and no circle.
      if (r.parent !== null && !resources.slice(0, i).some((other) => other.name === r.parent))
        issue("parentMissing", ["resources", i, "parent"], r.parent)
      if (r.independentSubtree === "no" && (r.maxRestarts > 0 || r.maxFailures > 0))
        issue("limitsNeedIndependence", ["resources", i, "independentSubtree"], r.independentSubtree)
      if (r.maxRestarts > 0 !== r.restartExpireMs > 0) issue("limitNeedsBoth", ["resources", i, "restartExpireMs"], r.restartExpireMs)
      if (r.maxFailures > 0 !== r.failureExpireMs > 0) issue("limitNeedsBoth", ["resources", i, "failureExpireMs"], r.failureExpireMs)
    })
  })
export type ServiceInput = z.infer<typeof ServiceInput>
/** As it may be written down: what has a default may be left out. */
export type ServiceDraft = z.input<typeof ServiceInput>
