import { z } from "zod"
import { Name } from "./call"

/** A failover domain as the placement rules see it (rgmanager, service-manager.md §1.1). */
export type FailoverDomain = {
  readonly ordered: boolean
  readonly restricted: boolean
  readonly nofailback: boolean
  /** Node to priority, 1..100, lower first. Anything else counts as 0, as rgmanager reads it. */
  readonly members: ReadonlyMap<string, number>
}

/** What the form takes: a priority is demanded where rgmanager would read its absence as "most preferred" (§1.2 quirk). */
export const FailoverDomainInput = z
  .object({
    name: Name,
    ordered: z.boolean(),
    restricted: z.boolean(),
    nofailback: z.boolean(),
    members: z.array(z.object({ node: Name, priority: z.int().min(1).max(100).optional() })).min(1, "membersMissing"),
  })
  .check((ctx) => {
    const { members, ordered } = ctx.value
    members.forEach(({ node, priority }, i) => {
      if (members.findIndex((m) => m.node === node) !== i)
        ctx.issues.push({ code: "custom", message: "nodeTwice", path: ["members", i, "node"], input: node })
      if (ordered && priority === undefined)
        ctx.issues.push({ code: "custom", message: "priorityMissing", path: ["members", i, "priority"], input: priority })
    })
  })
export type FailoverDomainInput = z.infer<typeof FailoverDomainInput>

export type Situation = {
  /** "missing" is a name that no domain has: rgmanager warns (#66) and places freely. */
  readonly domain: FailoverDomain | "none" | "missing"
  readonly online: readonly string[]
  readonly owner: string | undefined
  /** State started or starting. */
  readonly isStarted: boolean
}
/** A node with what it runs (services in started or starting that it owns). */
export type Candidate = { readonly node: string; readonly runs: "nothing" | "services" | "exclusive" }

export const scoreReasons = [
  "offline",
  "noDomain",
  "domainMissing",
  "noMemberOnline",
  "outsideDomain",
  "lessPreferred",
  "ownerStays",
  "mostPreferred",
  "isOwner",
  "notEmpty",
  "runsExclusive",
] as const
export type ScoreReason = (typeof scoreReasons)[number]
export type Score = 0 | 1 | 2 | 3
export type Scored = { readonly node: string; readonly score: Score; readonly because: ScoreReason }

const priorityOf = ({ ordered, members }: FailoverDomain, node: string): number => {
  const priority = members.get(node) ?? 0
  return ordered && priority >= 1 && priority <= 100 ? priority : 0
}

/** rgmanager's node_should_start (§1.2): 0 illegal, 1 good, 2 better, 3 best. */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the formula of §1.2 line by line, so that the two can be compared
export function scoreOf(node: string, { domain, online, owner, isStarted }: Situation): Scored {
  if (!online.includes(node)) return { node, score: 0, because: "offline" }
  if (domain === "none") return { node, score: 3, because: "noDomain" }
  if (domain === "missing") return { node, score: 3, because: "domainMissing" }
  const members = online.filter((n) => domain.members.has(n))
  if (members.length === 0) return { node, score: domain.restricted ? 0 : 3, because: "noMemberOnline" }
  if (!members.includes(node)) return { node, score: domain.restricted ? 0 : 1, because: "outsideDomain" }
  const isKept = domain.nofailback && isStarted && owner !== undefined && online.includes(owner)
  if (priorityOf(domain, node) > Math.min(...members.map((n) => priorityOf(domain, n))))
    return isKept && owner === node ? { node, score: 3, because: "ownerStays" } : { node, score: 2, because: "lessPreferred" }
  return isKept && owner !== node ? { node, score: 2, because: "ownerStays" } : { node, score: 3, because: "mostPreferred" }
}

const refusalOf = ({ node, runs }: Candidate, { owner, online }: Situation, isExclusive: boolean): Scored | undefined => {
  if (!online.includes(node)) return { node, score: 0, because: "offline" }
  if (node === owner) return { node, score: 0, because: "isOwner" }
  if (runs === "exclusive" && !isExclusive) return { node, score: 0, because: "runsExclusive" }
  return isExclusive && runs !== "nothing" ? { node, score: 0, because: "notEmpty" } : undefined
}

/**
 * rgmanager's best_target_node (§1.3): every candidate with its reason, best first; the owner is no target.
 * rgmanager breaks ties by shuffling; here they keep the order given, so that chance stays with the caller.
 */
export const rankTargets = (candidates: readonly Candidate[], situation: Situation, isExclusive: boolean): readonly Scored[] =>
  candidates.map((c) => refusalOf(c, situation, isExclusive) ?? scoreOf(c.node, situation)).sort((a, b) => b.score - a.score)
