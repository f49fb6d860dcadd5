import type { BalancerRow } from "./balancer-view"
import type { Coded } from "./views"

/** Something of a balancer that waits for a person, the worst first; words under `overview.balancer.<code>`. */
export type BalancerNeed = Coded & { readonly level: "bad" | "need" | "unknown" }

const firstOf = ([first = "", ...more]: readonly string[]): Coded["params"] => ({ first, more: String(more.length) })
function ofDirectors({ directors, twice, nowhere }: BalancerRow): readonly BalancerNeed[] {
  const nodesIn = (...roles: readonly string[]) => directors.filter(({ role }) => roles.includes(role)).map(({ node }) => node)
  const unseen = nodesIn("unknown")
  const idle = nodesIn("stopped", "unknown")
  const serves = nodesIn("active", "partial").length > 0
  const isMissing = nowhere.length > 0 || !serves
  const all: readonly (BalancerNeed | false)[] = [
    twice.length > 0 && { code: "twice", level: "bad", params: firstOf(twice) },
    !serves && unseen.length === 0 && { code: "noneServes", level: "bad", params: {} },
    serves && nowhere.length > 0 && unseen.length === 0 && { code: "nowhere", level: "bad", params: firstOf(nowhere) },
    isMissing && unseen.length > 0 && { code: "unseen", level: "unknown", params: { nodes: unseen.join(", ") } },
    !isMissing && idle.length > 0 && { code: "noStandby", level: "need", params: { nodes: idle.join(", ") } },
  ]
  return all.filter((one) => one !== false)
}
/** What the overview says of a balancer: nothing where all is well, or where a person has it so (drained, maintained). */
export function balancerNeeds(row: BalancerRow): readonly BalancerNeed[] {
  const { virtualServers, out, hasDrift } = row
  const inState = (wanted: string) => virtualServers.filter(({ state }) => state === wanted).map(({ name, key }) => name ?? key)
  const [down, sorry] = [inState("down"), inState("sorry")]
  const all: readonly BalancerNeed[] = [
    ...ofDirectors(row),
    ...(down.length > 0 ? [{ code: "down", level: "bad", params: firstOf(down) } as const] : []),
    ...(sorry.length > 0 ? [{ code: "sorry", level: "need", params: firstOf(sorry) } as const] : []),
    ...(out > 0 ? [{ code: "out", level: "need", params: { n: String(out) } } as const] : []),
    ...(hasDrift ? [{ code: "drift", level: "need", params: {} } as const] : []),
  ]
  const order = { bad: 0, unknown: 1, need: 2 }
  return all.toSorted((a, b) => order[a.level] - order[b.level])
}
