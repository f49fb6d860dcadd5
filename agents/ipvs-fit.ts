import type { Balancer, Forwarding, RealServer, Service, VirtualServer } from "../lib/domain/balancer"
import { canonical, type Family } from "../lib/domain/balancer-address"
import { isWeightFit, liveIn, mayBeOut } from "../lib/domain/balancer-fit"
import type { LiveReal, LiveService, LiveTable } from "../lib/domain/balancer-live"
import { familyOfServer, keyOf } from "../lib/domain/balancer-rules-service"

/** A service that the kernel is to have, and the port of real servers that say none. */
export type Wanted = { readonly key: string; readonly port: number; readonly service: Service }
const wanted = (service: Exclude<Service, { kind: "group" }>): Wanted => ({
  key: keyOf(service),
  port: service.kind === "address" ? (service.port ?? 0) : 0,
  service,
})
const marked = (mark: number, family: Family | undefined): Wanted =>
  wanted({ kind: "mark", mark, ...(family === "inet6" ? { family } : {}) })
type Member = Balancer["directors"][number]["groups"][number]["members"][number]

const RANGE_MAX = 65_536
/** `10.0.0.1-9`, `fd00::10-1f` (the end in hexadecimal): keepalived counts the last part up. */
function addressesIn(text: string): readonly string[] {
  const [, start = "", first = "", last = ""] = /^(.*[.:])([0-9a-fA-F]{1,4})-([0-9a-fA-F]{1,4})$/.exec(text) ?? []
  if (first === "") return [canonical(text.replace(/\/\d+$/, ""))]
  const base = start.endsWith(".") ? 10 : 16
  const [from, to] = [Number.parseInt(first, base), Number.parseInt(last, base)]
  const count = Math.min(Math.max(to - from + 1, 0), RANGE_MAX)
  return Array.from({ length: count }, (_, i) => canonical(`${start}${(from + i).toString(base)}`))
}
function inGroup(member: Member, protocol: "tcp" | "udp" | "sctp" | undefined, family: Family | undefined): readonly Wanted[] {
  if ("mark" in member) return [marked(member.mark, member.family ?? family)]
  return addressesIn(member.addresses).map((address) =>
    wanted({ kind: "address", address, port: member.port ?? 0, ...(protocol ? { protocol } : {}) }),
  )
}
/** What the kernel calls a virtual server: more than one where it is of a group; a mark with the family that its real servers have. */
export function servicesOf(server: VirtualServer, director?: Balancer["directors"][number]): readonly Wanted[] {
  const { service } = server
  const family = familyOfServer(server)
  if (service.kind === "address") return [wanted(service)]
  if (service.kind === "mark") return [marked(service.mark, family)]
  const group = director?.groups.find(({ name }) => name === service.group)
  return group?.members.flatMap((member) => inGroup(member, service.protocol, family)) ?? []
}
export const isSameWay = (live: LiveReal, { method }: Forwarding): boolean => live.method === "local" || live.method === method
/** Where packets for it go: direct routing and tunnels leave the port as it is. */
export const portOf = (port: number | undefined, { method }: Forwarding, { port: own }: Pick<Wanted, "port">): number =>
  method === "nat" || own === 0 ? (port ?? own) : own
export const isTarget = (live: LiveReal, address: string, port: number): boolean =>
  live.address === canonical(address) && live.port === port

/** How it distributes: scheduler, persistence and one-packet, which the kernel does not tell of an IPv6 address. */
export const isSameService = (live: LiveService, server: VirtualServer): boolean =>
  live.scheduler === server.scheduler &&
  live.persistence === (server.persistenceTimeout || null) &&
  (live.onePacket === (server.onePacket ?? false) || live.address?.includes(":") === true)
/** One a look: a table of 10,000 would be searched 10,000 times else. */
export const byTarget = (
  reals: readonly RealServer[],
  server: VirtualServer,
  wanted: Pick<Wanted, "port">,
): ReadonlyMap<string, RealServer> =>
  new Map(reals.map((one) => [targetOf(one.address, portOf(one.port, one.forwarding ?? server.forwarding, wanted)), one]))
export const targetOf = (address: string, port: number): string => `${canonical(address)} ${port}`
export const byServiceKey = (table: LiveTable): ReadonlyMap<string, LiveService> => new Map(table.map((one) => [one.key, one]))

/** Whether this entry is who apologises, and not a real server besides. */
export const isSorryOf = (live: LiveReal, server: VirtualServer, own: Pick<Wanted, "port">): boolean => {
  const { sorryServer: sorry, sorryForwarding = server.forwarding } = server
  if (!sorry || !isTarget(live, sorry.address, portOf(sorry.port, sorryForwarding, own))) return false
  return !byTarget(server.realServers, server, own).has(targetOf(live.address, live.port))
}
/** Whether somebody apologises now; one that is inhibited stands there at weight 0 all the time. */
export const isSorryIn = ({ realServers }: LiveService, server: VirtualServer, own: Pick<Wanted, "port">): boolean =>
  server.sorryServer !== undefined && realServers.some((one) => one.weight > 0 && isSorryOf(one, server, own))
export const fitsSorry = (live: LiveReal, server: VirtualServer): boolean =>
  isSameWay(live, server.sorryForwarding ?? server.forwarding) && live.weight <= 1
/** Whether one service of the table is as keepalived would have it, whatever its checks say; `live` is undefined where there is none. */
export function fitsService(server: VirtualServer, own: Wanted, live: LiveService | undefined): boolean {
  if (!live) return server.haSuspend === true || server.realServers.length === 0
  const reals = byTarget(server.realServers, server, own)
  const there = new Set(live.realServers.map(({ address, port }) => targetOf(address, port)))
  const isSorry = isSorryIn(live, server, own)
  const fits = (one: LiveReal): boolean => {
    const real = reals.get(targetOf(one.address, one.port))
    if (!real) return isSorryOf(one, server, own) && fitsSorry(one, server)
    return isSameWay(one, real.forwarding ?? server.forwarding) && isWeightFit(server, real, one.weight, isSorry)
  }
  return (
    isSameService(live, server) &&
    live.realServers.every(fits) &&
    [...reals].every(([target, real]) => there.has(target) || mayBeOut(real, isSorry))
  )
}
/**
 * Whether the kernel's table is one that keepalived would make of this model on this director, whatever its checks say: real servers that have
 * one may be out, or at weight 0 where that is how they are taken out. Services of others beside are nobody's fault.
 */
export function fitsTable(model: Balancer, director: number, table: LiveTable): boolean {
  const services = byServiceKey(table)
  return model.virtualServers.every((server) =>
    servicesOf(server, model.directors[director]).every((one) => fitsService(server, one, liveIn(services, one.key))),
  )
}
