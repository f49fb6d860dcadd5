import type { Forwarding, Service, VirtualServer } from "../lib/domain/balancer"
import { canonical } from "../lib/domain/balancer-address"
import { servicesOf, type Wanted } from "../lib/domain/balancer-services"
import type { SimHost } from "./contract"
import { portOf } from "./ipvs-fit"

/** The kernel's table on a pretend machine: keepalived's and ipvsadm's simulators write it, as programs share a kernel. */
export type SimReal = {
  readonly address: string
  readonly port: number
  readonly method: Forwarding["method"]
  readonly weight: number
  readonly upper: number
  readonly lower: number
}
export type SimService = {
  readonly key: string
  readonly service: Service
  readonly scheduler: string
  /** Seconds; 0 for none. */
  readonly persistence: number
  readonly mask: string | undefined
  readonly onePacket: boolean
  readonly reals: readonly SimReal[]
}
type Last = { readonly atMs: number; readonly active: number }
type Kernel = {
  isLoaded: boolean
  rules: () => readonly SimService[]
  /** What `ipvsadm -Ln --daemon` says. */
  sync: () => string
  /** Services that somebody made otherwise than `rules` says, by key; null: taken away. */
  readonly byHand: Map<string, SimService | null>
  /** Connections of each real server when it had its weight last. */
  readonly last: Map<string, Last>
}
const kernels = new WeakMap<SimHost, Kernel>()
const kernelOf = (host: SimHost): Kernel => {
  const kernel: Kernel = kernels.get(host) ?? { isLoaded: false, rules: () => [], sync: () => "", byHand: new Map(), last: new Map() }
  kernels.set(host, kernel)
  return kernel
}
export const isLoaded = (host: SimHost): boolean => kernelOf(host).isLoaded
export const loadKernel = (host: SimHost): void => {
  kernelOf(host).isLoaded = true
}
export const syncText = (host: SimHost): string => kernelOf(host).sync()
export const setSync = (host: SimHost, text: () => string): void => {
  kernelOf(host).sync = text
}
/** @param rules asked at each look: what the checks say is of that moment */
export function setRules(host: SimHost, rules: () => readonly SimService[]): void {
  const kernel = kernelOf(host)
  countsOf(host)
  kernel.isLoaded = true
  kernel.rules = rules
}

const byKey = (services: readonly SimService[]) => new Map(services.map((one) => [one.key, one]))
function rulesNow({ rules, byHand }: Kernel): readonly SimService[] {
  const own = rules()
  const known = byKey(own)
  const changed = own.flatMap((one) => {
    const other = byHand.get(one.key)
    return other === undefined ? [one] : other === null ? [] : [other]
  })
  return [...changed, ...[...byHand].flatMap(([key, one]) => (one !== null && !known.has(key) ? [one] : []))]
}
/** Whatever the order of its real servers. */
const textOf = (one: SimService | undefined): string =>
  one === undefined ? "" : JSON.stringify({ ...one, reals: one.reals.map((real) => JSON.stringify(real)).toSorted() })
/** Somebody's ipvsadm beside whoever owns the table: this is what it is now. */
export function changeByHand(host: SimHost, table: readonly SimService[]): void {
  const kernel = kernelOf(host)
  const [own, now] = [byKey(kernel.rules()), byKey(table)]
  kernel.byHand.clear()
  for (const key of new Set([...own.keys(), ...now.keys()]))
    if (textOf(own.get(key)) !== textOf(now.get(key))) kernel.byHand.set(key, now.get(key) ?? null)
}
/** Its owner has written these anew; all of them when none are named. */
export function forgetByHand(host: SimHost, keys?: readonly string[]): void {
  const { byHand } = kernelOf(host)
  for (const key of keys ?? [...byHand.keys()]) byHand.delete(key)
}

function serviceOf(server: VirtualServer, { key, port, service }: Wanted): SimService {
  const reals = server.realServers.map((real): SimReal => {
    const how = real.forwarding ?? server.forwarding
    return {
      address: canonical(real.address),
      port: portOf(real.port, how, { port }),
      method: how.method,
      weight: real.weight ?? 1,
      upper: real.upperThreshold ?? 0,
      lower: real.lowerThreshold ?? 0,
    }
  })
  return {
    key,
    service,
    scheduler: server.scheduler,
    persistence: server.persistenceTimeout ?? 0,
    mask: server.persistenceMask,
    onePacket: server.onePacket ?? false,
    reals,
  }
}
/** What a virtual server is in the kernel, with every real server in. */
export const simServices = (server: VirtualServer, director?: Parameters<typeof servicesOf>[1]): readonly SimService[] =>
  servicesOf(server, director).map((wanted) => serviceOf(server, wanted))

