import type { Balancer, Director } from "@/lib/domain/balancer"
import { canonical, familyOf } from "@/lib/domain/balancer-address"
import type { BalancerEngine } from "@/lib/domain/balancer-definition"

/** Piranha's first page: what both directors need to share addresses. Numbers are texts until they are numbers. */
export type Shared = {
  readonly interface: string
  readonly routerId: string
  readonly priority: string
  readonly interval: string
  readonly isUnicast: boolean
  readonly addresses: readonly [string, string]
  readonly nopreempt: boolean
  readonly hasSync: boolean
}
export const firstShared: Shared = {
  ...{ interface: "", routerId: "51", priority: "150", interval: "1", isUnicast: false, addresses: ["", ""] },
  ...{ nopreempt: false, hasSync: true },
}
const limitsOfShared = { routerId: [1, 255], priority: [2, 254], interval: [1, 255] } as const
/** Which fields do not hold, before the next step: with the limits of a number. */
export function sharedProblems(shared: Shared, isPair: boolean): ReadonlyMap<string, readonly [number, number] | null> {
  const numbers = (["routerId", "priority", "interval"] as const).flatMap((name) => {
    const [from, to] = limitsOfShared[name]
    const n = Number(shared[name])
    return /^\d+$/.test(shared[name].trim()) && n >= from && n <= to ? [] : [[name, [from, to]] as const]
  })
  const dev = /^[^\s/"'\\#!{}$]{1,15}$/.test(shared.interface.trim()) ? [] : [["interface", null] as const]
  const peers =
    isPair && shared.isUnicast
      ? shared.addresses.flatMap((one, i) => (familyOf(one.trim()) ? [] : [[`addresses.${i}`, null] as const]))
      : []
  return new Map([...dev, ...numbers, ...peers])
}
export type Vip = { readonly address: string; readonly prefix: number | undefined }
/** What the virtual servers answer at, each once; of marks, the addresses that their rule marks. */
export const vipsOf = (
  { virtualServers }: Pick<Balancer, "virtualServers">,
  prefixes: Readonly<Record<string, number>> = {},
): readonly Vip[] => {
  const all = virtualServers.flatMap(({ service }) =>
    service.kind === "address" ? [service.address] : service.kind === "mark" ? (service.match ?? []).map(({ address }) => address) : [],
  )
  const each = [...new Set(all.filter((one) => familyOf(one)).map(canonical))]
  return each.map((address) => ({ address, prefix: prefixes[address] }))
}
const PAIR_STEP = 50
const families = ["inet", "inet6"] as const
/** One VRRP instance for each family: they do not mix. The second one has the next router id only where the first is there too. */
export function directorsOf(shared: Shared, n: number, vips: readonly Vip[]): readonly Director[] {
  const used = families.filter((family) => vips.some((vip) => familyOf(vip.address) === family))
  const names = used.map((family) => (family === "inet" ? "VI_1" : "VI_6"))
  const dev = shared.interface.trim()
  return Array.from({ length: n }, (_, d): Director => {
    const [own, other] = d === 0 ? shared.addresses : [shared.addresses[1], shared.addresses[0]]
    const priority = Math.max(1, Number(shared.priority) - d * PAIR_STEP)
    return {
      ...(n > 1 && shared.hasSync && names[0] ? { global: { syncDaemon: { interface: dev, instance: names[0] }, kept: [] } } : {}),
      ...{ scripts: [], groups: [] },
      syncGroups: names.length > 1 ? [{ name: "VG_1", members: names, kept: [] }] : [],
      instances: used.map((family, i) => ({
        name: names[i] ?? "VI_1",
        state: d === 0 && !shared.nopreempt ? ("MASTER" as const) : ("BACKUP" as const),
        interface: dev,
        routerId: Number(shared.routerId),
        priority,
        advertInterval: Number(shared.interval),
        ...(family === "inet6" ? { version: 3 } : {}),
        ...(shared.nopreempt ? { nopreempt: true } : {}),
        ...(n > 1 && shared.isUnicast && familyOf(own.trim()) === family
          ? { unicastSource: own.trim(), unicastPeers: [{ address: other.trim() }] }
          : {}),
        addresses: vips
          .filter((vip) => familyOf(vip.address) === family)
          .map(({ address, prefix }) => ({ address, prefix: prefix ?? (family === "inet" ? 24 : 64) })),
        kept: [],
      })),
    }
  })
}
/** The same director seen from the other side: behind it by priority, its own and the peer's address exchanged. */
export const partnerOf = (director: Director): Director => ({
  ...director,
  instances: director.instances.map((one) => {
    const [peer] = one.unicastPeers ?? []
    return {
      ...one,
      ...(one.state === undefined ? {} : { state: "BACKUP" as const }),
      priority: Math.max(1, (one.priority ?? 100) - PAIR_STEP),
      ...(one.unicastSource !== undefined && peer
        ? { unicastSource: peer.address, unicastPeers: [{ ...peer, address: one.unicastSource }] }
        : {}),
    }
  }),
})
/** Directors as many as there are nodes: those of a file as they are, a second one made from the first. */
export function directorsFor(model: Balancer, nodes: number, engine: BalancerEngine, made: () => readonly Director[]): readonly Director[] {
  if (engine === "ipvsadm") return []
  const [first, second] = model.directors
  if (!first || first.instances.length === 0) return made()
  return nodes === 1 ? [first] : [first, second ?? partnerOf(first)]
}
/** What keepalived leaves at 60 s, and its own example and Piranha set to 6. */
const CHECK_EVERY_S = 6
/** After the first virtual server's usual case. */
export const newServer = (address = ""): Balancer["virtualServers"][number] => ({
  service: { kind: "address", address, port: 80, protocol: "tcp" },
  scheduler: "wrr",
  schedulerFlags: [],
  forwarding: { method: "direct" },
  delayLoop: CHECK_EVERY_S,
  realServers: [],
  kept: [],
})
export const newReal = (engine: BalancerEngine, port: number | undefined): Balancer["virtualServers"][number]["realServers"][number] => ({
  address: "",
  ...(port === undefined ? {} : { port }),
  weight: 1,
  checks: engine === "keepalived" ? [{ kind: "tcp", connectTimeout: 3, kept: [] }] : [],
  kept: [],
})
export const emptyBalancer: Balancer = { directors: [], virtualServers: [], kept: [] }
