import { type Chain, chainsOf, type Packet } from "./doctor-filter-rules"

export type { Packet } from "./doctor-filter-rules"
/** What the rules do with it: only what they say plainly. `unclear`: a condition that cannot be judged from here stands in the way. */
export type Passage = { readonly is: "open" | "unclear" } | { readonly is: "dropped"; readonly chain: string; readonly rule: string }

function through({ name, policy, rules }: Chain): Passage {
  // The first rule that surely decides; before it, none that perhaps does. What a chain elsewhere says is not followed.
  const relevant = rules.filter(({ match, verdict }) => match !== "no" && verdict !== "none")
  const [first] = relevant
  if (!first) return policy === "drop" ? { is: "dropped", chain: name, rule: "policy drop" } : { is: "open" }
  if (first.verdict === "elsewhere" || first.match === "maybe") return { is: "unclear" }
  return first.verdict === "drop" ? { is: "dropped", chain: name, rule: first.text } : { is: "open" }
}
/** Of rules as `nft list ruleset` and `iptables-save` print them, one after the other. */
export function passageOf(filter: string, packet: Packet): Passage {
  if (filter.includes("# moyai.cut")) return { is: "unclear" }
  const chains = chainsOf(filter, packet)
  const passages = chains.map(through)
  const dropped = passages.find(({ is }) => is === "dropped")
  if (dropped) return dropped
  return { is: passages.every(({ is }) => is === "open") ? "open" : "unclear" }
}
/** Whether a rule takes packets for the address as the machine's own: the other way to be a real server. */
export const isRedirected = (filter: string | null, { address, protocol, port }: Packet): boolean =>
  (filter ?? "").split("\n").some((line) => {
    const isFor = new RegExp(`(?:daddr|-d) ${address.replaceAll(".", "\\.")}(?:/\\d+)?\\s`).test(line)
    const isPort = new RegExp(`(?:${protocol} dport|--dport) ${port}\\s`).test(`${line} `)
    return isFor && isPort && /\bredirect\b|-j REDIRECT/.test(line)
  })
