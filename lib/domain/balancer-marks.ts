import type { Balancer } from "./balancer"
import { canonical, withPort } from "./balancer-address"
import type { BalancerChange } from "./balancer-diff"
import type { DirectorMarks, MarkRule } from "./balancer-live"

const wordOf = ({ mark, protocol, address, from, to }: MarkRule): string =>
  `fwmark ${mark} nft ${protocol} ${withPort(address, from)}${to === from ? "" : `-${to}`}`
const inOrder = (rules: readonly MarkRule[]): readonly MarkRule[] => [...new Map(rules.map((one) => [wordOf(one), one])).values()]

/** What the packet filter of each director has to mark, in the document's order and each once. */
export const marksOf = ({ virtualServers }: Balancer): readonly MarkRule[] =>
  inOrder(
    virtualServers.flatMap(({ service }) =>
      service.kind === "mark" ? (service.match ?? []).map((one) => ({ ...one, mark: service.mark, address: canonical(one.address) })) : [],
    ),
  )
const none = { field: null, from: null, to: null }
/** What is loaded otherwise than wanted, in the document's words. */
export function marksDrift(wanted: readonly MarkRule[], seen: Pick<DirectorMarks, "rules" | "strange">): readonly BalancerChange[] {
  const [own, there] = [wanted, seen.rules ?? []].map((rules) => new Set(rules.map(wordOf)))
  const missing = [...(own ?? [])].filter((word) => !there?.has(word))
  const extra = [...(there ?? [])].filter((word) => !own?.has(word))
  return [
    ...missing.map((of) => ({ what: "removed" as const, of, ...none })),
    ...extra.map((of) => ({ what: "added" as const, of, ...none })),
    ...(seen.strange > 0 ? [{ what: "added" as const, of: `nft table inet moyai_marks (${seen.strange})`, ...none }] : []),
  ]
}
/** Loaded as wanted, and again at the next boot; nothing at all where nothing is wanted. */
export const areMarksThere = (wanted: readonly MarkRule[], text: string, seen: DirectorMarks): boolean =>
  wanted.length === 0
    ? seen.rules === null && seen.text === null && !seen.isAtBoot
    : marksDrift(wanted, seen).length === 0 && seen.text === text && seen.isAtBoot
