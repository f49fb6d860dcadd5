import type { Counters, ServiceRules, ServiceStatus } from "./service"
import type { RecoveryWay } from "./service-plan"
import { type PlannedResource, type PlannedService, withBelow } from "./service-request"

/** What is done about a service that failed its check; `disable` stops it and leaves it off. */
export type Policy = RecoveryWay | "disable"
const within = (times: readonly number[], windowMs: number, nowMs: number): readonly number[] =>
  windowMs === 0 ? times : times.filter((atMs) => nowMs - atMs <= windowMs)

/**
 * Recovery policy (§2.6). The count is compared before this restart is added; a limit of 0 is no limit, a window of 0 never forgets.
 * `restartsAtMs` is what counts from now on: relocating, disabling and exceeding clear it.
 */
export function policyOf(
  rules: Pick<ServiceRules, "recovery" | "maxRestarts" | "restartExpireMs">,
  restartsAtMs: readonly number[],
  nowMs: number,
): { readonly policy: Policy; readonly restartsAtMs: readonly number[] } {
  const kept = within(restartsAtMs, rules.restartExpireMs, nowMs)
  const isExceeded = rules.maxRestarts > 0 && kept.length >= rules.maxRestarts
  const again = [...kept, nowMs]
  switch (rules.recovery) {
    case "restart":
      return isExceeded ? { policy: "relocate", restartsAtMs: [] } : { policy: "restart", restartsAtMs: again }
    case "relocate":
      return { policy: "relocate", restartsAtMs: [] }
    case "disable":
      return { policy: "disable", restartsAtMs: [] }
    case "restart-disable":
      return isExceeded ? { policy: "disable", restartsAtMs: [] } : { policy: "restartOnly", restartsAtMs: again }
    default:
      return rules.recovery satisfies never
  }
}

const none: Counters = { restartsAtMs: [], failuresAtMs: [] }
const parentsOf = (service: PlannedService, name: string): readonly PlannedResource[] => {
  const found = service.resources.find((r) => r.name === name)
  if (!found) return []
  return found.parent === null ? [found] : [found, ...parentsOf(service, found.parent)]
}
/** The subtree that fails on its own with this resource: the nearest independent one; undefined is the whole service (§2.4). */
export const independentOf = (service: PlannedService, name: string): PlannedResource | undefined =>
  parentsOf(service, name).find((r) => r.independentSubtree !== "no")

export type Judgement = {
  readonly counters: Readonly<Record<string, Counters>>
} & (
  | { readonly failure: "none" }
  | { readonly failure: "tolerated" }
  | { readonly failure: "service"; readonly resources: readonly string[] }
  /** `restart` in place; `leaveOff` have used up their restarts. */
  | {
      readonly failure: "parts"
      readonly resources: readonly string[]
      readonly restart: readonly string[]
      readonly leaveOff: readonly string[]
    }
)

/** What failed checks mean for the service: nothing yet, a part of it, or all of it. */
export function judge(
  service: PlannedService,
  status: Pick<ServiceStatus, "counters" | "off">,
  failing: readonly string[],
  checkedAtMs: Readonly<Record<string, number>>,
  nowMs: number,
): Judgement {
  const left = withBelow(service, status.off)
  const counted = failing.filter((name) => !left.has(name))
  const counters: Record<string, Counters> = { ...status.counters }
  const whole = counted.filter((name) => independentOf(service, name) === undefined)
  const roots = new Map<string, PlannedResource>()
  for (const name of counted) {
    const root = independentOf(service, name)
    if (root && isCounted(counters, root, checkedAtMs[name] ?? nowMs, nowMs)) roots.set(root.name, root)
  }
  if (whole.length > 0) return { failure: "service", resources: whole, counters }
  if (roots.size === 0) return { failure: counted.length > 0 ? "tolerated" : "none", counters }
  return judgeParts([...roots.values()], counters, nowMs)
}
/** Restarts of a subtree count before this one is added; with both halves of its limit used up, mode 1 fails, mode 2 stays off. */
function judgeParts(roots: readonly PlannedResource[], counters: Record<string, Counters>, nowMs: number): Judgement {
  const keptOf = (root: PlannedResource) => within(counters[root.name]?.restartsAtMs ?? [], root.restartExpireMs, nowMs)
  const isExceeded = (root: PlannedResource) => root.maxRestarts > 0 && root.restartExpireMs > 0 && keptOf(root).length >= root.maxRestarts
  const fatal = roots.find((root) => isExceeded(root) && root.independentSubtree !== "nonCritical")
  if (fatal) return { failure: "service", resources: [fatal.name], counters }
  const next = Object.fromEntries(
    roots.map((root) => [root.name, { failuresAtMs: [], restartsAtMs: isExceeded(root) ? [] : [...keptOf(root), nowMs] }]),
  )
  const names = (list: readonly PlannedResource[]) => list.map(({ name }) => name)
  return {
    failure: "parts",
    resources: names(roots),
    restart: names(roots.filter((root) => !isExceeded(root))),
    leaveOff: names(roots.filter(isExceeded)),
    counters: { ...counters, ...next },
  }
}

/** Counts a failed check once, by the time it was made; false while the subtree's own limit tolerates it. */
function isCounted(counters: Record<string, Counters>, root: PlannedResource, atMs: number, nowMs: number): boolean {
  if (root.maxFailures === 0 || root.failureExpireMs === 0) return true
  const known = counters[root.name] ?? none
  const failuresAtMs = [...new Set([...within(known.failuresAtMs, root.failureExpireMs, nowMs), atMs])]
  counters[root.name] = { ...known, failuresAtMs }
  return failuresAtMs.length > root.maxFailures
}
