import type { Balancer, RealServer, VirtualServer } from "./balancer"
import { canonical, familyOf, withPort } from "./balancer-address"
import type { BalancerEngine } from "./balancer-definition"
import { liveIn } from "./balancer-fit"
import type { LiveRates, LiveReal, LiveService, LiveTable } from "./balancer-live"
import { keyOf, liveKeyOf } from "./balancer-rules-service"
import type { DirectorRole, RealServerView, VirtualServerView } from "./balancer-view"

/** What is seen of a director, each null where it is not seen freshly. */
export type DirectorSeen = {
  readonly node: string
  readonly isRunning: boolean | null
  readonly addresses: readonly string[] | null
  readonly table: LiveTable | null
}
/** All service addresses of VRRP of one of the directors; without instances, those of the virtual servers. */
export function serviceAddresses({ directors, virtualServers }: Balancer, director: number): readonly string[] {
  const instances = directors[director]?.instances ?? []
  const vips = instances.flatMap(({ addresses = [], excludedAddresses = [] }) => [...addresses, ...excludedAddresses])
  const services = virtualServers.flatMap(({ service }) => (service.kind === "address" ? [service.address] : []))
  return [...new Set((instances.length > 0 ? vips.map(({ address }) => address) : services).map(canonical))]
}
/** The service addresses that nothing moves: those of a balancer without any VRRP, of its marks too. */
export function withoutVrrp({ directors, virtualServers }: Balancer): readonly string[] {
  if (directors.some(({ instances }) => instances.length > 0)) return []
  const addresses = virtualServers.flatMap(({ service }) => {
    if (service.kind === "address") return [service.address]
    return service.kind === "mark" ? (service.match ?? []).map(({ address }) => address) : []
  })
  return [...new Set(addresses.filter((one) => familyOf(one) !== undefined).map(canonical))]
}
/** Of the addresses, those on the director's interfaces; null: not seen. */
export const heldBy = ({ addresses }: DirectorSeen, wanted: readonly string[]): readonly string[] | null => {
  if (addresses === null) return null
  const here = new Set(addresses.map(canonical))
  return wanted.filter((one) => here.has(one))
}
/** By the addresses on its interfaces, never by what a daemon says of itself. */
export function roleOf(seen: DirectorSeen, model: Balancer, director: number, engine: BalancerEngine): DirectorRole {
  if (engine === "ipvsadm" || (model.directors[director]?.instances ?? []).length === 0) return roleByTable(seen, engine)
  const wanted = serviceAddresses(model, director)
  const held = heldBy(seen, wanted)
  if (held === null || seen.isRunning === null) return "unknown"
  if (held.length > 0) return held.length === wanted.length ? "active" : "partial"
  return seen.isRunning ? "standby" : "stopped"
}
function roleByTable({ isRunning, table }: DirectorSeen, engine: BalancerEngine): DirectorRole {
  if (engine === "keepalived" && isRunning === false) return "stopped"
  if (table === null) return "unknown"
  return table.length > 0 ? "active" : "standby"
}
/** The director whose table is the one that serves: the only one that is active. */
export function servingOf(roles: readonly DirectorRole[]): number | null {
  const active = roles.flatMap((role, i) => (role === "active" || role === "partial" ? [i] : []))
  const [only, ...more] = active
  return only === undefined || more.length > 0 ? null : only
}

const portOf = ({ service }: VirtualServer, port: number | undefined): number =>
  port ?? (service.kind === "address" ? (service.port ?? 0) : 0)
/** `10.0.0.2:80`, as the kernel's table has it. */
export const realKey = (server: VirtualServer, real: Pick<RealServer, "address" | "port">): string =>
  withPort(canonical(real.address), portOf(server, real.port))
const liveKey = ({ address, port }: LiveReal): string => withPort(canonical(address), port)

export type LiveScene = {
  readonly model: Balancer
  /** Of the director that serves; null: nobody knows. */
  readonly table: LiveTable | null
  readonly rates: LiveRates | null
  /** The panel's node that has the address; null: none. */
  readonly nodeOf: (address: string) => string | null
  readonly isMaintained: (node: string) => boolean
}
function stateOf(weight: number | null, live: LiveReal | null, isSeen: boolean): RealServerView["state"] {
  if (!isSeen) return "unknown"
  if (weight === null) return "extra"
  if (live && live.weight > 0) return "serving"
  if (weight > 0) return "out"
  return live && live.active > 0 ? "draining" : "drained"
}
function realView(scene: LiveScene, server: VirtualServer, service: LiveService | undefined) {
  const inKernel = liveKeyOf(server)
  const byKey = new Map((service?.realServers ?? []).map((live) => [liveKey(live), live]))
  const { sorryServer } = server
  const sorryKey = sorryServer ? realKey(server, sorryServer) : null
  return (key: string, name: string | null, address: string, weight: number | null): RealServerView => {
    const live = byKey.get(key) ?? null
    const node = scene.nodeOf(address)
    return {
      ...{ key, name, node, isMaintained: node !== null && scene.isMaintained(node), live },
      wanted: weight === null ? null : { weight },
      rate: scene.rates?.[`${inKernel} real ${key}`] ?? null,
      // The sorry server is in the table only while nobody else serves: out is where it should be.
      state: key === sorryKey && weight === null ? (live ? "serving" : "out") : stateOf(weight, live, scene.table !== null),
      isSorryServer: key === sorryKey && weight === null,
    }
  }
}
function countsOf(reals: readonly RealServerView[]): VirtualServerView["counts"] {
  const count = (wanted: RealServerView["state"]) => reals.filter(({ state }) => state === wanted).length
  return { serving: count("serving"), draining: count("draining"), out: count("out") }
}
function serverView(scene: LiveScene, server: VirtualServer, byKey: ReadonlyMap<string, LiveService>): VirtualServerView {
  const [key, inKernel] = [keyOf(server.service), liveKeyOf(server)]
  const service = liveIn(byKey, inKernel)
  const view = realView(scene, server, service)
  const own = server.realServers.map((real) => view(realKey(server, real), real.name ?? null, real.address, real.weight ?? 1))
  const known = new Set(own.map((one) => one.key))
  const { sorryServer } = server
  const sorry = sorryServer ? [view(realKey(server, sorryServer), null, sorryServer.address, null)] : []
  const extra = (service?.realServers ?? [])
    .filter((live) => !known.has(liveKey(live)) && !sorry.some((one) => one.key === liveKey(live)))
    .map((live) => view(liveKey(live), null, live.address, null))
  const all = service?.realServers ?? []
  const isServed = own.some(({ state }) => state === "serving")
  const isSorry = sorry.some(({ state }) => state === "serving")
  return {
    ...{ key, name: server.name ?? null, scheduler: server.scheduler, method: server.forwarding.method },
    state: scene.table === null ? "unknown" : isServed ? "up" : isSorry ? "sorry" : "down",
    active: all.reduce((sum, { active }) => sum + active, 0),
    inactive: all.reduce((sum, { inactive }) => sum + inactive, 0),
    rate: scene.rates?.[inKernel] ?? null,
    counts: countsOf(own),
    realServers: [...own, ...sorry, ...extra],
  }
}
/** The virtual servers as they are now, in the model's order. A group is shown by the first of its services that the table has. */
export function virtualServersOf(scene: LiveScene): readonly VirtualServerView[] {
  const byKey = new Map((scene.table ?? []).map((service) => [service.key, service]))
  return scene.model.virtualServers.map((server) => serverView(scene, server, byKey))
}
