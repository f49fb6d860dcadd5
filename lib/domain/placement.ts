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
export type Candidate = {
  readonly node: string
  readonly runs: "nothing" | "services" | "exclusive"
  /** How many, for the extension "fewest services first". */
  readonly services?: number
  /** A person has taken it out: nothing is started there. */
  readonly isInMaintenance?: boolean
}
/** How equals are told apart after their priority: rgmanager shuffles (§1.3); "fewest" is an extension of this product. */
export const tieRules = ["order", "fewest"] as const
export type TieRule = (typeof tieRules)[number]

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
  "inMaintenance",
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

const refusalOf = ({ node, runs, isInMaintenance }: Candidate, { owner, online }: Situation, isExclusive: boolean): Scored | undefined => {
  if (isInMaintenance && node !== owner) return { node, score: 0, because: "inMaintenance" }
  if (!online.includes(node)) return { node, score: 0, because: "offline" }
  if (node === owner) return { node, score: 0, because: "isOwner" }
  return emptyRefusal({ node, runs }, isExclusive)
}
/** Exclusive services: none beside them, and they beside none (§1.3). */
const emptyRefusal = ({ node, runs }: Candidate, isExclusive: boolean): Scored | undefined => {
  if (runs === "exclusive" && !isExclusive) return { node, score: 0, because: "runsExclusive" }
  return isExclusive && runs !== "nothing" ? { node, score: 0, because: "notEmpty" } : undefined
}

export type Ranked = Scored & {
  /** What put it behind its equal before it; undefined when the score did. */
  readonly tie?: "priority" | TieRule
}
const tieBetween = (domain: Situation["domain"], a: Candidate, b: Candidate, rule: TieRule): Ranked["tie"] => {
  if (typeof domain !== "string" && priorityOf(domain, a.node) !== priorityOf(domain, b.node)) return "priority"
  return rule === "fewest" && (a.services ?? 0) !== (b.services ?? 0) ? "fewest" : "order"
}

/**
 * rgmanager's best_target_node (§1.3): every candidate with its reason, best first; the owner is no target.
 * rgmanager breaks ties by shuffling. Here they are decided and told: by the domain's priority, by the fewest services
 * where the service asks for it, by the order of the nodes.
 */
export function rankTargets(
  candidates: readonly Candidate[],
  situation: Situation,
  isExclusive: boolean,
  rule: TieRule = "order",
): readonly Ranked[] {
  const { domain } = situation
  const rank = (node: string) => (typeof domain === "string" || !domain.members.has(node) ? 0 : priorityOf(domain, node))
  const scored = candidates
    .map((candidate) => ({ candidate, scored: refusalOf(candidate, situation, isExclusive) ?? scoreOf(candidate.node, situation) }))
    .sort(
      (a, b) =>
        b.scored.score - a.scored.score ||
        rank(a.candidate.node) - rank(b.candidate.node) ||
        (rule === "fewest" ? (a.candidate.services ?? 0) - (b.candidate.services ?? 0) : 0),
    )
  return scored.map(({ candidate, scored: s }, i): Ranked => {
    const before = scored[i - 1]
    if (!before || s.score === 0 || before.scored.score !== s.score) return s
    const tie = tieBetween(domain, before.candidate, candidate, rule)
    return tie === undefined ? s : { ...s, tie }
  })
}

/**
 * rgmanager's consider_start (§1.4) as far as the place goes: what is started without a person's word starts on a best node only,
 * and exclusive services keep their distance. Best first; `may` says where it would be started.
 */
export const rankStarts = (
  candidates: readonly Candidate[],
  situation: Situation,
  isExclusive: boolean,
  rule: TieRule = "order",
): readonly (Ranked & { readonly may: boolean })[] =>
  rankTargets(candidates, { ...situation, owner: undefined, isStarted: false }, isExclusive, rule).map((r) => ({
    ...r,
    may: r.score === 3,
  }))

/** rgmanager's consider_relocate (§1.4): a node that joined takes a started service when it scores higher than the owner. */
export function isBetter(joined: string, candidates: readonly Candidate[], situation: Situation, isExclusive: boolean): boolean {
  const { owner } = situation
  const candidate = candidates.find(({ node }) => node === joined)
  if (owner === undefined || owner === joined || !candidate) return false
  const target = refusalOf(candidate, situation, isExclusive) ?? scoreOf(joined, situation)
  return target.score > scoreOf(owner, situation).score
}
