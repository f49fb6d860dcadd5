import { isKnown } from "./keeper"
import type { ServiceState } from "./service"
import type { NodeState } from "./views"

export const alertKinds = ["nodeLost", "serviceBlocked", "serviceFailed", "deviceTestFailed", "quorumAtRisk"] as const
export type AlertKind = (typeof alertKinds)[number]
export const alertPhases = ["began", "over"] as const
export type AlertPhase = (typeof alertPhases)[number]

/** Something that holds and should not. `subject`: a node's or a service's name, "node/device", or empty for the cluster. */
export type Condition = { readonly kind: AlertKind; readonly subject: string; readonly sinceMs: number }
export type AlertRule = { readonly kind: AlertKind; readonly afterMs: number; readonly channels: readonly string[] }
/** A message that said that a condition began, while nothing has said that it is over. */
export type Told = { readonly id: string; readonly kind: AlertKind; readonly subject: string; readonly channel: string }
export type Picture = {
  readonly nodes: readonly {
    readonly name: string
    /** `unknown`: not asked since the panel started. */
    readonly state: NodeState
    readonly sinceMs: number
    readonly isMember: boolean
    readonly isInMaintenance: boolean
  }[]
  readonly services: readonly { readonly name: string; readonly state: ServiceState; readonly sinceMs: number }[]
  /** The last test of each fence device of each node; `says` null: never tested. */
  readonly tests: readonly { readonly node: string; readonly device: string; readonly says: string | null; readonly atMs: number | null }[]
}

/** A state that neither begins a condition nor ends it: the panel does not know yet, or somebody is at work on it. */
const undecidedNodes: readonly NodeState[] = ["unknown", "unreachable", "returning"]
const undecidedServices: readonly ServiceState[] = ["uninitialized", "starting", "stopping", "recovering"]

type Sign = Condition & { readonly isSure: boolean }
const nodeSigns = ({ nodes }: Picture): readonly Sign[] =>
  nodes
    .filter(({ isInMaintenance }) => !isInMaintenance)
    .flatMap(({ name: subject, state, sinceMs }) => {
      const isSure = state === "lost"
      return isSure || undecidedNodes.includes(state) ? [{ kind: "nodeLost" as const, subject, sinceMs, isSure }] : []
    })
const serviceSigns = ({ services }: Picture): readonly Sign[] =>
  services.flatMap(({ name: subject, state, sinceMs }) => {
    const isUndecided = undecidedServices.includes(state)
    const isBlocked = state === "blocked"
    const isFailed = state === "failed" || state === "recoverable"
    return [
      ...(isBlocked || isUndecided ? [{ kind: "serviceBlocked" as const, subject, sinceMs, isSure: isBlocked }] : []),
      ...(isFailed || isUndecided ? [{ kind: "serviceFailed" as const, subject, sinceMs, isSure: isFailed }] : []),
    ]
  })
const testSigns = ({ tests }: Picture): readonly Sign[] =>
  tests.flatMap(({ node, device, says, atMs }) =>
    says === "error" ? [{ kind: "deviceTestFailed" as const, subject: `${node}/${device}`, sinceMs: atMs ?? 0, isSure: true }] : [],
  )
/**
 * At risk: the state of at least one member is not known, and one more would leave no majority, or there is none already. It began when
 * so many had fallen silent. Two members that both answer are at no risk that anybody could do something about. Undecided while a
 * member has not been asked yet.
 */
function quorumSigns({ nodes }: Picture): readonly Sign[] {
  const members = nodes.filter(({ isMember }) => isMember)
  const silent = members.filter(({ state }) => !isKnown({ state, reason: null })).toSorted((a, b) => a.sinceMs - b.sinceMs)
  const last = silent.find((_, i) => (members.length - (i + 1) - 1) * 2 <= members.length)
  const isSure = members.every(({ state }) => state !== "unknown")
  return last ? [{ kind: "quorumAtRisk", subject: "", sinceMs: last.sinceMs, isSure }] : []
}

const keyOf = ({ kind, subject }: Pick<Condition, "kind" | "subject">): string => `${kind} ${subject}`
/**
 * What holds now. What held before and is undecided holds on; what holds on keeps its beginning. What begins began after the last
 * look (`lookedMs`), whatever the states say of their own age. No beginning lies in the future, should the clock jump back.
 */
export function follow(held: readonly Condition[], picture: Picture, nowMs: number, lookedMs?: number): readonly Condition[] {
  const before = new Map(held.map((condition) => [keyOf(condition), condition]))
  const signs = [...nodeSigns(picture), ...serviceSigns(picture), ...testSigns(picture), ...quorumSigns(picture)]
  const now = new Map<string, Condition>()
  for (const { kind, subject, sinceMs, isSure } of signs) {
    const key = keyOf({ kind, subject })
    const known = now.get(key) ?? before.get(key)
    if (!isSure && !before.has(key)) continue
    const began = known?.sinceMs ?? Math.max(sinceMs, lookedMs ?? sinceMs)
    now.set(key, { kind, subject, sinceMs: Math.min(began, nowMs) })
  }
  return [...now.values()]
}

export type AlertDecision = {
  readonly began: readonly { readonly condition: Condition; readonly channel: string }[]
  /** Conditions that were told and are over. */
  readonly over: readonly Told[]
}
/** Each condition once to each channel of its rules, when it has held for long enough; when it is over, once to whom it was told. */
export function decide(conditions: readonly Condition[], rules: readonly AlertRule[], told: readonly Told[], nowMs: number): AlertDecision {
  const holding = new Set(conditions.map(keyOf))
  const known = new Set(told.map((t) => `${t.channel} ${keyOf(t)}`))
  const began = conditions.flatMap((condition) => {
    const due = rules.filter(({ kind, afterMs }) => kind === condition.kind && nowMs - condition.sinceMs >= afterMs)
    const channels = new Set(due.flatMap(({ channels }) => channels))
    return [...channels].filter((channel) => !known.has(`${channel} ${keyOf(condition)}`)).map((channel) => ({ condition, channel }))
  })
  return { began, over: told.filter((t) => !holding.has(keyOf(t))) }
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const RETRY_AFTER_MS = [MINUTE_MS / 2, 2 * MINUTE_MS, 10 * MINUTE_MS]
const GIVEN_UP_AFTER_MS = 24 * HOUR_MS
/** When a message that could not be delivered `attempts` times is tried again, ms; undefined: no more, a day has passed. */
export function nextTryMs(attempts: number, createdMs: number, nowMs: number): number | undefined {
  const nextMs = nowMs + (RETRY_AFTER_MS[attempts - 1] ?? HOUR_MS)
  return nextMs - createdMs > GIVEN_UP_AFTER_MS ? undefined : nextMs
}

/** The page where something can be done about it, below the panel's address. */
export function alertPath(clusterId: string, kind: AlertKind, subject: string): string {
  const base = `/c/${clusterId}`
  const [first = ""] = subject.split("/")
  switch (kind) {
    // The question whether it is off is asked at once, where a person is waited for.
    case "nodeLost":
      return `${base}/nodes/${encodeURIComponent(first)}?open=confirm`
    case "deviceTestFailed":
      return `${base}/fencing/nodes/${encodeURIComponent(first)}`
    case "serviceBlocked":
    case "serviceFailed":
      return `${base}/services/${encodeURIComponent(first)}`
    case "quorumAtRisk":
      return base
    default:
      return kind satisfies never
  }
}
