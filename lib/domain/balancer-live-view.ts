import type { Balancer, RealServer, VirtualServer } from "./balancer"
import { canonical, familyOf, withPort } from "./balancer-address"
import type { BalancerEngine } from "./balancer-definition"
import { liveIn } from "./balancer-fit"
import type { LiveRate, LiveRates, LiveReal, LiveService, LiveTable } from "./balancer-live"
import { keyOf } from "./balancer-rules-service"
import { servicesOf } from "./balancer-services"
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
/** Whether VRRP moves its addresses from one director to the other. */
export const isCarriedByVrrp = ({ directors }: Pick<Balancer, "directors">, engine: BalancerEngine): boolean =>
  engine === "keepalived" && directors.some(({ instances }) => instances.length > 0)
/** Of the addresses that VRRP carries those that more than one director has, and those that none has that is seen. */
export function carriedIn(
  model: Balancer,
  engine: BalancerEngine,
  directors: readonly { readonly holds: readonly string[] | null }[],
): { readonly twice: readonly string[]; readonly nowhere: readonly string[] } {
  const isCarried = isCarriedByVrrp(model, engine)
  // Each director may carry others, as where two are active for some each.
  const all = isCarried ? [...new Set(directors.flatMap((_, i) => serviceAddresses(model, i)))] : []
  const timesOf = (address: string) => directors.filter(({ holds }) => holds?.includes(address)).length
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
  /** Index of that director: what a group has is its file's to say. */
  readonly director: number
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
type Services = ReadonlyMap<string, LiveService>
const servicesIn = (table: LiveTable | null): Services => new Map((table ?? []).map((service) => [service.key, service]))
function summed(all: readonly (LiveRate | undefined)[]): LiveRate | null {
  const known = all.filter((one) => one !== undefined)
  if (known.length < 2) return known[0] ?? null
  const sum = (of: keyof LiveRate) => known.reduce((n, one) => n + one[of], 0)
  return { connections: sum("connections"), bytesIn: sum("bytesIn"), bytesOut: sum("bytesOut") }
}
/** One of the kernel's services of a virtual server; only a group has more than one. */
type Part = { readonly key: string; readonly port: number; readonly service: LiveService; readonly byKey: ReadonlyMap<string, LiveReal> }
const partsOf = (server: VirtualServer, services: Services, director: Balancer["directors"][number] | undefined): readonly Part[] =>
  servicesOf(server, director).flatMap(({ key, port }) => {
    const service = liveIn(services, key)
    return service ? [{ key, port, service, byKey: new Map(service.realServers.map((live) => [liveKey(live), live])) }] : []
  })
type Target = Pick<RealServer, "address" | "port">
const keyIn = ({ port: own }: Part, { address, port = own }: Target): string => withPort(canonical(address), port)
/** A real server in all of the services: its connections together, the largest of its weights. */
function liveOf(parts: readonly Part[], real: Target): LiveReal | null {
  const [only, ...others] = parts
  if (!only || others.length === 0) return only?.byKey.get(keyIn(only, real)) ?? null
  const lives = parts.flatMap((part) => part.byKey.get(keyIn(part, real)) ?? [])
  const [first] = lives
  if (!first || lives.length === 1) return first ?? null
  const sum = (of: "active" | "inactive") => lives.reduce((n, one) => n + one[of], 0)
  return { ...first, weight: Math.max(...lives.map(({ weight }) => weight)), active: sum("active"), inactive: sum("inactive") }
}
/** A real server as a table has it; null where it is not in it. */
export type LiveOf = (real: Target) => LiveReal | null
/** What a director's table has of the real servers of a virtual server. */
export function livesIn(table: LiveTable | null, director: Balancer["directors"][number] | undefined): (of: VirtualServer) => LiveOf {
  const services = servicesIn(table)
  return (server) => {
    const parts = partsOf(server, services, director)
    return (real) => liveOf(parts, real)
  }
}
/** Those of the model, the sorry server, and those that only the kernel has. */
function realViewsOf(scene: LiveScene, server: VirtualServer, parts: readonly Part[]): readonly RealServerView[] {
  const view = (key: string, name: string | null, real: Target, weight: number | null, live: LiveReal | null): RealServerView => {
    const node = scene.nodeOf(real.address)
    const isSorryServer = key === sorryKey && weight === null
    return {
      ...{ key, name, node, isMaintained: node !== null && scene.isMaintained(node), live },
      wanted: weight === null ? null : { weight },
      rate: summed(parts.map((part) => scene.rates?.[`${part.key} real ${keyIn(part, real)}`])),
      // The sorry server is in the table only while nobody else serves: out is where it should be.
      state: isSorryServer ? (live && live.weight > 0 ? "serving" : "out") : stateOf(weight, live, scene.table !== null),
      isSorryServer,
    }
  }
  const { sorryServer, realServers } = server
  const sorryKey = sorryServer ? realKey(server, sorryServer) : null
  const own = realServers.map((real) => view(realKey(server, real), real.name ?? null, real, real.weight ?? 1, liveOf(parts, real)))
  const sorry = sorryServer && sorryKey !== null ? [view(sorryKey, null, sorryServer, null, liveOf(parts, sorryServer))] : []
  const wanted = [...realServers, ...(sorryServer ? [sorryServer] : [])]
  const extra = parts.flatMap((part) => {
    const known = new Set(wanted.map((one) => keyIn(part, one)))
    return [...part.byKey].flatMap(([key, live]) => (known.has(key) ? [] : [view(key, null, live, null, live)]))
  })
  return [...own, ...sorry, ...extra]
}
function serverView(scene: LiveScene, server: VirtualServer, services: Services): VirtualServerView {
  const parts = partsOf(server, services, scene.model.directors[scene.director])
  const key = keyOf(server.service)
  const states = server.realServers.map((real) => stateOf(real.weight ?? 1, liveOf(parts, real), scene.table !== null))
  const count = (wanted: RealServerView["state"]) => states.filter((state) => state === wanted).length
  const all = parts.flatMap(({ service }) => service.realServers)
  // One that is inhibited stands there at weight 0 all the time.
  const isSorry = server.sorryServer !== undefined && (liveOf(parts, server.sorryServer)?.weight ?? 0) > 0
  return {
    ...{ key, name: server.name ?? null, scheduler: server.scheduler, method: server.forwarding.method },
    state: scene.table === null ? "unknown" : states.includes("serving") ? "up" : isSorry ? "sorry" : "down",
    active: all.reduce((sum, { active }) => sum + active, 0),
    inactive: all.reduce((sum, { inactive }) => sum + inactive, 0),
    rate: summed(parts.map((part) => scene.rates?.[part.key])),
    counts: { serving: count("serving"), draining: count("draining"), out: count("out") },
    realServers: scene.of === undefined || scene.of === key ? realViewsOf(scene, server, parts) : [],
  }
}
/** The virtual servers as they are now, in the model's order. */
export function virtualServersOf(scene: LiveScene): readonly VirtualServerView[] {
  const services = servicesIn(scene.table)
  return scene.model.virtualServers.map((server) => serverView(scene, server, services))
}
