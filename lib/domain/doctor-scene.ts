import type { Balancer, Forwarding, RealServer, VirtualServer } from "./balancer"
import { canonical, familyOf, withPort } from "./balancer-address"
import type { BalancerEngine } from "./balancer-definition"
import type { BalancerChange } from "./balancer-diff"
import { liveIn } from "./balancer-fit"
import type { IpvsKernel, KeepalivedService, LiveReal, LiveService, LiveTable, RealServerState } from "./balancer-live"
import { liveKeyOf } from "./balancer-rules-service"
import { hostPrefix, networkOf } from "./balancer-subnet"
import type { DoctorFinding } from "./balancer-view"
import type { DoctorTrial } from "./doctor-out"
import type { Observed } from "./observed"
import type { Coded } from "./views"

type Fact<T> = Observed<T> | null
export type DoctorDirector = {
  readonly node: string
  readonly service: Fact<KeepalivedService>
  readonly table: Fact<LiveTable>
  readonly kernel: Fact<IpvsKernel>
  readonly realserver: Fact<RealServerState>
}
export type DoctorRealServer = {
  readonly address: string
  /** The panel's node that has this address; null: the panel cannot look at it. */
  readonly node: string | null
  readonly state: Fact<RealServerState>
}
/** All that the doctor is shown: the document, and what the nodes said of themselves. It asks for nothing. */
export type DoctorScene = {
  readonly nowMs: number
  /** When it began to look: what was read since then is of now, however slow the last node was. */
  readonly sinceMs: number
  readonly name: string
  readonly engine: BalancerEngine
  readonly model: Balancer
  /** In the order of `model.directors`. */
  readonly directors: readonly DoctorDirector[]
  /** One for each address of a real server of the model. */
  readonly realServers: readonly DoctorRealServer[]
  /** What each director's file has otherwise; null: not read. */
  readonly drift: readonly { readonly node: string; readonly changes: readonly BalancerChange[] | null; readonly atMs: number | null }[]
  /** Who answered ARP, where somebody was asked to look. */
  readonly arp: readonly {
    readonly asker: string
    readonly address: string
    readonly macs: readonly string[]
    readonly from: string
    readonly atMs: number
  }[]
  /** Checks of real servers that are out, tried just now; absent: nobody has tried. */
  readonly trials?: readonly DoctorTrial[]
  /** Real servers are on their way back by a job: a smaller weight is a step of theirs. */
  readonly isReturning?: boolean
  readonly others: readonly { readonly name: string; readonly model: Balancer }[]
}

export const doctorCodes = [
  ...["bothHold", "noneHolds", "addressOutside", "vridClash", "keepalivedMissing", "keepalivedStopped", "notAtBoot", "fileDiffers"],
  ...["moduleMissing", "moduleNotLoaded", "schedulerMissing", "syncFamilies", "syncIdDiffers", "syncInterfaceDiffers", "syncNotRunning"],
  ...["forwardOff", "portMapped", "weightsZero", "noneServing", "serviceMissing", "tableDiffers"],
  ...["checkFails", "outThough"],
  ...["loIsNotVip", "vipMissing", "vipOnLink", "wrongMask", "arpNotQuiet", "arpTwo", "arpWrong", "arpNobody", "notPersistent"],
  ...["otherSubnet", "natGateway", "natGatewayFixed", "filterDrops", "notListening", "listensElsewhere"],
] as const
export const notSeenCodes = [
  ...["factMissing", "factOld", "readApart", "notManaged", "filterUnreadable", "filterUnclear", "arpNotAsked", "addressUnknown"],
  ...[
    "listenersUnknown",
    "keptElsewhere",
    "groupNotCompared",
    "driftUnknown",
    "stateUnknown",
    "interfaceUnknown",
    "noActive",
    "machineUnknown",
    "perhapsMasqueraded",
    "checkNotTried",
  ],
] as const

type Evidence = DoctorFinding["evidence"][number]
/** What one look at one thing gave. A code is well when all looks for it were. */
export type Look =
  | { readonly code: string; readonly finding: DoctorFinding }
  | { readonly code: string; readonly isWell: true }
  | { readonly code: string; readonly notSeen: Coded }
export const well = (code: string): Look => ({ code, isWell: true })
export const unseen = (code: string, reason: string, params: Coded["params"] = {}): Look => ({ code, notSeen: { code: reason, params } })
type Told = Partial<Pick<DoctorFinding, "params" | "of" | "fix" | "commands">> & { readonly evidence: readonly Evidence[] }
export const found = (level: "bad" | "warn", code: string, told: Told): Look => ({
  code,
  finding: { params: {}, of: null, fix: null, commands: [], ...told, code, level },
})
export const wellOr = (holds: boolean, code: string, finding: () => Look): Look => (holds ? well(code) : finding())

