import type { RealServer, VirtualServer } from "./balancer"
import { canonical, familyOf, isLoopback, withPort } from "./balancer-address"
import type { RealServerState } from "./balancer-live"
import { keyOf } from "./balancer-rules-service"
import { isInSubnet } from "./balancer-subnet"
import type { DoctorFinding } from "./balancer-view"
import { directLooks, otherSubnet } from "./doctor-direct"
import { isRedirected, type Packet, passageOf } from "./doctor-filter"
import {
  addressesOf,
  type DoctorScene,
  evidence,
  found,
  type Look,
  liveOf,
  liveReal,
  lookAt,
  methodOf,
  movedAddresses,
  portOf,
  realPort,
  realServerAt,
  type Seen,
  seenOf,
  sight,
  stateOf,
  unseen,
  vipsOf,
  well,
  wellOr,
} from "./doctor-scene"

/** The first packets that clients send, as they arrive on the real server. Ranges of ports, and SCTP, are not looked at. */
function packetsOf(scene: DoctorScene, server: VirtualServer, real: RealServer): readonly Packet[] {
  const { service } = server
  const isNat = methodOf(server, real) === "nat"
  const at = (protocol: string | undefined, address: string, port: number): readonly Packet[] =>
    port > 0 && (protocol === "tcp" || protocol === "udp") ? [{ address: isNat ? canonical(real.address) : address, protocol, port }] : []
  if (service.kind === "mark")
    return (service.match ?? []).flatMap((m) =>
      m.from === m.to ? at(m.protocol, canonical(m.address), isNat ? (real.port ?? m.from) : m.from) : [],
    )
  return vipsOf(server, scene.model).flatMap((vip) => at(service.protocol, vip, isNat ? realPort(server, real) : portOf(server)))
}
const isHeardAt = (listened: string, address: string): boolean =>
  listened === "*" || listened === (familyOf(address) === "inet6" ? "::" : "0.0.0.0") || canonical(listened) === address

type Told = Pick<DoctorFinding, "params" | "of">
/** In the table with weight: clients are sent there now. */
function isServing(scene: DoctorScene, server: VirtualServer, real: RealServer): boolean {
  const live = liveOf(scene, server)
  return ((live && liveReal(live.value, real)?.weight) ?? 0) > 0
}
function listens(seen: Seen<RealServerState>, packet: Packet, level: "bad" | "warn", told: Told): readonly Look[] {
  const codes = ["notListening", "listensElsewhere"]
  const { listening, filter } = seen.value
  // There is no machine with SSH on which nobody listens: `ss` is not there.
  if (listening.length === 0) return codes.map((code) => unseen(code, "listenersUnknown", { node: seen.node }))
  const onPort = listening.filter(({ protocol, port }) => protocol === packet.protocol && port === packet.port)
  const isOwn = isRedirected(filter, packet)
  if (onPort.some((one) => isHeardAt(one.address, packet.address) || (isOwn && !isLoopback(one.address)))) return codes.map(well)
  const text = onPort.map(({ protocol, address, port }) => `${protocol} ${withPort(address, port)}`).join(", ")
  const params = { ...told.params, address: packet.address, port: String(packet.port), protocol: packet.protocol, found: text || "-" }
  const code = onPort.length > 0 ? "listensElsewhere" : "notListening"
  return [found(level, code, { ...told, params, evidence: [evidence(seen, text || `${packet.protocol} ${packet.port}: -`)] })]
}
function passes(seen: Seen<RealServerState>, packet: Packet, told: Told): Look {
  const { filter } = seen.value
  if (filter === null) return unseen("filterDrops", "filterUnreadable", { node: seen.node })
  const passage = passageOf(filter, packet)
  if (passage.is !== "dropped")
    return passage.is === "open" ? well("filterDrops") : unseen("filterDrops", "filterUnclear", { node: seen.node })
  const params = { ...told.params, port: String(packet.port), protocol: packet.protocol, chain: passage.chain }
  const accept = `nft insert rule ${passage.chain} ${packet.protocol} dport ${packet.port} accept`
  return found("bad", "filterDrops", {
    ...told,
    params,
    evidence: [evidence(seen, `${passage.chain}: ${passage.rule}`)],
    commands: /^(inet|ip6?) /.test(passage.chain) ? [{ node: seen.node, command: accept }] : [],
  })
}

