import type { RealServer, VirtualServer } from "./balancer"
import { canonical, familyOf, isLoopback } from "./balancer-address"
import type { RealServerState } from "./balancer-live"
import { keyOf } from "./balancer-rules-service"
import { hostPrefix } from "./balancer-subnet"
import { isRedirected } from "./doctor-filter"
import {
  allVips,
  type DoctorScene,
  evidence,
  found,
  type Look,
  liveOf,
  liveReal,
  lookAt,
  methodOf,
  networksOf,
  ownText,
  portOf,
  realText,
  type Seen,
  unseen,
  vipsOf,
  well,
  wellOr,
} from "./doctor-scene"

type Held = RealServerState["addresses"][number]
/** An interface with a network of its own: there the address would be told to everybody, whatever arp_ignore says. */
const isLink = (own: Held, all: readonly Held[]): boolean =>
  own.interface !== "lo" &&
  all.some(
    (a) =>
      a.interface === own.interface &&
      canonical(a.address) !== canonical(own.address) &&
      familyOf(a.address) === familyOf(own.address) &&
      a.prefix < hostPrefix(a.address),
  )
type Case = {
  readonly scene: DoctorScene
  readonly seen: Seen<RealServerState>
  readonly server: VirtualServer
  readonly real: RealServer
  readonly vip: string
  readonly held: readonly Held[]
}
const told = ({ seen, server, real, vip }: Case) => ({
  params: { node: seen.node, server: canonical(real.address), vip, service: keyOf(server.service) },
  of: keyOf(server.service),
})
const prepare = ({ seen }: Case) => ({ kind: "prepare", node: seen.node, method: "loopback" }) as const

function missing(one: Case): readonly Look[] {
  const { scene, seen, server, real, vip } = one
  const { filter, addresses } = seen.value
  const protocol = server.service.kind === "mark" ? undefined : server.service.protocol
  const isTaken = (protocol === "tcp" || protocol === "udp") && isRedirected(filter, { address: vip, protocol, port: portOf(server) })
  if (isTaken) return [well("vipMissing"), well("loIsNotVip")]
  if (filter === null) return [unseen("vipMissing", "filterUnreadable", { node: seen.node })]
  const known = [...allVips(scene.model), ...scene.others.flatMap(({ model }) => allVips(model))]
  const strange = addresses.filter((a) => a.interface === "lo" && !isLoopback(a.address) && !known.includes(canonical(a.address)))
  const live = liveOf(scene, server)
  const entry = live && liveReal(live.value, real)
  const told1 = told(one)
  return [
    found("bad", strange.length > 0 ? "loIsNotVip" : "vipMissing", {
      ...told1,
      params: { ...told1.params, found: strange.map(({ address }) => address).join(", ") || "-" },
      evidence: [
        evidence(seen, ownText(addresses.filter((a) => a.interface === "lo"))),
        ...(live && entry ? [evidence(live, realText(entry))] : []),
      ],
      fix: prepare(one),
    }),
  ]
}
function masked(one: Case): Look {
  const wide = one.held.filter((own) => own.interface === "lo" && own.prefix !== hostPrefix(own.address))
  const told1 = told(one)
  return wellOr(wide.length === 0, "wrongMask", () =>
    found("bad", "wrongMask", {
      ...told1,
      params: { ...told1.params, found: wide.map(({ prefix }) => `/${prefix}`).join(", "), wanted: `/${hostPrefix(one.vip)}` },
      evidence: [evidence(one.seen, ownText(wide))],
      fix: prepare(one),
    }),
  )
}
function onLink(one: Case): Look {
  const links = one.held.filter((own) => isLink(own, one.seen.value.addresses))
  const told1 = told(one)
  return wellOr(links.length === 0, "vipOnLink", () =>
    found("bad", "vipOnLink", {
      ...told1,
      params: { ...told1.params, interface: links.map((own) => own.interface).join(", ") },
      evidence: [evidence(one.seen, ownText(links))],
      commands: links.map((own) => ({ node: one.seen.node, command: `ip address del ${own.address}/${own.prefix} dev ${own.interface}` })),
    }),
  )
}
/** Of each interface with a network, the larger of its own setting and that of `all`. */
function quiet(one: Case): readonly Look[] {
  const { seen, server, real, vip } = one
  if (familyOf(vip) === "inet6") return []
  const { addresses, arp } = seen.value
  const links = [
    ...new Set(addresses.filter((a) => a.interface !== "lo" && a.prefix < 32 && familyOf(a.address) === "inet").map((a) => a.interface)),
  ]
  const settings = links.map((device) => ({
    device,
    ignore: Math.max(arp.all?.ignore ?? 0, arp[device]?.ignore ?? 0),
    announce: Math.max(arp.all?.announce ?? 0, arp[device]?.announce ?? 0),
  }))
  const loud = settings.filter(({ ignore, announce }) => ignore < 1 || announce < 2)
  const answers = loud.some(({ ignore }) => ignore < 1) && methodOf(server, real) === "direct"
  return [
    wellOr(loud.length === 0, "arpNotQuiet", () =>
      found(answers ? "bad" : "warn", "arpNotQuiet", {
        ...told(one),
        evidence: [evidence(seen, loud.map((s) => `${s.device}: arp_ignore ${s.ignore}, arp_announce ${s.announce}`).join("; "))],
        fix: prepare(one),
      }),
    ),
  ]
}
function kept(one: Case): readonly Look[] {
  const { seen, vip, held } = one
  const { files, persistence } = seen.value
  if (!held.some((own) => own.interface === "lo")) return []
  // The driver's own file for this address, whatever it is called.
  if (Object.values(files).some((text) => text.includes(` ${vip}/${hostPrefix(vip)} `))) return [well("notPersistent")]
  if (persistence === "ifupdown") return [unseen("notPersistent", "keptElsewhere", { node: seen.node, address: vip })]
  return [found("warn", "notPersistent", { ...told(one), evidence: [evidence(seen, ownText(held))] })]
}
/** The service address on a real server that takes packets for it: there, with one host's mask, silent, and after a reboot still. */
export function directLooks(scene: DoctorScene, seen: Seen<RealServerState>, server: VirtualServer, real: RealServer): readonly Look[] {
  const vips = vipsOf(server, scene.model)
  if (vips.length === 0) return [unseen("vipMissing", "addressUnknown", { service: keyOf(server.service) })]
  return vips.flatMap((vip) => {
    const held = seen.value.addresses.filter(({ address }) => canonical(address) === vip)
    const one: Case = { scene, seen, server, real, vip, held }
    if (held.length === 0) return missing(one)
    return [well("vipMissing"), well("loIsNotVip"), masked(one), onLink(one), ...quiet(one), ...kept(one)]
  })
}

/** Direct routing puts the real server's MAC on the packet: a router between them would need its address, which is not on it. */
export function otherSubnet(scene: DoctorScene, server: VirtualServer, real: RealServer): readonly Look[] {
  const address = canonical(real.address)
  return networksOf(scene).flatMap(({ sight, own, has }) =>
    lookAt(sight, ["otherSubnet"], (seen) => [
      wellOr(has(address), "otherSubnet", () =>
        found("bad", "otherSubnet", {
          params: { server: address, node: seen.node, service: keyOf(server.service) },
          of: keyOf(server.service),
          evidence: [evidence(seen, ownText(own))],
        }),
      ),
    ]),
  )
}
