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
/** Of the addresses that VRRP carries those that more than one director has, and those that none has that is seen. */
export function carriedIn(
  model: Balancer,
  engine: BalancerEngine,
  directors: readonly { readonly holds: readonly string[] }[],
): { readonly twice: readonly string[]; readonly nowhere: readonly string[] } {
  const isCarried = engine === "keepalived" && model.directors.some(({ instances }) => instances.length > 0)
  // Each director may carry others, as where two are active for some each.
  const all = isCarried ? [...new Set(directors.flatMap((_, i) => serviceAddresses(model, i)))] : []
  const timesOf = (address: string) => directors.filter(({ holds }) => holds.includes(address)).length
  return { twice: all.filter((one) => timesOf(one) > 1), nowhere: all.filter((one) => timesOf(one) === 0) }
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
  /** Key of the only virtual server whose real servers are wanted; none is called "". Absent: those of all. */
  readonly of?: string
}
function stateOf(weight: number | null, live: LiveReal | null, isSeen: boolean): RealServerView["state"] {
  if (!isSeen) return "unknown"
  if (weight === null) return "extra"
  if (live && live.weight > 0) return "serving"
  if (weight > 0) return "out"
  return live && live.active > 0 ? "draining" : "drained"
}
/** A virtual server beside what the kernel has of it. */
type Seen = {
  readonly server: VirtualServer
  readonly service: LiveService | undefined
  readonly inKernel: string
  readonly byKey: ReadonlyMap<string, LiveReal>
  /** Of its real servers, in their order. */
  readonly keys: readonly string[]
  readonly sorryKey: string | null
}
function seenOf(server: VirtualServer, services: ReadonlyMap<string, LiveService>): Seen {
  const inKernel = liveKeyOf(server)
  const service = liveIn(services, inKernel)
  return {
    ...{ server, service, inKernel },
    byKey: new Map((service?.realServers ?? []).map((live) => [liveKey(live), live])),
    keys: server.realServers.map((real) => realKey(server, real)),
    sorryKey: server.sorryServer ? realKey(server, server.sorryServer) : null,
  }
}
/** Those of the model, the sorry server, and those that only the kernel has. */
function realViewsOf(scene: LiveScene, { server, inKernel, byKey, keys, sorryKey }: Seen): readonly RealServerView[] {
  const view = (key: string, name: string | null, address: string, weight: number | null): RealServerView => {
    const live = byKey.get(key) ?? null
    const node = scene.nodeOf(address)
    const isSorryServer = key === sorryKey && weight === null
    return {
      ...{ key, name, node, isMaintained: node !== null && scene.isMaintained(node), live },
      wanted: weight === null ? null : { weight },
      rate: scene.rates?.[`${inKernel} real ${key}`] ?? null,
      // The sorry server is in the table only while nobody else serves: out is where it should be.
      state: isSorryServer ? (live ? "serving" : "out") : stateOf(weight, live, scene.table !== null),
      isSorryServer,
    }
  }
  const own = server.realServers.map((real, i) => view(keys[i] ?? "", real.name ?? null, real.address, real.weight ?? 1))
  const sorry = server.sorryServer && sorryKey !== null ? [view(sorryKey, null, server.sorryServer.address, null)] : []
  const known = new Set([...keys, ...sorry.map(({ key }) => key)])
  const extra = [...byKey].flatMap(([key, live]) => (known.has(key) ? [] : [view(key, null, live.address, null)]))
  return [...own, ...sorry, ...extra]
}
function serverView(scene: LiveScene, server: VirtualServer, services: ReadonlyMap<string, LiveService>): VirtualServerView {
  const seen = seenOf(server, services)
  const { service, inKernel, byKey, keys, sorryKey } = seen
  const key = keyOf(server.service)
  const states = server.realServers.map((real, i) => stateOf(real.weight ?? 1, byKey.get(keys[i] ?? "") ?? null, scene.table !== null))
  const count = (wanted: RealServerView["state"]) => states.filter((state) => state === wanted).length
  const all = service?.realServers ?? []
  const isSorry = sorryKey !== null && byKey.has(sorryKey)
  return {
    ...{ key, name: server.name ?? null, scheduler: server.scheduler, method: server.forwarding.method },
    state: scene.table === null ? "unknown" : states.includes("serving") ? "up" : isSorry ? "sorry" : "down",
    active: all.reduce((sum, { active }) => sum + active, 0),
    inactive: all.reduce((sum, { inactive }) => sum + inactive, 0),
    rate: scene.rates?.[inKernel] ?? null,
    counts: { serving: count("serving"), draining: count("draining"), out: count("out") },
    realServers: scene.of === undefined || scene.of === key ? realViewsOf(scene, seen) : [],
  }
}
/** The virtual servers as they are now, in the model's order. A group is shown by the first of its services that the table has. */
export function virtualServersOf(scene: LiveScene): readonly VirtualServerView[] {
  const byKey = new Map((scene.table ?? []).map((service) => [service.key, service]))
  return scene.model.virtualServers.map((server) => serverView(scene, server, byKey))
}
