import { isQuiet } from "../../../agents/registry"
import type { ClusterDefinition } from "../../db/definitions"
import type { Balancer } from "../../domain/balancer"
import { canonical, familyOf } from "../../domain/balancer-address"
import type { RealServerState } from "../../domain/balancer-live"
import { serviceAddresses } from "../../domain/balancer-live-view"
import type { Call } from "../../domain/call"
import { vipsOf } from "../../domain/doctor-scene"
import type { Sentence } from "../../domain/plan"
import type { Ctx } from "../context"
import { machinesOf, nodeByAddress, realServerStateOf } from "./seen"

export const realServerCall = (node: string, op: "quiet" | "hold" | "release", address?: string): Call => ({
  ...{ node, driver: "realserver", op },
  params: address === undefined ? {} : { address },
})
export const holds = ({ addresses }: RealServerState, address: string): boolean =>
  addresses.some(
    (one) => one.interface === "lo" && canonical(one.address) === canonical(address) && (one.prefix === 32 || one.prefix === 128),
  )

type Pair = { readonly address: string; readonly real: string }
/** Each service address, of marks and groups too, with the real servers that get its packets as they came: directly, or out of a tunnel. */
function unchangedPairs(model: Balancer): readonly Pair[] {
  return model.virtualServers.flatMap((server) => {
    const reals = server.realServers.filter((real) => (real.forwarding ?? server.forwarding).method !== "nat")
    if (reals.length === 0) return []
    return vipsOf(server, model).flatMap((address) => reals.map((real) => ({ address, real: canonical(real.address) })))
  })
}
export type Preparation = { readonly prepare: readonly Call[]; readonly release: readonly Call[]; readonly notes: readonly Sentence[] }
type Places = ReadonlyMap<string, ReadonlySet<string>>
const byNode = (pairs: readonly Pair[], nodeOf: (address: string) => string | null): Places => {
  const found = new Map<string, Set<string>>()
  for (const { address, real } of pairs) {
    const node = nodeOf(real)
    if (node !== null) found.set(node, (found.get(node) ?? new Set()).add(address))
  }
  return found
}
function callsFor(ctx: Ctx, clusterId: string, places: Places): { calls: Call[]; notes: Sentence[] } {
  const calls: Call[] = []
  const notes: Sentence[] = []
  for (const [node, addresses] of places) {
    const seen = realServerStateOf(ctx, clusterId, node)
    if (!seen || seen.freshness === "unknown") {
      notes.push({ code: "lbRealNotSeen", params: { node } })
      continue
    }
    const missing = [...addresses].filter((address) => !holds(seen.value, address))
    // Quiet first: between the address and the silence it would answer for the director's.
    if (!isQuiet(seen.value) && [...addresses].some((address) => familyOf(address) === "inet")) calls.push(realServerCall(node, "quiet"))
    calls.push(...missing.map((address) => realServerCall(node, "hold", address)))
    if (missing.length > 0 && seen.value.persistence === "none") notes.push({ code: "lbRealNotKept", params: { node } })
  }
  return { calls, notes }
}
/** What real servers need before they are sent packets of a service address, and what they no longer need afterwards. */
export function preparationOf(
  ctx: Ctx,
  cluster: ClusterDefinition,
  nodes: readonly string[],
  was: Balancer | null,
  model: Balancer,
): Preparation {
  const vips = new Set([model, ...(was ? [was] : [])].flatMap((one) => nodes.flatMap((_, i) => serviceAddresses(one, i))))
  const nodeOf = nodeByAddress(machinesOf(ctx, cluster), vips)
  const [wanted, before] = [unchangedPairs(model), was ? unchangedPairs(was) : []]
  // A director that is its own real server has the address from VRRP.
  const notDirector = ({ real }: Pair) => !nodes.includes(nodeOf(real) ?? "")
  const [places, old] = [byNode(wanted.filter(notDirector), nodeOf), byNode(before.filter(notDirector), nodeOf)]
  const { calls, notes } = callsFor(ctx, cluster.id, places)
  const strangers = [...new Set(wanted.filter(({ real }) => nodeOf(real) === null).map(({ real }) => real))]
  const release = [...old].flatMap(([node, addresses]) => {
    const gone = [...addresses].filter((address) => !places.get(node)?.has(address))
    const seen = realServerStateOf(ctx, cluster.id, node)
    return gone.filter((address) => seen && holds(seen.value, address)).map((address) => realServerCall(node, "release", address))
  })
  return {
    ...{ prepare: calls, release },
    notes: [...notes, ...(strangers.length > 0 ? [{ code: "lbRealUnmanaged", params: { addresses: strangers.join(", ") } }] : [])],
  }
}

type Prepared = { readonly address: string; readonly protocol?: "tcp" | "udp"; readonly port?: number }
/** The services whose packets a node gets unchanged: what it must hold, or redirect. Of a mark or a group only the addresses are known. */
export function servicesOn(
  ctx: Ctx,
  cluster: ClusterDefinition,
  nodes: readonly string[],
  model: Balancer,
  node: string,
): readonly Prepared[] {
  if (nodes.includes(node)) return []
  const vips = new Set(nodes.flatMap((_, i) => serviceAddresses(model, i)))
  const nodeOf = nodeByAddress(machinesOf(ctx, cluster), vips)
  return model.virtualServers.flatMap((server): readonly Prepared[] => {
    const { service, forwarding, realServers } = server
    const isHere = realServers.some((real) => (real.forwarding ?? forwarding).method !== "nat" && nodeOf(canonical(real.address)) === node)
    if (!isHere) return []
    if (service.kind !== "address") return vipsOf(server, model).map((address) => ({ address }))
    const protocol = service.protocol === "tcp" ? ("tcp" as const) : ("udp" as const)
    return [{ address: canonical(service.address), protocol, ...(service.port ? { port: service.port } : {}) }]
  })
}
