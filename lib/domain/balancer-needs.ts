import type { BalancerRow } from "./balancer-view"
import type { Coded } from "./views"

/** Something of a balancer that waits for a person, the worst first; words under `overview.balancer.<code>`. */
export type BalancerNeed = Coded & { readonly level: "bad" | "need" | "unknown" }

const firstOf = ([first = "", ...more]: readonly string[]): Coded["params"] => ({ first, more: String(more.length) })
function ofDirectors({ directors, twice, nowhere }: BalancerRow): readonly BalancerNeed[] {
  const nodesIn = (...roles: readonly string[]) => directors.filter(({ role }) => roles.includes(role)).map(({ node }) => node)
  const [unseen, stopped] = [nodesIn("unknown"), nodesIn("stopped")]
  const serves = nodesIn("active", "partial").length > 0
  const isMissing = nowhere.length > 0 || !serves
  const all: readonly (BalancerNeed | false)[] = [
    twice.length > 0 && { code: "twice", level: "bad", params: firstOf(twice) },
    !serves && unseen.length === 0 && { code: "noneServes", level: "bad", params: {} },
    serves && nowhere.length > 0 && unseen.length === 0 && { code: "nowhere", level: "bad", params: firstOf(nowhere) },
    isMissing && unseen.length > 0 && { code: "unseen", level: "unknown", params: { nodes: unseen.join(", ") } },
    !isMissing && stopped.length > 0 && { code: "noStandby", level: "need", params: { nodes: stopped.join(", ") } },
    !isMissing && unseen.length > 0 && { code: "standbyUnseen", level: "unknown", params: { nodes: unseen.join(", ") } },
  ]
  return all.filter((one) => one !== false)
}
/** What the overview says of a balancer: nothing where all is well. A real server that a person has drained is no need by itself. */
export function balancerNeeds(row: BalancerRow): readonly BalancerNeed[] {
  const { virtualServers, out, hasDrift, unread, directors } = row
  const inState = (wanted: string) => virtualServers.filter(({ state }) => state === wanted).map(({ name, key }) => name ?? key)
  const [down, sorry] = [inState("down"), inState("sorry")]
  const unknown = inState("unknown")
  const isServed = directors.some(({ role }) => role === "active" || role === "partial")
  const all: readonly BalancerNeed[] = [
    ...ofDirectors(row),
    // Where nobody knows which director serves, that says it all.
    ...(unknown.length > 0 && isServed ? [{ code: "unknown", level: "unknown", params: firstOf(unknown) } as const] : []),
    ...(down.length > 0 ? [{ code: "down", level: "bad", params: firstOf(down) } as const] : []),
    ...(sorry.length > 0 ? [{ code: "sorry", level: "need", params: firstOf(sorry) } as const] : []),
    ...(out > 0 ? [{ code: "out", level: "need", params: { n: String(out) } } as const] : []),
    ...(unread.length > 0 ? [{ code: "unread", level: "need", params: { nodes: unread.join(", ") } } as const] : []),
    ...(hasDrift ? [{ code: "drift", level: "need", params: {} } as const] : []),
  ]
  const order = { bad: 0, unknown: 1, need: 2 }
  return all.toSorted((a, b) => order[a.level] - order[b.level])
}
