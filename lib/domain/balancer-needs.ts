import type { BalancerRow } from "./balancer-view"
import type { Coded } from "./views"

/** Something of a balancer that waits for a person, the worst first; words under `overview.balancer.<code>`. */
export type BalancerNeed = Coded & { readonly level: "bad" | "need" | "unknown" }

const namesOf = (servers: BalancerRow["virtualServers"]): Coded["params"] => ({
  service: servers[0]?.name ?? servers[0]?.key ?? "",
  more: String(Math.max(0, servers.length - 1)),
})
function ofDirectors({ directors }: BalancerRow): readonly BalancerNeed[] {
  const nodesIn = (...roles: readonly string[]) => directors.filter(({ role }) => roles.includes(role)).map(({ node }) => node)
  const nodes = (of: readonly string[]) => ({ nodes: of.join(", ") })
  const [active, partial, unseen] = [nodesIn("active", "partial"), nodesIn("partial"), nodesIn("unknown")]
  if (active.length > 1) return [{ code: "bothHold", level: "bad", params: nodes(active) }]
  if (active.length === 0 && unseen.length === 0) return [{ code: "noneHolds", level: "bad", params: {} }]
  if (active.length === 0) return [{ code: "unseen", level: "unknown", params: nodes(unseen) }]
  return [
    ...(partial.length > 0 ? [{ code: "partial", level: "bad", params: nodes(partial) } as const] : []),
    ...(directors.length > active.length && nodesIn("standby").length === 0
      ? [{ code: "noStandby", level: "need", params: nodes(nodesIn("stopped", "unknown")) } as const]
      : []),
  ]
}
/** What the overview says of a balancer: nothing where all is well, or where a person has it so (drained, maintained). */
export function balancerNeeds(row: BalancerRow): readonly BalancerNeed[] {
  const { virtualServers, out, hasDrift } = row
  const inState = (wanted: string) => virtualServers.filter(({ state }) => state === wanted)
  const [down, sorry] = [inState("down"), inState("sorry")]
  const all: readonly BalancerNeed[] = [
    ...ofDirectors(row),
    ...(down.length > 0 ? [{ code: "down", level: "bad", params: namesOf(down) } as const] : []),
    ...(sorry.length > 0 ? [{ code: "sorry", level: "need", params: namesOf(sorry) } as const] : []),
    ...(out > 0 ? [{ code: "out", level: "need", params: { n: String(out) } } as const] : []),
    ...(hasDrift ? [{ code: "drift", level: "need", params: {} } as const] : []),
  ]
  const order = { bad: 0, unknown: 1, need: 2 }
  return all.toSorted((a, b) => order[a.level] - order[b.level])
}
