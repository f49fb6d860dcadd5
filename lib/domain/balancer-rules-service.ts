import { type Forwarding, type RealServer, type Service, schedulers, type VirtualServer } from "./balancer"
import { canonical, type Family, familyOf, withPort } from "./balancer-address"
import { address, checkRules, needed, type Rule, range, timers, when } from "./balancer-rules-health"

/** What the rules are held against. */
export type RuleContext = {
  /** What makes the rules: keepalived by itself changes more than the kernel refuses. */
  readonly engine: "keepalived" | "ipvsadm"
  /** Those of the director's kernel; absent: not known, so that every one that is known is taken. */
  readonly schedulers?: readonly string[]
}
const MAX_MARK = 4_294_967_295
/** ipvsadm's own limit of a timeout, 31 days in seconds. */
const MAX_PERSISTENCE = 2_678_400
const MAX_WEIGHT = 65535

/** `tcp 10.0.0.1:80`, `fwmark 7`, `group web`: one service of the kernel, whatever way its address is written. */
export function keyOf(service: Service): string {
  if (service.kind === "mark") return `fwmark ${service.mark}${service.family === "inet6" ? " inet6" : ""}`
  const protocol = service.protocol ?? "udp"
  if (service.kind === "group") return `${protocol} group ${service.group}`
  return `${protocol} ${withPort(canonical(service.address), service.port ?? 0)}`
}
const portOf = (service: Service): number | undefined => (service.kind === "address" ? (service.port ?? 0) : undefined)
const isMapping = (method: Forwarding["method"]): boolean => method === "nat"
/** Direct routing and tunnels keep the packet's port; services by mark or group have none of their own to compare. */
function mapped(service: Service, { method }: Forwarding, port: number | undefined, field: string): Rule {
  const virtual = portOf(service)
  const isMapped = virtual !== undefined && port !== undefined && port !== virtual && !isMapping(method)
  return when(isMapped, "lbPortMapped", { real: String(port), virtual: String(virtual), method }, field)
}
function familyRules(family: Family | undefined, { method }: Forwarding, server: string, field: string): Rule {
  const other = familyOf(server)
  return when(!!family && !!other && family !== other && method !== "tunnel", "lbFamilyMixed", { value: server, method }, field)
}
function tunnelRules({ method, tunnel }: Forwarding, at: string): Rule {
  if (!tunnel) return []
  const { type, port, checksum } = tunnel
  const isWrong = (type === "ipip" && checksum !== undefined) || (type === "gre" && checksum === "remcsum")
  return [
    ...when(method !== "tunnel", "lbTunnelOnly", {}, `${at}.tunnel`),
    ...when((type === "gue") !== (port !== undefined), "lbTunnelPort", { type }, `${at}.tunnel.port`),
    ...range(port, 1, 65535, `${at}.tunnel.port`),
    ...when(isWrong, "lbTunnelChecksum", { type, checksum: checksum ?? "" }, `${at}.tunnel.checksum`),
  ]
}
function serviceRules(service: Service, at: string): Rule {
  if (service.kind === "group") return when(service.protocol === undefined, "lbProtocolNeeded", {}, `${at}.protocol`)
  if (service.kind === "mark") {
    const match = (service.match ?? []).flatMap(({ address: one, from, to }, i) => [
      ...address(one, `${at}.match.${i}.address`),
      ...range(from, 1, 65535, `${at}.match.${i}.from`),
      ...range(to, from, 65535, `${at}.match.${i}.to`),
    ])
    return [...range(service.mark, 1, MAX_MARK, `${at}.mark`), ...match]
  }
  return [
    ...address(service.address, `${at}.address`),
    ...range(service.port, 0, 65535, `${at}.port`),
    ...when(service.protocol === undefined, "lbProtocolNeeded", {}, `${at}.protocol`),
  ]
}
/** One family for all: of the address, of the mark's word, else of the first real server. */
export function familyOfServer({ service, realServers }: VirtualServer): Family | undefined {
  if (service.kind === "address") return familyOf(service.address)
  if (service.kind === "mark" && service.family) return service.family
  return realServers[0] && familyOf(realServers[0].address)
}
/** As the kernel calls it: a mark that says no family has that of its real servers, as keepalived gives it. */
export const liveKeyOf = (server: VirtualServer): string =>
  keyOf(server.service.kind === "mark" && familyOfServer(server) === "inet6" ? { ...server.service, family: "inet6" } : server.service)
