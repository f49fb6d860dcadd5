import type { Balancer, Forwarding, RealServer, VirtualServer } from "../../lib/domain/balancer"
import { canonical, withPort } from "../../lib/domain/balancer-address"
import { refusalsOf } from "../../lib/domain/balancer-rules"
import { allow, refuse, type Verdict } from "../../lib/domain/report"
import { serviceOption } from "./table"

const methods = { nat: "-m", direct: "-g", tunnel: "-i" } as const
const forwardingOf = ({ method, tunnel }: Forwarding): readonly string[] => [
  methods[method],
  ...(tunnel ? ["--tun-type", tunnel.type] : []),
  ...(tunnel?.port === undefined ? [] : ["--tun-port", String(tunnel.port)]),
  ...(tunnel?.checksum === undefined ? [] : [`--tun-${tunnel.checksum}`]),
]
const serviceWords = (server: VirtualServer): readonly string[] => [
  serviceOption(server.service),
  "-s",
  server.scheduler,
  ...(server.schedulerFlags.length === 0 ? [] : ["-b", server.schedulerFlags.join(",")]),
  ...(server.persistenceTimeout === undefined ? [] : ["-p", String(server.persistenceTimeout)]),
  ...(server.persistenceMask === undefined ? [] : ["-M", server.persistenceMask]),
  ...(server.persistenceEngine === undefined ? [] : ["--pe", server.persistenceEngine]),
  ...(server.onePacket ? ["-o"] : []),
]
const portOf = (server: VirtualServer, real: RealServer): number =>
  real.port ?? (server.service.kind === "address" ? (server.service.port ?? 0) : 0)
const target = (server: VirtualServer, real: RealServer): string => withPort(canonical(real.address), portOf(server, real))
const realWords = (server: VirtualServer, real: RealServer): readonly string[] => [
  serviceOption(server.service),
  "-r",
  target(server, real),
  ...forwardingOf(real.forwarding ?? server.forwarding),
  "-w",
  String(real.weight ?? 1),
  // ipvsadm -S would not say these: only what renders from the model keeps them (network.md §0 F3).
  ...(real.upperThreshold ? ["-x", String(real.upperThreshold)] : []),
  ...(real.lowerThreshold ? ["-y", String(real.lowerThreshold)] : []),
]
const line = (command: string, words: readonly string[]): string => [command, ...words].join(" ")
const whole = (server: VirtualServer): readonly string[] => [
  line("-A", serviceWords(server)),
  ...server.realServers.map((real) => line("-a", realWords(server, real))),
]
const refusals = (balancer: Balancer, schedulers: readonly string[] | undefined) =>
  refusalsOf(balancer, { engine: "ipvsadm", ...(schedulers ? { schedulers } : {}) })

/**
 * The whole table as the input of one `ipvsadm -R`: no comment and no empty line, which end it; its exit code is that of the last line alone, so
 * that anything on standard error is a failure and the table is read again. Not atomic: between `-C` and the end the table is not whole.
 */
export function renderRestore(balancer: Balancer, schedulers?: readonly string[]): Verdict<string> {
  const reports = refusals(balancer, schedulers)
  return reports.length > 0 ? refuse(...reports) : allow([...["-C"], ...balancer.virtualServers.flatMap(whole)].join("\n").concat("\n"))
}
const byKey = <T>(all: readonly T[], key: (one: T) => string): ReadonlyMap<string, T> => new Map(all.map((one) => [key(one), one]))
function changesOf(before: VirtualServer, after: VirtualServer): readonly string[] {
  const [was, is] = [byKey(before.realServers, (real) => target(before, real)), byKey(after.realServers, (real) => target(after, real))]
  const edited = line("-E", serviceWords(after))
  const reals = [...is].flatMap(([key, real]) => {
    const old = was.get(key)
    const said = line("-e", realWords(after, real))
    if (!old) return [line("-a", realWords(after, real))]
    return line("-e", realWords(before, old)) === said ? [] : [said]
  })
  const gone = [...was.keys()].filter((key) => !is.has(key)).map((key) => line("-d", [serviceOption(after.service), "-r", key]))
  return [...(line("-E", serviceWords(before)) === edited ? [] : [edited]), ...reals, ...gone]
}
/** What turns one table into another without clearing it, for one `ipvsadm -R`: new ones first, so that no service is ever without servers. */
export function renderChanges(before: Balancer, after: Balancer, schedulers?: readonly string[]): Verdict<string> {
  const reports = refusals(after, schedulers)
  if (reports.length > 0) return refuse(...reports)
  const key = ({ service }: VirtualServer) => serviceOption(service)
  const [was, is] = [byKey(before.virtualServers, key), byKey(after.virtualServers, key)]
  const made = [...is].flatMap(([one, server]) => {
    const old = was.get(one)
    return old ? changesOf(old, server) : whole(server)
  })
  const gone = [...was.keys()].filter((one) => !is.has(one)).map((one) => `-D ${one}`)
  return allow([...made, ...gone].map((one) => `${one}\n`).join(""))
}
