import type { Balancer } from "../../domain/balancer"

/** What IPVS knows of a virtual server; the rest is keepalived's. */
export function ruleOf(server: Balancer["virtualServers"][number]): Balancer["virtualServers"][number] {
  const { service, scheduler, schedulerFlags, forwarding, persistenceTimeout, onePacket, realServers } = server
  return {
    ...{ service, scheduler, schedulerFlags, forwarding, kept: [] },
    ...(persistenceTimeout === undefined ? {} : { persistenceTimeout }),
    ...(onePacket ? { onePacket } : {}),
    realServers: realServers.map(({ address, port, weight, forwarding: own }) => ({
      ...{ address, weight: weight ?? 1, checks: [], kept: [] },
      ...(port === undefined ? {} : { port }),
      ...(own === undefined ? {} : { forwarding: own }),
    })),
  }
}
