import type { Service } from "../../lib/domain/balancer"
import type { ImportNote } from "../../lib/domain/balancer-import"
import { hexService, hexTarget } from "../ipvs-hex"
import { endpointIn } from "./address"
import type { Persistence } from "./table"

/** Which columns `ipvsadm -L` was asked for; `proc` is /proc/net/ip_vs. */
export type Variant = "rules" | "stats" | "rate" | "thresholds" | "persistent" | "proc"
/** `local`: an address of the director itself, whatever method was asked for. */
export type ListedMethod = "nat" | "direct" | "tunnel" | "local"
export type ListedServer = {
  readonly line: number
  readonly address: string
  readonly port: number
  readonly method?: ListedMethod
  /** Numbers by the name of their column: weight, activeConn, inActConn, persistConn, uThreshold, lThreshold, conns, inPkts … */
  readonly columns: Readonly<Record<string, number>>
}
export type ListedService = {
  readonly line: number
  readonly service: Service
  readonly scheduler?: string
  readonly flags: readonly string[]
  readonly persistence: Persistence
  readonly onePacket: boolean
  readonly columns: Readonly<Record<string, number>>
  readonly servers: readonly ListedServer[]
}
export type Listed = {
  readonly variant: Variant
  readonly services: readonly ListedService[]
  readonly notUnderstood: readonly ImportNote[]
}
type Draft = Omit<ListedService, "servers"> & { readonly servers: ListedServer[] }

