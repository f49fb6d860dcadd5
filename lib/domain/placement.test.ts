import fc from "fast-check"
import { expect, test } from "vitest"
import { type Candidate, type FailoverDomain, FailoverDomainInput, rankTargets, type Situation, scoreOf } from "./placement"
import cases from "./placement.cases.json"

const domainOf = (d: (typeof cases)[number]["domain"]): Situation["domain"] => {
  if (typeof d === "string") return d === "missing" ? "missing" : "none"
  const {
    ordered = false,
    restricted = false,
    nofailback = false,
    members,
  } = d as { ordered?: boolean; restricted?: boolean; nofailback?: boolean; members: Record<string, number> }
  return { ordered, restricted, nofailback, members: new Map(Object.entries(members)) }
}
test.each(cases)("$name", ({ domain, online, owner, started, scores }) => {
  const situation: Situation = { domain: domainOf(domain), online, owner: owner ?? undefined, isStarted: started }
  const found = Object.fromEntries(Object.keys(scores).map((node) => [node, scoreOf(node, situation).score]))
  expect(found).toEqual(scores)
})

const names = ["h1", "h2", "h3", "h4"]
const node = fc.constantFrom(...names)
const domain: fc.Arbitrary<FailoverDomain> = fc.record({
  ordered: fc.boolean(),
  restricted: fc.boolean(),
  nofailback: fc.boolean(),
  members: fc.uniqueArray(fc.tuple(node, fc.integer({ min: -1, max: 101 })), { selector: ([n]) => n }).map((list) => new Map(list)),
})
const situation: fc.Arbitrary<Situation> = fc.record({
  domain: fc.oneof(domain, fc.constant("none" as const), fc.constant("missing" as const)),
  online: fc.uniqueArray(node),
  owner: fc.option(node, { nil: undefined }),
  isStarted: fc.boolean(),
})
const candidates: fc.Arbitrary<readonly Candidate[]> = fc.uniqueArray(
  fc.record({ node, runs: fc.constantFrom("nothing" as const, "services" as const, "exclusive" as const) }),
  { selector: (c) => c.node },
)

test("the laws of the score hold in any situation", () =>
  fc.assert(
    fc.property(situation, node, (s, n) => {
      const { score } = scoreOf(n, s)
      if (!s.online.includes(n)) expect(score).toBe(0)
      if (typeof s.domain === "object" && s.domain.restricted && !s.domain.members.has(n)) expect(score).toBe(0)
      // Unless it is forbidden, whoever is online may: nobody is left without a node for want of a preference.
      if (s.online.includes(n) && !(typeof s.domain === "object" && s.domain.restricted)) expect(score).toBeGreaterThan(0)
    }),
    { numRuns: 2_000 },
  ))
test("when a member is online, some member is best, unless the owner keeps it by nofailback", () =>
  fc.assert(
    fc.property(situation, (s) => {
      if (typeof s.domain === "string") return
      const members = s.online.filter((n) => typeof s.domain === "object" && s.domain.members.has(n))
      if (members.length === 0) return
      const isKept = s.domain.nofailback && s.isStarted && s.owner !== undefined && s.online.includes(s.owner)
      const best = Math.max(...members.map((n) => scoreOf(n, s).score))
      expect(isKept ? best >= 2 : best === 3).toBe(true)
    }),
    { numRuns: 2_000 },
  ))
test("the owner, the silent and whoever may not is never a target; an exclusive service goes to an empty node or nowhere", () =>
  fc.assert(
    fc.property(candidates, situation, fc.boolean(), (list, s, isExclusive) => {
      const ranked = rankTargets(list, s, isExclusive)
      expect(ranked.map((r) => r.node).sort()).toEqual(list.map((c) => c.node).sort())
      for (const { node: n } of ranked.filter((r) => r.score > 0)) {
        expect(n).not.toBe(s.owner)
        expect(s.online).toContain(n)
        const runs = list.find((c) => c.node === n)?.runs
        expect(isExclusive ? runs === "nothing" : runs !== "exclusive").toBe(true)
      }
      expect(ranked.map((r) => r.score)).toEqual(ranked.map((r) => r.score).sort((a, b) => b - a))
    }),
    { numRuns: 2_000 },
  ))
test("an ordered domain demands a priority at the member that lacks it, and no node twice", () => {
  const input = { name: "web", ordered: true, restricted: false, nofailback: false, members: [{ node: "h1", priority: 1 }, { node: "h1" }] }
  const issues = FailoverDomainInput.safeParse(input).error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`)
  expect(issues).toEqual(["members.1.node: nodeTwice", "members.1.priority: priorityMissing"])
  expect(FailoverDomainInput.safeParse({ ...input, ordered: false, members: [{ node: "h1" }] }).success).toBe(true)
})
