import type { Balancer, Forwarding, RealServer, VirtualServer } from "../lib/domain/balancer"
import { canonical } from "../lib/domain/balancer-address"
import { isWeightFit, liveIn, mayBeOut } from "../lib/domain/balancer-fit"
import type { LiveReal, LiveService, LiveTable } from "../lib/domain/balancer-live"
import { servicesOf, type Wanted } from "../lib/domain/balancer-services"

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
