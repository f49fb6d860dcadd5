import type { Balancer, RealServer, VirtualServer } from "../../lib/domain/balancer"
import { isWeightFit, mayBeOut } from "../../lib/domain/balancer-fit"
import type { LiveReal, LiveService, LiveTable } from "../../lib/domain/balancer-live"
import { byServiceKey, byTarget, fitsService, isSameWay, isSorryOf, servicesOf, targetOf, type Wanted } from "../ipvs-fit"

/** One that the document does not have, as somebody set it. */
const stranger = ({ address, port, weight, method }: LiveReal): RealServer => ({
  ...{ address, port, weight, checks: [], kept: [] },
  ...(method === "local" ? {} : { forwarding: { method } }),
})
const asIs = (server: VirtualServer, real: RealServer, live: LiveReal): RealServer => ({
  ...real,
  ...(isWeightFit(server, real, live.weight) ? {} : { weight: live.weight }),
  ...(live.method === "local" || isSameWay(live, real.forwarding ?? server.forwarding) ? {} : { forwarding: { method: live.method } }),
})
/** Empty where nothing is left that a file could say. */
function serverAsIs(server: VirtualServer, own: Wanted, live: LiveService): readonly VirtualServer[] {
  const wanted = byTarget(server.realServers, server, own)
  const there = new Map(live.realServers.map((one) => [targetOf(one.address, one.port), one]))
  const isSorry = live.realServers.some((one) => isSorryOf(one, server, own))
  const realServers = [
    ...[...wanted].flatMap(([target, real]) => {
      const found = there.get(target)
      if (found) return [asIs(server, real, found)]
      return mayBeOut(real, isSorry) ? [real] : []
    }),
    ...live.realServers.flatMap((one) =>
      wanted.has(targetOf(one.address, one.port)) || isSorryOf(one, server, own) ? [] : [stranger(one)],
    ),
  ]
  const { persistenceTimeout: _, onePacket: __, ...rest } = server
  const isSix = own.key.includes("[")
  const onePacket = isSix ? server.onePacket : live.onePacket || undefined
  return realServers.length === 0
    ? []
    : [
        {
          ...rest,
          scheduler: live.scheduler,
          schedulerFlags: live.scheduler === server.scheduler ? server.schedulerFlags : [],
          ...(live.persistence === null ? {} : { persistenceTimeout: live.persistence }),
          ...(onePacket === undefined ? {} : { onePacket }),
          realServers,
        },
      ]
}
/**
 * At a reload keepalived writes only what differs between the file that it has and the new one (seen on 2.2.7): a table that somebody changed
 * beside it stays as it is. Told first what the table has, and then what it is to have, it puts it right itself, and nothing is stopped.
 * This is the first of the two; null where the table is one that keepalived would have made.
 */
export function asTable(model: Balancer, director: number, table: LiveTable): Balancer | null {
  const services = byServiceKey(table)
  let isOther = false
  const virtualServers = model.virtualServers.flatMap((server): readonly VirtualServer[] => {
    const wanted = servicesOf(server, model.directors[director])
    if (wanted.every((one) => fitsService(server, one, services.get(one.key)))) return [server]
    isOther = true
    const [only] = wanted
    const live = only && services.get(only.key)
    // Of a group the table may be right in one and wrong in another: it is taken out whole.
    return only && live && server.service.kind !== "group" ? serverAsIs(server, only, live) : []
  })
  return isOther ? { ...model, virtualServers } : null
}