const OLD_MS = 5_000
export type Seen<T> = { readonly node: string; readonly value: T; readonly from: string; readonly atMs: number }
export type Sight<T> = { readonly seen: Seen<T> } | { readonly reason: string; readonly params: Coded["params"] }
type Time = Pick<DoctorScene, "nowMs" | "sinceMs">
/** A fact, if it is fresh enough to be told as true now: read for this look, or twice its interval ago, and never less than 5 s. */
export function sight<T>(observed: Observed<T> | null, node: string, fact: string, { nowMs, sinceMs }: Time): Sight<T> {
  if (!observed) return { reason: "factMissing", params: { node, fact } }
  const ageMs = nowMs - observed.atMs
  if (ageMs < 0 || ageMs > Math.max(2 * observed.everyMs, OLD_MS, nowMs - sinceMs))
    return { reason: "factOld", params: { node, fact, seconds: String(Math.round(Math.abs(ageMs) / 1_000)) } }
  return { seen: { node, value: observed.value, from: observed.from, atMs: observed.atMs } }
}
export const seenOf = <T>(one: Sight<T>): Seen<T> | undefined => ("seen" in one ? one.seen : undefined)
export const evidence = (seen: Omit<Seen<unknown>, "value">, text: string): Evidence => ({
  node: seen.node,
  from: seen.from,
  text,
  atMs: seen.atMs,
})

/** From the document alone: nothing was seen for it, so what it shows is never `bad`. */
export const ofDocument = ({ name }: DoctorScene, text: string): Evidence => ({ node: name, from: "moyai", text, atMs: null })

/** What a look at one fact says; where it cannot be looked at, all of its codes are not seen. */
export const lookAt = <T>(one: Sight<T>, codes: readonly string[], look: (seen: Seen<T>) => readonly Look[]): readonly Look[] =>
  "seen" in one ? look(one.seen) : codes.map((code) => unseen(code, one.reason, one.params))

export const serviceOf = (d: DoctorDirector, time: Time) => sight(d.service, d.node, "keepalived.service", time)
export const tableOf = (d: DoctorDirector, time: Time) => sight(d.table, d.node, "ipvs.table", time)
export const kernelOf = (d: DoctorDirector, time: Time) => sight(d.kernel, d.node, "ipvs.kernel", time)
export const stateOf = (d: DoctorDirector, time: Time) => sight(d.realserver, d.node, "realserver.state", time)
export type Own = { readonly interface: string; readonly address: string; readonly prefix: number }
/** Addresses of a director, by whichever fact says them. */
export function addressesOf(d: DoctorDirector, scene: DoctorScene): Sight<readonly Own[]> {
  const [service, state] = [serviceOf(d, scene), stateOf(d, scene)]
  if ("seen" in service) return { seen: { ...service.seen, value: service.seen.value.addresses } }
  return "seen" in state ? { seen: { ...state.seen, value: state.seen.value.addresses } } : service
}

export const methodOf = (server: VirtualServer, real: RealServer): Forwarding["method"] => (real.forwarding ?? server.forwarding).method
export const portOf = ({ service }: VirtualServer): number => (service.kind === "address" ? (service.port ?? 0) : 0)
export const realPort = (server: VirtualServer, real: RealServer): number => real.port ?? portOf(server)
/** Where packets go as they are, the kernel takes the service's port, whatever was asked for. */
export const kernelPort = (server: VirtualServer, real: RealServer): number =>
  methodOf(server, real) !== "nat" && portOf(server) !== 0 ? portOf(server) : realPort(server, real)
const options = { tcp: "-t", udp: "-u", sctp: "--sctp-service" } as const
/** As ipvsadm names a service. */
export const optionOf = ({ mark, key, protocol, address, port }: LiveService): string =>
  address !== null ? `${options[protocol ?? "tcp"]} ${withPort(address, port ?? 0)}` : `-f ${mark}${key.endsWith(" inet6") ? " -6" : ""}`
