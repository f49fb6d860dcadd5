import type { RealServer, Service, VirtualServer } from "@/lib/domain/balancer"
import { canonical, withPort } from "@/lib/domain/balancer-address"
import { keyOf } from "@/lib/domain/balancer-rules-service"
import type { BalancerLive, RealServerView, VirtualServerView } from "@/lib/domain/balancer-view"

const portOf = (service: Service): number => (service.kind === "address" ? (service.port ?? 0) : 0)
/** `10.0.0.2:80`, as live views name it. */
export const realKey = (server: Pick<VirtualServer, "service">, { address, port }: Pick<RealServer, "address" | "port">): string =>
  withPort(canonical(address), port ?? portOf(server.service))
export const liveServerOf = (live: BalancerLive | undefined, server: VirtualServer | undefined): VirtualServerView | undefined =>
  server && live?.virtualServers.find(({ key }) => key === keyOf(server.service))
export const liveRealOf = (live: VirtualServerView | undefined, server: VirtualServer, real: RealServer): RealServerView | undefined =>
  live?.realServers.find(({ key, isSorryServer }) => !isSorryServer && key === realKey(server, real))
/** What a person calls it: its name, else what it answers at. */
export function titleOf(server: VirtualServer): string {
  const { service, name } = server
  if (name) return name
  if (service.kind === "mark") return `fwmark ${service.mark}`
  if (service.kind === "group") return service.group
  return service.address === "" ? "?" : withPort(service.address, service.port ?? 0)
}
