import type { Forwarding, Service } from "../../lib/domain/balancer"
import { canonical } from "../../lib/domain/balancer-address"
import type { Caution, ImportNote, ImportResult } from "../../lib/domain/balancer-import"
import { endpointIn } from "./address"
import { type Options, optionsIn } from "./options"
import { importedTable, type Real, serviceOption, tooLong, type Virtual } from "./table"

function serviceIn(options: Options): Service | string {
  const mark = options.get("-f")
  if (mark !== undefined) {
    if (!/^\d{1,10}$/.test(mark)) return `${mark} is no firewall mark`
    return { kind: "mark", mark: Number(mark), ...(options.has("-6") ? { family: "inet6" as const } : {}) }
  }
  const protocol = options.has("-t") ? "tcp" : options.has("-u") ? "udp" : "sctp"
  const said = options.get("-t") ?? options.get("-u") ?? options.get("--sctp-service")
  if (said === undefined) return "no service is named"
  const end = endpointIn(said)
  return typeof end === "string" ? end : { kind: "address", ...end, protocol }
}
/** @returns a number, undefined where it is not said, or a reason. */
function numberOf(options: Options, option: string): number | undefined | string {
  const said = options.get(option)
  if (said === undefined) return undefined
  return /^-?\d{1,10}$/.test(said) ? Number(said) : `${option} ${said} is no number`
}
function forwardingIn(options: Options): Forwarding | string {
  if (options.has("-m")) return { method: "nat" }
  if (!options.has("-i")) return { method: "direct" }
  const type = options.get("--tun-type") ?? "ipip"
  const port = numberOf(options, "--tun-port")
  if (typeof port === "string") return port
  if (type !== "ipip" && type !== "gue" && type !== "gre") return `${type} is no type of a tunnel`
  const checksum = (["nocsum", "csum", "remcsum"] as const).find((one) => options.has(`--tun-${one}`))
  if (type === "ipip" && port === undefined && checksum === undefined) return { method: "tunnel" }
  return { method: "tunnel", tunnel: { type, ...(port === undefined ? {} : { port }), ...(checksum === undefined ? {} : { checksum }) } }
}
function virtualIn(options: Options, service: Service, line: number): Virtual | string {
  const timeout = numberOf(options, "-p")
  if (typeof timeout === "string") return timeout
  const [mask, engine] = [options.get("-M"), options.get("--pe")]
  const flags = options.get("-b")?.split(",") ?? []
  const persistence = {
    ...(timeout === undefined ? {} : { timeout }),
    ...(mask === undefined ? {} : { mask }),
    ...(engine === undefined ? {} : { engine }),
  }
  return { line, service, scheduler: options.get("-s") ?? "wlc", flags, persistence, onePacket: options.has("-o"), reals: [] }
}
function realIn(options: Options, service: Service, line: number): Real | string {
  const said = options.get("-r")
  if (said === undefined) return "-r is missing"
  const end = endpointIn(said)
  if (typeof end === "string") return end
  const forwarding = forwardingIn(options)
  if (typeof forwarding === "string") return forwarding
  const [weight, upper, lower] = [numberOf(options, "-w"), numberOf(options, "-x"), numberOf(options, "-y")]
  const wrong = [weight, upper, lower].find((one) => typeof one === "string")
  if (typeof wrong === "string") return wrong
  const hasPort = /(?:^|\]|[^:]):[^:\]]+$/.test(said)
  const port = hasPort ? end.port : service.kind === "address" ? (service.port ?? 0) : 0
  const thresholds = { ...(typeof upper === "number" ? { upper } : {}), ...(typeof lower === "number" ? { lower } : {}) }
  return { line, address: end.address, port, forwarding, weight: typeof weight === "number" ? weight : 1, ...thresholds }
}
/** What one line does to the table, as the kernel would: its message is the reason. */
type Table = Map<string, { readonly made: Virtual; readonly reals: Map<string, Real> }>
function runService(table: Table, command: string, made: Virtual, key: string): string | undefined {
  const there = table.get(key)
  if (command === "-A" && there) return "Service already exists"
  if (command !== "-A" && !there) return "No such service"
  if (command === "-D") table.delete(key)
  else table.set(key, { made, reals: there?.reals ?? new Map() })
  return undefined
}
function runServer(table: Table, command: string, real: Real, key: string): string | undefined {
  const reals = table.get(key)?.reals
  if (!reals) return "No such service"
  const target = `${canonical(real.address)} ${real.port}`
  if (command === "-a" && reals.has(target)) return "Destination already exists"
  if (command !== "-a" && !reals.has(target)) return "No such destination"
  if (command === "-d") reals.delete(target)
  else reals.set(target, real)
  return undefined
}
function run(table: Table, text: string, line: number): string | undefined {
  const options = optionsIn(text)
  if (typeof options === "string") return options
  const command = ["-A", "-E", "-D", "-C", "-a", "-e", "-d"].find((one) => options.has(one))
  if (command === undefined) return "no command is named"
  if (command === "-C") return void table.clear()
  const service = serviceIn(options)
  if (typeof service === "string") return service
  const key = serviceOption(service)
  const isServer = command === "-a" || command === "-e" || command === "-d"
  const made = isServer ? realIn(options, service, line) : virtualIn(options, service, line)
  if (typeof made === "string") return made
  return "address" in made ? runServer(table, command, made, key) : runService(table, command, made, key)
}
/** `ipvsadm -S`, with and without `-n`, or the lines of a script for `ipvsadm -R`; never throws. */
export function parseIpvsSave(text: string): ImportResult {
  const long = tooLong(text)
  if (long) return long
  const table: Table = new Map()
  const notUnderstood: ImportNote[] = []
  const said = text
    .split("\n")
    .map((one, i) => ({ line: i + 1, text: one.trim() }))
    .filter(({ text: one }) => one !== "" && !one.startsWith("#"))
  for (const { line, text: one } of said) {
    const reason = run(table, one, line)
    if (reason !== undefined) notUnderstood.push({ line, text: one, reason })
  }
  const first = said.find(({ text: one }) => /(?:^|\s)(?:-a|--add-server)\s/.test(one))
  const isWhole = said.some(({ text: one }) => /\s(?:-x|--u-threshold)[\s=]/.test(one))
  const cautions: Caution[] = first && !isWhole ? [{ line: first.line, code: "thresholdsLost", params: {} }] : []
  const virtuals = [...table.values()].map(({ made, reals }) => ({ ...made, reals: [...reals.values()] }))
  return importedTable(virtuals, { understood: said.length - notUnderstood.length, notUnderstood, cautions })
}
