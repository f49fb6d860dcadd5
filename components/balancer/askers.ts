import type { VirtualServer } from "@/lib/domain/balancer"
import { canonical } from "@/lib/domain/balancer-address"
import type { BalancerView } from "@/lib/domain/balancer-view"

/** A node that may ask, and whether it is a real server that has the service address itself: then nobody else would answer it. */
export type Asker = { readonly node: string; readonly isOwn: boolean }
/** Who can ask through the address, the honest ones first. A director cannot: it would ask itself, past its table. */
export function askersOf({ machines, nodes }: Pick<BalancerView, "machines" | "nodes">, server: VirtualServer): readonly Asker[] {
  const holders = new Set(
    server.realServers
      .filter(({ forwarding }) => (forwarding ?? server.forwarding).method !== "nat")
      .map(({ address }) => canonical(address)),
  )
  return machines
    .filter(({ node }) => !nodes.includes(node))
    .map(({ node, addresses }) => ({ node, isOwn: addresses.some((one) => holders.has(canonical(one))) }))
    .toSorted((a, b) => Number(a.isOwn) - Number(b.isOwn))
}