const connections = ["activeConn", "inActConn"]
const columnsOf: Readonly<Record<Variant, readonly string[]>> = {
  rules: ["weight", ...connections],
  proc: ["weight", ...connections],
  thresholds: ["uThreshold", "lThreshold", ...connections],
  persistent: ["weight", "persistConn", ...connections],
  stats: ["conns", "inPkts", "outPkts", "inBytes", "outBytes"],
  rate: ["cps", "inPps", "outPps", "inBps", "outBps"],
}
function variantOf(text: string): Variant {
  const head = text.slice(0, 600)
  if (
    /^(?:TCP|UDP|SCTP)\s+(?:[0-9A-F]{8}|\[(?:[0-9a-f]{4}:){7}[0-9a-f]{4}\]):[0-9A-F]{4}\s|^FWM\s+[0-9A-F]{8}\s/m.test(text.slice(0, 4096))
  )
    return "proc"
  if (/\bUthreshold\b/.test(head)) return "thresholds"
  if (/\bPersistConn\b/.test(head)) return "persistent"
  if (/\bConns\s+InPkts\b/.test(head)) return "stats"
  return /\bCPS\s+InPPS\b/.test(head) ? "rate" : "rules"
}
const suffixes: Readonly<Record<string, number>> = { "": 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 }
/** `12345`, or `12345K` where --exact was not asked for. */
function counter(word: string): number | undefined {
  const [, digits = "", suffix = ""] = /^(\d{1,18})([KMGT]?)$/.exec(word) ?? []
  return digits === "" ? undefined : Number(digits) * (suffixes[suffix] ?? 1)
}
function columnsIn(words: readonly string[], names: readonly string[]): Readonly<Record<string, number>> | undefined {
  const numbers = words.map(counter)
  if (numbers.length !== names.length || numbers.includes(undefined)) return undefined
  return Object.fromEntries(names.map((name, i) => [name, numbers[i] ?? 0]))
}
const methods: Readonly<Record<string, ListedMethod>> = { Masq: "nat", Route: "direct", Tunnel: "tunnel", Local: "local" }
function serverIn(line: number, text: string, variant: Variant): ListedServer | string {
  const [target = "", ...words] = text
    .replace(/^\s*->\s*/, "")
    .trim()
    .split(/\s+/)
  const end = variant === "proc" ? hexTarget(target) : endpointIn(target)
  if (typeof end === "string") return end
  const isRule = variant === "rules" || variant === "proc"
  const method = isRule ? methods[words[0] ?? ""] : undefined
  if (isRule && !method) return `${words[0]} is no way of forwarding`
  const columns = columnsIn(isRule ? words.slice(1) : words, columnsOf[variant])
  return columns
    ? { line, ...end, ...(method ? { method } : {}), columns }
    : `${words.join(" ")} are not the columns that the head of the table names`
}
function serviceIn(kind: string, said: string, isSix: boolean, variant: Variant): Service | string {
  if (variant === "proc") return hexService(kind, said)
  if (kind === "FWM")
    return /^\d{1,10}$/.test(said)
      ? { kind: "mark", mark: Number(said), ...(isSix ? { family: "inet6" as const } : {}) }
      : `${said} is no firewall mark`
  const end = endpointIn(said)
  if (typeof end === "string") return end
  return { kind: "address", ...end, protocol: kind === "TCP" ? "tcp" : kind === "UDP" ? "udp" : "sctp" }
}
type Said = Pick<ListedService, "flags" | "persistence" | "onePacket">
const said = /^(?:\(([\w,-]*)\) ?)?(ops ?)?(?:persistent (\d{1,12}) ?(?:mask (\S+) ?|([0-9A-F]{8}) ?)?(?:pe (\S+) ?)?)?(ops)?$/
/** `(flags) persistent 300 mask 255.255.255.0 pe sip ops`; in /proc `ops` comes first, times are jiffies and the mask is hex. */
function flagsIn(words: readonly string[], hz: number | undefined): Said | string {
  const found = said.exec(words.join(" "))
  if (!found) return `${words.join(" ")} are no flags of a service`
  const [, flags, early, time, mask, hex, engine, late] = found
  const timeout = time === undefined ? {} : { timeout: Math.round(Number(time) / (hz ?? 1)) }
  const masked = mask ?? (hex === "FFFFFFFF" ? undefined : hex)
  return {
    flags: flags?.split(",") ?? [],
    persistence: { ...timeout, ...(masked === undefined ? {} : { mask: masked }), ...(engine === undefined ? {} : { engine }) },
    onePacket: early !== undefined || late !== undefined,
  }
}
/** The mask of /proc: of IPv4 as its bytes, of IPv6 a length in the byte order of the machine. */
function maskOf(hex: string, service: Service): string | undefined {
  const bytes = [0, 2, 4, 6].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
  const isSix = service.kind === "address" ? service.address.includes(":") : service.kind === "mark" && service.family === "inet6"
  if (!isSix) return bytes.join(".")
  return bytes[0] === 128 ? undefined : String(bytes[0])
}
function virtualIn(line: number, text: string, variant: Variant, hz: number): Draft | string {
  const [kind = "", said = "", ...rest] = text.trim().split(/\s+/)
  const isSix = rest[0] === "IPv6"
  const words = isSix ? rest.slice(1) : rest
  const service = serviceIn(kind, said, isSix, variant)
  if (typeof service === "string") return service
  const empty = { line, service, flags: [], persistence: {}, onePacket: false, columns: {}, servers: [] }
  if (variant === "stats" || variant === "rate") {
    const columns = columnsIn(words, columnsOf[variant])
    return columns ? { ...empty, columns } : `${words.join(" ")} are not the columns that the head of the table names`
  }
  const [scheduler, ...others] = words
  if (scheduler === undefined) return "no scheduler is named"
  const flags = flagsIn(others, variant === "proc" ? hz : undefined)
  if (typeof flags === "string") return flags
  const { mask: hex, ...persistence } = flags.persistence
  const mask = hex !== undefined && variant === "proc" ? maskOf(hex, service) : hex
  return { ...empty, ...flags, persistence: { ...persistence, ...(mask === undefined ? {} : { mask }) }, scheduler }
}
const isHead = (line: string): boolean => /^IP Virtual Server version |^Prot LocalAddress:Port|^\s*-> RemoteAddress:Port/.test(line)

/** @returns why a line is not understood */
function takeLine(services: Draft[], line: number, text: string, variant: Variant, hz: number): string | undefined {
  if (/^\s*->/.test(text)) {
    const last = services.at(-1)
    const server = last ? serverIn(line, text, variant) : "no service stands above it"
    if (typeof server === "string") return server
    return void last?.servers.push(server)
  }
  const virtual = /^(?:TCP|UDP|SCTP|FWM)\s/.test(text) ? virtualIn(line, text, variant, hz) : "it is no line of a table of IPVS"
  if (typeof virtual === "string") return virtual
  return void services.push(virtual)
}
/**
 * A table of `ipvsadm -L`, any columns, or of /proc/net/ip_vs; never throws.
 * @param hz of the director's kernel (CONFIG_HZ): /proc says persistence in jiffies
 */
export function parseIpvsList(text: string, hz = 250): Listed {
  const variant = variantOf(text)
  const services: Draft[] = []
  const notUnderstood: ImportNote[] = []
  for (const [i, one] of text.split("\n").entries()) {
    const reason = one.trim() === "" || isHead(one) ? undefined : takeLine(services, i + 1, one, variant, hz)
    if (reason !== undefined) notUnderstood.push({ line: i + 1, text: one.trim(), reason })
  }
  return { variant, services, notUnderstood }
}