/** The addresses that a virtual server is asked at; a range of a group is none that can be looked for. */
export function vipsOf(server: VirtualServer, model: Balancer): readonly string[] {
  const { service } = server
  const single = (list: readonly string[]) => [...new Set(list.filter((one) => familyOf(one) !== undefined).map(canonical))]
  if (service.kind === "address") return single([service.address])
  if (service.kind === "mark") return single((service.match ?? []).map(({ address }) => address))
  const members = model.directors.flatMap(({ groups }) => groups.filter(({ name }) => name === service.group)).flatMap((g) => g.members)
  return single(members.flatMap((one) => ("addresses" in one ? [one.addresses] : [])))
}
/** Worked out once for a scene: it is asked for each of thousands of real servers. */
export function once<K extends object, T>(make: (from: K) => T): (from: K) => T {
  const known = new WeakMap<K, { readonly value: T }>()
  return (from) => {
    const one = known.get(from) ?? { value: make(from) }
    known.set(from, one)
    return one.value
  }
}
/** Every address that VRRP moves, a gateway for NAT among them. */
export const movedAddresses = once((model: Balancer): readonly string[] =>
  model.directors.flatMap(({ instances }) =>
    instances.flatMap(({ addresses = [], excludedAddresses = [] }) =>
      [...addresses, ...excludedAddresses].map((a) => canonical(a.address)),
    ),
  ),
)
export const allVips = once((model: Balancer): readonly string[] => [
  ...new Set([
    ...model.directors
      .flatMap(({ instances }) => instances.flatMap((i) => (i.addresses ?? []).map(({ address }) => canonical(address))))
      .filter((address) => familyOf(address) !== undefined),
    ...model.virtualServers.flatMap((server) => vipsOf(server, model)),
  ]),
])

/** What each director has of each address. */
export const ownAddresses = once((scene: DoctorScene) =>
  scene.directors.map((director) => {
    const sight = addressesOf(director, scene)
    const byAddress = new Map<string, Own[]>()
    for (const own of seenOf(sight)?.value ?? []) {
      const address = canonical(own.address)
      const all = byAddress.get(address) ?? []
      byAddress.set(address, all)
      all.push(own)
    }
    return { director, sight, byAddress }
  }),
)
/** The director whose table counts for a service: it alone has the address on a link; or it is the only one. */
export function activeFor(scene: DoctorScene, server: VirtualServer): DoctorDirector | undefined {
  const [only] = scene.directors
  if (scene.directors.length === 1) return only
  const own = vipsOf(server, scene.model)
  const vips = own.length > 0 ? own : allVips(scene.model)
  const holders = ownAddresses(scene).filter(({ byAddress }) => vips.some((vip) => byAddress.get(vip)?.some((a) => a.interface !== "lo")))
  return holders.length === 1 ? holders[0]?.director : undefined
}
const tables = once(
  (scene: DoctorScene) =>
    new Map(
      scene.directors.map((d) => {
        const seen = seenOf(tableOf(d, scene))
        return [d, seen && { seen, byKey: new Map(seen.value.map((live) => [live.key, live])) }]
      }),
    ),
)
/** What the active director's table has for it; undefined where that is not seen, or it has nothing. */
export function liveOf(scene: DoctorScene, server: VirtualServer): Seen<LiveService> | undefined {
  const active = activeFor(scene, server)
  const table = active && tables(scene).get(active)
  const live = table && liveIn(table.byKey, liveKeyOf(server))
  return table && live && { ...table.seen, value: live }
}
const byAddress = once((scene: DoctorScene) => new Map(scene.realServers.map((one) => [canonical(one.address), one])))
export const realServerAt = (scene: DoctorScene, address: string): DoctorRealServer | undefined => byAddress(scene).get(canonical(address))
/** Networks that each director is on, by its own interfaces. */
export const networksOf = once((scene: DoctorScene) =>
  scene.directors.map((d) => {
    const sight = addressesOf(d, scene)
    const own = seenOf(sight)?.value.filter((one) => one.interface !== "lo" && one.prefix < hostPrefix(one.address)) ?? []
    const known = new Set(own.map((one) => networkOf(one.address, one.prefix)))
    const prefixes = [...new Set(own.map(({ prefix }) => prefix))]
    return { sight, own, has: (address: string) => prefixes.some((prefix) => known.has(networkOf(address, prefix))) }
  }),
)
export const liveReal = (live: LiveService, real: RealServer): LiveReal | undefined =>
  live.realServers.find(({ address }) => canonical(address) === canonical(real.address))
export const realText = ({ address, port, method, weight }: LiveReal): string => `${withPort(address, port)} ${method} ${weight}`
/** Addresses as text; no more of them than a person reads. */
export const ownText = (list: readonly Own[]): string =>
  list
    .slice(0, 32)
    .map((own) => `${own.interface} ${own.address}/${own.prefix}`)
    .join(", ") || "-"