function maskRules({ persistenceMask: mask }: VirtualServer, family: Family | undefined, at: string): Rule {
  if (mask === undefined || family === undefined) return []
  const isGood =
    family === "inet" ? familyOf(mask) === "inet" && mask !== "0.0.0.0" : /^\d{1,3}$/.test(mask) && Number(mask) >= 1 && Number(mask) <= 128
  return when(!isGood, "lbMask", { value: mask, family }, `${at}.persistenceMask`)
}
function persistenceRules(server: VirtualServer, { engine }: RuleContext, at: string): Rule {
  const { persistenceTimeout: timeout, persistenceMask: mask, persistenceEngine: pe, service } = server
  const isZero = service.kind === "address" && (service.port ?? 0) === 0
  return [
    ...range(timeout, 1, MAX_PERSISTENCE, `${at}.persistenceTimeout`),
    ...maskRules(server, familyOfServer(server), at),
    ...when(pe !== undefined && pe !== "sip", "lbWord", { value: pe ?? "", known: "sip" }, `${at}.persistenceEngine`),
    // keepalived takes 360 s by itself, ipvsadm passes over the mask.
    ...when(
      timeout === undefined && (mask !== undefined || (pe !== undefined && engine === "ipvsadm")),
      "lbPersistenceNeeded",
      {},
      `${at}.persistenceTimeout`,
    ),
    ...when(isZero && timeout === undefined, "lbPortZero", {}, `${at}.service.port`),
  ]
}
function schedulerRules({ scheduler, schedulerFlags, onePacket, service }: VirtualServer, context: RuleContext, at: string): Rule {
  const isKnown = schedulers.some((one) => one === scheduler)
  const isThere = context.schedulers?.includes(scheduler) ?? true
  const wrong = schedulerFlags.filter((flag) => /^(?:sh|mh)-/.test(flag) && !flag.startsWith(`${scheduler}-`))
  const isPacket = service.kind === "mark" || service.protocol === "udp" || service.protocol === undefined
  return [
    ...when(!isKnown, "lbSchedulerUnknown", { scheduler }, `${at}.scheduler`),
    ...when(isKnown && !isThere, "lbSchedulerMissing", { scheduler }, `${at}.scheduler`),
    ...wrong.flatMap((flag) => when(true, "lbFlagScheduler", { flag, scheduler }, `${at}.schedulerFlags`)),
    ...when(onePacket === true && !isPacket, "lbOnePacket", {}, `${at}.onePacket`),
  ]
}
function quorumRules({ quorum, hysteresis, realServers }: VirtualServer, at: string): Rule {
  const weight = realServers.reduce((sum, one) => sum + (one.weight ?? 1), 0)
  return [
    ...range(quorum, 1, MAX_MARK, `${at}.quorum`),
    ...range(hysteresis, 0, MAX_MARK, `${at}.hysteresis`),
    ...when(quorum !== undefined && quorum > weight, "lbQuorumWeight", { quorum: String(quorum), weight: String(weight) }, `${at}.quorum`),
    ...when(
      (hysteresis ?? 0) > 0 && (hysteresis ?? 0) >= (quorum ?? 1),
      "lbHysteresis",
      { hysteresis: String(hysteresis), quorum: String(quorum ?? 1) },
      `${at}.hysteresis`,
    ),
  ]
}
/** keepalived clears it, and says so at each test of its file. */
function markPort({ service, forwarding }: VirtualServer, { port, forwarding: own }: RealServer, at: string): Rule {
  const { method } = own ?? forwarding
  return when(service.kind === "mark" && method !== "nat" && (port ?? 0) > 0, "lbMarkRealPort", { method }, at)
}
function realServerRules(server: VirtualServer, real: RealServer, at: string): Rule {
  const how = real.forwarding ?? server.forwarding
  const { upperThreshold: upper, lowerThreshold: lower } = real
  return [
    ...address(real.address, `${at}.address`),
    ...range(real.port, server.service.kind === "address" && (server.service.port ?? 0) > 0 ? 1 : 0, 65535, `${at}.port`),
    ...mapped(server.service, how, real.port, `${at}.port`),
    ...familyRules(familyOfServer(server), how, real.address, `${at}.address`),
    ...range(real.weight, 0, MAX_WEIGHT, `${at}.weight`),
    ...range(upper, 0, MAX_WEIGHT, `${at}.upperThreshold`),
    ...range(lower, 0, MAX_WEIGHT, `${at}.lowerThreshold`),
    ...when((lower ?? 0) > (upper ?? 0), "lbThresholds", { lower: String(lower), upper: String(upper ?? 0) }, `${at}.lowerThreshold`),
    ...(real.forwarding ? tunnelRules(real.forwarding, `${at}.forwarding`) : []),
    ...timers(real, at),
    ...real.checks.flatMap((check, i) => checkRules(check, real.address, `${at}.checks.${i}`)),
  ]
}
function sorryRules(server: VirtualServer, at: string): Rule {
  const { sorryServer: sorry, sorryForwarding, sorryInhibit, forwarding, service } = server
  if (!sorry) return needed(sorryForwarding === undefined && sorryInhibit === undefined, "sorry_server", `${at}.sorryServer`)
  const how = sorryForwarding ?? forwarding
  return [
    ...address(sorry.address, `${at}.sorryServer.address`),
    ...range(sorry.port, 0, 65535, `${at}.sorryServer.port`),
    ...when(service.kind === "mark" && sorry.port !== undefined && sorry.port !== 0, "lbMarkPort", {}, `${at}.sorryServer.port`),
    ...mapped(service, how, sorry.port, `${at}.sorryServer.port`),
    ...familyRules(familyOfServer(server), how, sorry.address, `${at}.sorryServer.address`),
    ...(sorryForwarding ? tunnelRules(sorryForwarding, `${at}.sorryForwarding`) : []),
  ]
}
/** The same address and port twice, the kernel's "Destination already exists". */
function twice({ realServers, service }: VirtualServer, at: string): Rule {
  const keys = realServers.map(({ address: one, port }) => withPort(canonical(one), port ?? portOf(service) ?? 0))
  const first = new Map(keys.map((key, i) => [key, i] as const).toReversed())
  return keys.flatMap((key, i) => when((first.get(key) ?? i) < i, "lbServerTwice", { server: key }, `${at}.realServers.${i}.address`))
}
/** A mark has no family of its own when every real server is tunnelled; then it must say one. */
function markFamily({ service, realServers, forwarding }: VirtualServer, at: string): Rule {
  if (service.kind !== "mark" || !service.family) return []
  const isFixed = realServers.some((one) => (one.forwarding ?? forwarding).method !== "tunnel" && familyOf(one.address) !== service.family)
  return when(isFixed, "lbFamilyMark", { family: service.family }, `${at}.service.family`)
}
/** Refusals of one virtual server; `at` is its path in the model. */
export function virtualServerRules(server: VirtualServer, context: RuleContext, at: string): Rule {
  return [
    ...serviceRules(server.service, `${at}.service`),
    ...schedulerRules(server, context, at),
    ...tunnelRules(server.forwarding, `${at}.forwarding`),
    ...persistenceRules(server, context, at),
    ...timers(server, at),
    ...when(context.engine === "keepalived" && server.realServers.length === 0, "lbNoRealServers", {}, `${at}.realServers`),
    ...(context.engine === "keepalived" && server.realServers.length > 0 ? quorumRules(server, at) : []),
    ...markFamily(server, at),
    ...when(server.service.kind === "mark" && server.haSuspend === true, "lbMarkSuspend", {}, `${at}.haSuspend`),
    ...sorryRules(server, at),
    ...twice(server, at),
    ...server.realServers.flatMap((real, i) => realServerRules(server, real, `${at}.realServers.${i}`)),
    ...(context.engine === "keepalived"
      ? server.realServers.flatMap((real, i) => markPort(server, real, `${at}.realServers.${i}.port`))
      : []),
  ]
}