/** A director that puts its own address for the client's gets the answers anyway. */
const MASKS = /\bmasquerade\b|\bsnat\b|-j (?:MASQUERADE|SNAT)\b/
/** Answers must pass the director again, and after a failover the other one. */
function gateway(scene: DoctorScene, seen: Seen<RealServerState>, real: RealServer, told: Told): readonly Look[] {
  const family = familyOf(real.address) ?? "inet"
  const ways = seen.value.gateways.filter((one) => one.family === family)
  const moved = movedAddresses(scene.model)
  const sights = scene.directors.map((d) => addressesOf(d, scene))
  const fixed = sights.flatMap((one) => seenOf(one)?.value ?? []).map(({ address }) => canonical(address))
  const text = ways.map(({ via, interface: device }) => `default via ${via} dev ${device}`).join(", ") || "default: -"
  const isMoved = ways.some(({ via }) => moved.includes(via))
  const isFixed = ways.some(({ via }) => fixed.includes(via))
  if (isMoved) return [well("natGateway"), well("natGatewayFixed")]
  if (!isFixed && sights.some((one) => !("seen" in one))) return sights.flatMap((one) => lookAt(one, ["natGateway"], () => []))
  const own = seen.value.addresses.filter((a) => familyOf(a.address) === family && !isLoopback(a.address))
  const wanted = [...moved, ...fixed].find((address) =>
    own.some((a) => isInSubnet(address, a.address, a.prefix) && canonical(a.address) !== address),
  )
  const finding = (level: "bad" | "warn", code: string) =>
    found(level, code, {
      ...told,
      params: { ...told.params, found: ways.map(({ via }) => via).join(", ") || "-" },
      evidence: [evidence(seen, text)],
      commands: wanted && !isFixed ? [{ node: seen.node, command: `ip route replace default via ${wanted}` }] : [],
    })
  const masking = scene.directors.flatMap((d) => seenOf(stateOf(d, scene)) ?? []).find(({ value }) => MASKS.test(value.filter ?? ""))
  if (!isFixed && masking) return [unseen("natGateway", "perhapsMasqueraded", { node: masking.node, server: real.address })]
  if (!isFixed) return [finding("bad", "natGateway")]
  return [well("natGateway"), wellOr(scene.directors.length < 2, "natGatewayFixed", () => finding("warn", "natGatewayFixed"))]
}

const common = ["notListening", "listensElsewhere", "filterDrops"]
const codesOf = { nat: [...common, "natGateway", "natGatewayFixed"], direct: [...common, "vipMissing"], tunnel: [...common, "vipMissing"] }
function realServer(scene: DoctorScene, server: VirtualServer, real: RealServer): readonly Look[] {
  const address = canonical(real.address)
  const method = methodOf(server, real)
  const own = realServerAt(scene, address)
  const codes = codesOf[method]
  // A director that serves itself takes its packets locally.
  if (scene.directors.some(({ node }) => node === own?.node)) return []
  const node = own?.node ?? null
  const far = method === "direct" ? otherSubnet(scene, server, real) : []
  if (!own || node === null) return [...far, ...codes.map((code) => unseen(code, "notManaged", { address }))]
  const told = { params: { node, server: address, service: keyOf(server.service) }, of: keyOf(server.service) }
  const looks = lookAt(sight(own.state, node, "realserver.state", scene), codes, (seen) => {
    const level = isServing(scene, server, real) ? "bad" : "warn"
    return [
      ...packetsOf(scene, server, real).flatMap((packet) => [...listens(seen, packet, level, told), passes(seen, packet, told)]),
      ...(method === "nat" ? gateway(scene, seen, real, told) : directLooks(scene, seen, server, real)),
    ]
  })
  return [...far, ...looks]
}
/** Whether each real server would take what it is sent, and answer the way that the method wants. */
export const realLooks = (scene: DoctorScene): readonly Look[] =>
  scene.model.virtualServers.flatMap((server) => server.realServers.flatMap((real) => realServer(scene, server, real)))
