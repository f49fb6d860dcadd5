import type { Balancer, RealServer, VirtualServer } from "../../lib/domain/balancer"
import { canonical } from "../../lib/domain/balancer-address"
import type { LiveService, LiveTable } from "../../lib/domain/balancer-live"
import { servicesOf } from "../../lib/domain/balancer-services"
import { byServiceKey, byTarget, isSameService, isSameWay, targetOf } from "../ipvs-fit"
import { type KernelTable, possibleTables } from "../ipvs-table"
import { type Listed, parseIpvsList } from "./parse-list"
import { serviceOption } from "./table"

export const hasThresholds = ({ virtualServers }: Balancer): boolean =>
  virtualServers.some(({ realServers }) => realServers.some((one) => (one.upperThreshold ?? 0) > 0 || (one.lowerThreshold ?? 0) > 0))

function isSame(live: LiveService, server: VirtualServer, port: number): boolean {
  const reals = byTarget(server.realServers, server, { port })
  if (!isSameService(live, server) || live.realServers.length !== reals.size) return false
  return live.realServers.every((one) => {
    const real = reals.get(targetOf(one.address, one.port))
    return real !== undefined && one.weight === (real.weight ?? 1) && isSameWay(one, real.forwarding ?? server.forwarding)
  })
}
/** Whether the kernel's table is the model's, no service more and no real server less; without masks, flags and thresholds. */
export function equalsTable({ virtualServers }: Balancer, table: LiveTable): boolean {
  const services = byServiceKey(table)
  if (services.size !== virtualServers.length) return false
  return virtualServers.every((server) => {
    const [wanted] = servicesOf(server)
    const live = wanted && services.get(wanted.key)
    return live !== undefined && isSame(live, server, wanted?.port ?? 0)
  })
}
const masks = ({ virtualServers }: Balancer): ReadonlyMap<string, string | null> =>
  new Map(virtualServers.flatMap((server) => servicesOf(server).map(({ key }) => [key, maskOf(server)] as const)))
/** As the kernel says it, null where each client is one of its own. */
const maskOf = ({ persistenceTimeout, persistenceMask: mask }: VirtualServer): string | null =>
  !persistenceTimeout || mask === undefined || mask === "255.255.255.255" || mask === "128" ? null : canonical(mask)
export function equalsKernel(model: Balancer, kernel: KernelTable): boolean {
  const wanted = masks(model)
  return (
    kernel.services.every(({ key, mask }) => (wanted.get(key) ?? null) === mask) &&
    possibleTables(kernel).some((table) => equalsTable(model, table))
  )
}
const limits = ({ upperThreshold = 0, lowerThreshold = 0 }: Pick<RealServer, "upperThreshold" | "lowerThreshold">): string =>
  `${upperThreshold} ${lowerThreshold}`
/** What only `ipvsadm -Ln --thresholds` says. */
export function equalsThresholds({ virtualServers }: Balancer, text: string): boolean {
  const listed: Listed = parseIpvsList(text)
  const found = new Map(
    listed.services.flatMap((one) =>
      one.servers.map(({ address, port, columns: { uThreshold = 0, lThreshold = 0 } }) => [
        `${serviceOption(one.service).replace(" -6", "")} ${targetOf(address, port)}`,
        limits({ upperThreshold: uThreshold, lowerThreshold: lThreshold }),
      ]),
    ),
  )
  return virtualServers.every((server) => {
    const [wanted = { port: 0 }] = servicesOf(server)
    const option = serviceOption(
      server.service.kind === "address" ? { ...server.service, address: canonical(server.service.address) } : server.service,
    )
    const reals = byTarget(server.realServers, server, wanted)
    return [...reals].every(([target, real]) => found.get(`${option.replace(" -6", "")} ${target}`) === limits(real))
  })
}
