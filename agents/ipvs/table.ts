import { balancerSchema, type Forwarding, type Service, schedulerFlags, type VirtualServer } from "../../lib/domain/balancer"
import { withPort } from "../../lib/domain/balancer-address"
import type { Caution, ImportNote, ImportResult } from "../../lib/domain/balancer-import"

export const MAX_CHARACTERS = 16 * 1024 * 1024
export const MAX_LINE = 4096
/** A service and its destinations as a table of the kernel has them. */
export type Persistence = { readonly timeout?: number; readonly mask?: string; readonly engine?: string }
export type Real = {
  readonly line: number
  readonly address: string
  readonly port: number
  readonly forwarding: Forwarding
  readonly weight: number
  readonly upper?: number
  readonly lower?: number
}
export type Virtual = {
  readonly line: number
  readonly service: Service
  readonly scheduler: string
  readonly flags: readonly string[]
  readonly persistence: Persistence
  readonly onePacket: boolean
  readonly reals: readonly Real[]
}
type Notes = { readonly understood: number; readonly notUnderstood: readonly ImportNote[]; readonly cautions: readonly Caution[] }

const same = (a: Forwarding, b: Forwarding): boolean =>
  a.method === b.method &&
  a.tunnel?.type === b.tunnel?.type &&
  a.tunnel?.port === b.tunnel?.port &&
  a.tunnel?.checksum === b.tunnel?.checksum
/** What most destinations have is the service's, as keepalived wants it; ipvsadm's own default where there are none. */
function commonForwarding(reals: readonly Real[]): Forwarding {
  const counted = reals.map(({ forwarding }) => ({ forwarding, n: reals.filter((one) => same(one.forwarding, forwarding)).length }))
  return counted.toSorted((a, b) => b.n - a.n)[0]?.forwarding ?? { method: "direct" }
}
/** The flags that both have, in the one order of the model. */
export const flagsIn = (flags: readonly string[]): readonly (typeof schedulerFlags)[number][] =>
  schedulerFlags.filter((flag) => flags.includes(flag))

function modelOf({ service, scheduler, flags, persistence, onePacket, reals }: Virtual): unknown {
  const forwarding = commonForwarding(reals.slice(0, 64))
  const withoutPort = service.kind !== "address"
  return {
    service,
    scheduler,
    schedulerFlags: flagsIn(flags),
    ...(onePacket ? { onePacket } : {}),
    forwarding,
    ...(persistence.timeout === undefined ? {} : { persistenceTimeout: persistence.timeout }),
    ...(persistence.mask === undefined ? {} : { persistenceMask: persistence.mask }),
    ...(persistence.engine === undefined ? {} : { persistenceEngine: persistence.engine }),
    realServers: reals.map((real) => ({
      address: real.address,
      ...(withoutPort && real.port === 0 ? {} : { port: real.port }),
      weight: real.weight,
      ...(same(real.forwarding, forwarding) ? {} : { forwarding: real.forwarding }),
      ...(real.upper ? { upperThreshold: real.upper } : {}),
      ...(real.lower ? { lowerThreshold: real.lower } : {}),
    })),
  }
}
/** A table as the model, without directors: it says nothing about them. */
export function importedTable(virtuals: readonly Virtual[], notes: Notes): ImportResult {
  const balancer = balancerSchema.safeParse({ virtualServers: virtuals.map(modelOf) })
  if (!balancer.success) return { ok: false, error: { line: 1, code: "modelUnfit", text: balancer.error.issues[0]?.message ?? "" } }
  const lines = virtuals.flatMap(({ line, reals }, i) => [
    [`virtualServers.${i}`, line] as const,
    ...reals.map((real, r) => [`virtualServers.${i}.realServers.${r}`, real.line] as const),
  ])
  return { ok: true, value: { balancer: balancer.data, verbatim: [], lines: new Map(lines), ...notes } }
}
/** A text that no table is as long as; undefined where it can be read. */
export function tooLong(text: string): ImportResult | undefined {
  if (text.length > MAX_CHARACTERS)
    return { ok: false, error: { line: 1, code: "tooLong", text: `The text is longer than ${MAX_CHARACTERS} characters.` } }
  const at = text.split("\n").findIndex((line) => line.length > MAX_LINE)
  return at < 0
    ? undefined
    : { ok: false, error: { line: at + 1, code: "tooLong", text: `The line is longer than ${MAX_LINE} characters.` } }
}
/** `-t 10.0.0.1:80`, `-u …`, `--sctp-service …`, `-f 7 [-6]`: how ipvsadm names a service. */
export function serviceOption(service: VirtualServer["service"]): string {
  if (service.kind === "mark") return `-f ${service.mark}${service.family === "inet6" ? " -6" : ""}`
  if (service.kind === "group") return ""
  const option = service.protocol === "tcp" ? "-t" : service.protocol === "sctp" ? "--sctp-service" : "-u"
  return `${option} ${withPort(service.address, service.port ?? 0)}`
}