export type SimCount = SimReal & { readonly active: number; readonly inactive: number; readonly perSecond: number }
export type SimCounted = Omit<SimService, "reals"> & { readonly reals: readonly SimCount[] }

const phaseOf = (text: string): number => [...text].reduce((sum, c) => (sum * 31 + (c.codePointAt(0) ?? 0)) % 997, 7) / 997
/** Half of the connections of a drained server end in so many ms. */
const HALF_LIFE_MS = 4_000
const isCarrying = (host: SimHost, service: Service): boolean =>
  service.kind !== "address" || [...host.addresses].some((one) => canonical(one.split("/")[0] ?? "") === canonical(service.address))

function countsOfService(host: SimHost, last: Map<string, Last>, one: SimService): SimCounted {
  const nowMs = host.nowMs()
  const weights = one.reals.reduce((sum, { weight }) => sum + weight, 0)
  const wave = 1 + 0.4 * Math.sin(2 * Math.PI * (nowMs / 90_000 + phaseOf(one.key)))
  const load = isCarrying(host, one.service) ? 60 * wave : 0
  const reals = one.reals.map((real): SimCount => {
    const key = `${one.key} ${real.address} ${real.port}`
    const share = weights === 0 ? 0 : real.weight / weights
    if (real.weight > 0) {
      const active = Math.round(load * share)
      last.set(key, { atMs: nowMs, active })
      return { ...real, active, inactive: Math.round(active * 1.5), perSecond: Math.round((load * share) / 4) }
    }
    const before = last.get(key) ?? { atMs: nowMs, active: 0 }
    const left = Math.floor(before.active * 0.5 ** ((nowMs - before.atMs) / HALF_LIFE_MS))
    return { ...real, active: left, inactive: Math.round(left * 1.5), perSecond: 0 }
  })
  return { ...one, reals }
}
/** The table as it is now; connections come where the service address is, and go with time where the weight is 0. */
export function countsOf(host: SimHost): readonly SimCounted[] {
  const kernel = kernelOf(host)
  return rulesNow(kernel).map((one) => countsOfService(host, kernel.last, one))
}

const hex = (n: number, width: number): string => n.toString(16).toUpperCase().padStart(width, "0")
function hexAddress(address: string): string {
  if (!address.includes(":"))
    return address
      .split(".")
      .map((part) => hex(Number(part), 2))
      .join("")
  const [head = "", tail] = address.split("::")
  const [before, after] = [head, tail ?? ""].map((half) => half.split(":").filter(Boolean))
  const zeros = Array.from({ length: 8 - (before?.length ?? 0) - (after?.length ?? 0) }, () => "0")
  return `[${[...(before ?? []), ...(tail === undefined ? [] : zeros), ...(after ?? [])].map((part) => part.padStart(4, "0")).join(":")}]`
}
const ways = { nat: "Masq", direct: "Route", tunnel: "Tunnel" } as const
export const HZ = 250
const hexMask = (mask: string | undefined, service: Service): string => {
  const isSix = service.kind === "address" ? service.address.includes(":") : service.kind === "mark" && service.family === "inet6"
  if (isSix) return `${hex(Number(mask ?? 128), 2)}000000`
  return mask === undefined ? "FFFFFFFF" : hexAddress(mask)
}
function head({ service, scheduler, onePacket, persistence, mask }: SimCounted): string {
  const flags = persistence > 0 ? `persistent ${persistence * HZ} ${hexMask(mask, service)}` : ""
  const ops = onePacket ? "ops " : ""
  if (service.kind === "mark") return `FWM ${hex(service.mark, 8)} ${scheduler} ${ops}${flags}`
  if (service.kind === "group") return ""
  const kind = (service.protocol ?? "udp").toUpperCase()
  // The kernel does not say it of an IPv6 address.
  const said = service.address.includes(":") ? "" : ops
  return `${kind} ${hexAddress(canonical(service.address))}:${hex(service.port ?? 0, 4)} ${scheduler} ${said}${flags}`
}
/** What IPVS_TABLE prints: destinations in reverse, persistence in ticks. */
export function tableText(host: SimHost): string {
  if (!isLoaded(host)) return "moyai.hz=\nmoyai.table\n"
  const lines = countsOf(host).flatMap((one) => [
    head(one),
    ...one.reals
      .toReversed()
      .map((r) => ` -> ${hexAddress(r.address)}:${hex(r.port, 4)} ${ways[r.method]} ${r.weight} ${r.active} ${r.inactive} `),
  ])
  const top = [
    "IP Virtual Server version 1.2.1 (size=4096)",
    "Prot LocalAddress:Port Scheduler Flags",
    " -> RemoteAddress:Port Forward Weight ActiveConn InActConn",
  ]
  return [`moyai.hz=${HZ}`, ...top, ...lines, "moyai.table", ""].join("\n")
}
