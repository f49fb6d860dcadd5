import type { ServiceDefinition } from "../../db/definitions"
import { rankStarts, rankTargets, scoreOf } from "../../domain/placement"
import type { Verdict } from "../../domain/rehearsal"
import { type Report, report } from "../../domain/report"
import { mayRelocate, mayStart } from "../../domain/service-plan"
import { placementOf, type ServicePlanRequest } from "../../domain/service-request"
import type { MatrixCell, NodeState, ServiceAction, ServiceView } from "../../domain/views"
import { startedIn } from "../common"
import { planAction } from "../plan/service"

const owning = ["starting", "started", "stopping", "recovering", "recoverable", "failed", "blocked"]
const coded = ({ code, params }: Report) => ({ code, params })

/** The row of a service: one cell a member, by the same rules that refuse on the server. */
export function cellsOf(
  service: ServiceDefinition,
  situation: ServicePlanRequest,
  nodes: readonly { readonly name: string; readonly state: NodeState }[],
  { next, readiness }: { readonly next: string | undefined; readonly readiness: ReadonlyMap<string, Verdict> | undefined },
): readonly MatrixCell[] {
  const { status } = service
  const owner = owning.includes(status.state) ? status.owner : undefined
  const ranked = rankTargets(situation.candidates, placementOf(situation, owner), service.isExclusive, service.ties)
  // What it would be with every node there: "never" is the domain's word, "not now" is the moment's.
  const ever = { domain: situation.domain, online: nodes.map(({ name }) => name), owner: undefined, isStarted: false }
  const action = owner === undefined ? ("start" as const) : ("relocate" as const)
  // Asked once, whatever the target: 500 services on 50 nodes are 25,000 cells. The plan of a click asks the same.
  const verdict = action === "start" ? mayStart(situation) : mayRelocate(situation)
  const refusal = verdict.allowed ? undefined : coded(verdict.reports[0] ?? report("invalid"))
  const byNode = new Map(ranked.map((r) => [r.node, r]))
  const open = ({ name: node, state }: { readonly name: string; readonly state: NodeState }): Open => {
    const always = scoreOf(node, ever)
    if (always.score === 0) return { kind: "never", because: always.because }
    if (state !== "online") return { kind: "notNow", why: { code: `node.${state}`, params: { node } } }
    if (refusal) return { kind: "notNow", why: refusal }
    const { score = 0, because = "offline" } = byNode.get(node) ?? {}
    if (score > 0) return { kind: "can", action, score, because }
    return { kind: "notNow", why: coded(report("targetIllegal", { service: service.name, node, because })) }
  }
  return nodes.map((n): MatrixCell => {
    const at = { node: n.name, priority: priorityOf(situation, n.name), readiness: readiness?.get(n.name) ?? null }
    if (n.name === owner) return { ...at, kind: "owner", state: status.state, sinceMs: status.sinceMs }
    if (n.name === next) return { ...at, kind: "next" }
    const here = startedIn(situation.states[n.name])
    return here.length > 0 ? { ...at, kind: "alsoHere", resources: here } : { ...at, ...open(n) }
  })
}
type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never
type Open = Extract<Without<MatrixCell, "node" | "priority" | "readiness">, { readonly kind: "never" | "notNow" | "can" }>
const priorityOf = ({ domain }: ServicePlanRequest, node: string): number | null =>
  typeof domain === "string" || !domain.ordered ? null : (domain.members.get(node) ?? null)

/** Undefined when the action may be asked for: the very planner that will be asked says so. */
export function refusalFor(situation: ServicePlanRequest, action: ServiceAction, target?: string): Report | undefined {
  const verdict = planAction(situation, action, target)
  return verdict.allowed ? undefined : (verdict.reports[0] ?? report("invalid"))
}
export function actionsOf(situation: ServicePlanRequest, isBusy: string | undefined): ServiceView["actions"] {
  const of = (action: ServiceAction) => {
    const refusal =
      isBusy === undefined ? refusalFor(situation, action) : report("lockedByJob", { job: isBusy, lock: situation.service.name })
    return refusal ? { allowed: false as const, why: coded(refusal) } : { allowed: true as const }
  }
  return {
    ...{ start: of("start"), stop: of("stop"), disable: of("disable"), restart: of("restart"), relocate: of("relocate") },
    ...{ freeze: of("freeze"), unfreeze: of("unfreeze"), convalesce: of("convalesce") },
  }
}

/** Each node as a place for it: what a person may do, and what the keeper would do by itself. */
export function placementIn(situation: ServicePlanRequest): ServiceView["placement"] {
  const { candidates, service, owner } = situation
  const starts = rankStarts(candidates, placementOf(situation, undefined), service.isExclusive, service.ties)
  return rankTargets(candidates, placementOf(situation, owner), service.isExclusive, service.ties).map(({ node, score, because, tie }) => ({
    ...{ node, score, because, tie: tie ?? null },
    startsByItself: service.autostart && (starts.find((s) => s.node === node)?.may ?? false),
  }))
}
