import { canonical, withPort } from "../../lib/domain/balancer-address"
import { CONNECTIONS_MAX } from "../../lib/domain/balancer-connections"
import type { Begun, SimHost } from "../contract"
import { countsOf, isLoaded, type SimCount, type SimCounted } from "../ipvs-sim"

const answer = (stdout: string): Begun => ({ takesMs: 0, hasEffect: false, end: () => ({ exitCode: 0, stdout, stderr: "" }) })
const keyOf = ({ service }: SimCounted): string =>
  service.kind === "address"
    ? withPort(canonical(service.address), service.port ?? 0)
    : `0.0.0.${service.kind === "mark" ? service.mark : 0}:0`
const two = (n: number): string => String(n).padStart(2, "0")
function entriesOf(host: SimHost, one: SimCounted): readonly string[] {
  const protocol = one.service.kind === "mark" ? "TCP" : (one.service.protocol ?? "udp").toUpperCase()
  const client = keyOf(one).startsWith("[") ? "[2001:db8:9::50]" : "192.0.2.50"
  return one.reals.flatMap((real, r) => {
    const entry = (i: number) => {
      const isActive = i < real.active
      const left = isActive ? 840 + ((i * 7) % 60) : (Math.floor(host.nowMs() / 1_000) + i * 11) % 120
      const state = protocol === "UDP" ? "UDP" : isActive ? "ESTABLISHED" : "FIN_WAIT"
      const port = 32_768 + ((r * 4_001 + i * 13) % 28_000)
      return `${protocol} ${two(Math.floor(left / 60))}:${two(left % 60)} ${state} ${client}:${port} ${keyOf(one)} ${withPort(real.address, real.port)}`
    }
    return Array.from({ length: real.active + real.inactive }, (_, i) => entry(i))
  })
}
/** As many as the table counts. */
function connectionsText(host: SimHost): string {
  const top = ["IPVS connection entries", "pro expire state source virtual destination pe name pe_data"]
  const lines = countsOf(host).flatMap((one) => entriesOf(host, one))
  return [...top, ...lines.slice(0, CONNECTIONS_MAX + 1), ""].join("\n")
}
function countersText(host: SimHost, bornMs: number): string {
  const seconds = Math.max(0, Math.floor((host.nowMs() - bornMs) / 1_000))
  const of = (real: SimCount, isCarrying: boolean): readonly number[] => {
    const conns = isCarrying ? Math.max(1, real.weight) * 12 * seconds + real.active + real.inactive : 0
    const out = real.method === "nat" ? conns : 0
    return [conns, conns * 8, out * 7, conns * 900, out * 14_000]
  }
  const lines = countsOf(host).flatMap((one) => {
    const isCarrying = one.reals.some(({ perSecond }) => perSecond > 0)
    const own = one.reals.map((real) => of(real, isCarrying))
    const sum = [0, 1, 2, 3, 4].map((i) => own.reduce((all, numbers) => all + (numbers[i] ?? 0), 0))
    const { service } = one
    const name =
      service.kind === "mark"
        ? `FWM ${service.mark}${service.family === "inet6" ? " IPv6" : ""}`
        : `${(service.kind === "address" ? (service.protocol ?? "udp") : "").toUpperCase()} ${keyOf(one)}`
    return [
      `${name} ${sum.join(" ")}`,
      ...one.reals.map((real, i) => ` -> ${withPort(real.address, real.port)} ${(own[i] ?? []).join(" ")}`),
    ]
  })
  const top = [
    "IP Virtual Server version 1.2.1 (size=4096)",
    "Prot LocalAddress:Port Conns InPkts OutPkts InBytes OutBytes",
    " -> RemoteAddress:Port",
  ]
  return [...top, ...lines, ""].join("\n")
}
/** What ipvsadm lists on demand on a pretend machine, by the names of the scripts. */
export function listings(host: SimHost): readonly (readonly [string, () => Begun])[] {
  const bornMs = host.nowMs()
  const listed = (text: () => string) => () => answer(`${isLoaded(host) ? text() : ""}moyai.end\n`)
  return [
    ["moyai-ipvs-connections", listed(() => connectionsText(host))],
    ["moyai-ipvs-counters", listed(() => countersText(host, bornMs))],
  ]
}
