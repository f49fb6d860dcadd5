import type { Balancer, RealServer, VirtualServer } from "../../lib/domain/balancer"
import { isWeightFit, liveIn, mayBeOut } from "../../lib/domain/balancer-fit"
import type { LiveReal, LiveService, LiveTable } from "../../lib/domain/balancer-live"
import { servicesOf, type Wanted } from "../../lib/domain/balancer-services"
import { byServiceKey, byTarget, fitsService, fitsSorry, isSameWay, isSorryIn, isSorryOf, targetOf } from "../ipvs-fit"

/** One that the document does not have, as somebody set it. */
const stranger = ({ address, port, weight, method }: LiveReal): RealServer => ({
  ...{ address, port, weight, checks: [], kept: [] },
  ...(method === "local" ? {} : { forwarding: { method } }),
})
function asIs(server: VirtualServer, real: RealServer, live: LiveReal, isSorry: boolean): RealServer {
  const { method } = live
  return {
    ...real,
    ...(isWeightFit(server, real, live.weight, isSorry) ? {} : { weight: live.weight }),
    ...(method === "local" || isSameWay(live, real.forwarding ?? server.forwarding) ? {} : { forwarding: { method } }),
  }
}
function realsAsIs(server: VirtualServer, own: Wanted, live: LiveService): readonly RealServer[] {
  const wanted = byTarget(server.realServers, server, own)
  const there = new Map(live.realServers.map((one) => [targetOf(one.address, one.port), one]))
  const isSorry = isSorryIn(live, server, own)
  const isKnown = (one: LiveReal) => wanted.has(targetOf(one.address, one.port)) || (isSorryOf(one, server, own) && fitsSorry(one, server))
  return [
    ...[...wanted].flatMap(([target, real]) => {
      const found = there.get(target)
      if (found) return [asIs(server, real, found, isSorry)]
      return mayBeOut(real, isSorry) ? [real] : []
    }),
    ...live.realServers.filter((one) => !isKnown(one)).map(stranger),
  ]
}
/** Without what the table has not: a mask or an engine alone would bring keepalived's own 360 s (balancer-rules-service.ts). */
function persistenceAsIs(server: VirtualServer, { persistence }: LiveService): VirtualServer {
  if (persistence !== null) return { ...server, persistenceTimeout: persistence }
  const { persistenceTimeout: _, persistenceMask: __, persistenceEngine: ___, ...rest } = server
  return rest
}
/** Empty where nothing is left that a file could say. */
function serverAsIs(server: VirtualServer, own: Wanted, live: LiveService): readonly VirtualServer[] {
  const realServers = realsAsIs(server, own, live)
  if (realServers.length === 0) return []
  const { onePacket: said, sorryServer, sorryForwarding, ...rest } = persistenceAsIs(server, live)
  // Of IPv6 the kernel does not tell it.
  const onePacket = own.key.includes("[") ? said : live.onePacket || undefined
  const sorries = live.realServers.filter((one) => isSorryOf(one, server, own))
  // One that was changed is a stranger for now: a file cannot say the weight of who apologises.
  const isSorryFit = sorries.every((one) => fitsSorry(one, server))
  return [
    {
      ...rest,
      ...(sorryServer && isSorryFit ? { sorryServer, ...(sorryForwarding ? { sorryForwarding } : {}) } : {}),
      scheduler: live.scheduler,
      schedulerFlags: live.scheduler === server.scheduler ? server.schedulerFlags : [],
      ...(onePacket === undefined ? {} : { onePacket }),
      realServers,
    },
  ]
}
/**
 * At a reload keepalived writes only what differs between the file that it has and the new one (seen on 2.2.7): a table that somebody changed
 * beside it stays as it is. Told first what the table has, and then what it is to have, it puts it right itself, and nothing is stopped.
 * This is the first of the two; null where the table is one that keepalived would have made. Groups are left as they are: keepalived knows
 * their virtual servers by their order, so that none can be taken out alone.
 */
export function asTable(model: Balancer, director: number, table: LiveTable): Balancer | null {
  const services = byServiceKey(table)
  let isOther = false
  const virtualServers = model.virtualServers.flatMap((server): readonly VirtualServer[] => {
    const [own] = servicesOf(server, model.directors[director])
    if (server.service.kind === "group" || !own) return [server]
    const live = liveIn(services, own.key)
    if (fitsService(server, own, live)) return [server]
    isOther = true
    return live ? serverAsIs(server, own, live) : []
  })
  return isOther ? { ...model, virtualServers } : null
}
