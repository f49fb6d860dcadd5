import type { Balancer, VirtualServer } from "./balancer"
import { canonical, withPort } from "./balancer-address"
import { keyOf } from "./balancer-rules-service"

/** One difference: of a whole part, or of one field of it, in words of the model; `null` where one side does not say it. */
export type BalancerChange = {
  readonly what: "added" | "removed" | "changed"
  /** `tcp 10.0.0.1:80`, `tcp 10.0.0.1:80 real 10.0.0.2:80`, `vrrp VI_1`, `script chk`, `group web`, `global`, `kept`. */
  readonly of: string
  readonly field: string | null
  readonly from: string | null
  readonly to: string | null
}
type Fields = Readonly<Record<string, unknown>>
type Parts = ReadonlyMap<string, Fields>

/** What is said nowhere and what is said to be the default are the same to the director. */
const defaults: Fields = { weight: 1, quorum: 1, hysteresis: 0, upperThreshold: 0, lowerThreshold: 0 }
const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null
/** A value in the words of the file, addresses in one way of writing. */
function inWords(value: unknown): string {
  if (typeof value === "string") return canonical(value)
  if (Array.isArray(value)) return value.map(inWords).join(", ")
  if (!isRecord(value)) return value === true ? "on" : value === false ? "off" : String(value)
  const said = Object.entries(value).filter(
    ([key, one]) => one !== undefined && !(key === "kept" && Array.isArray(one) && one.length === 0),
  )
  return said.map(([key, one]) => (isRecord(one) ? `${key} (${inWords(one)})` : `${key} ${inWords(one)}`)).join(" ")
}
const without = (fields: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))

function partsOfServer(server: VirtualServer): readonly (readonly [string, Fields])[] {
  const key = keyOf(server.service)
  const port = server.service.kind === "address" ? (server.service.port ?? 0) : 0
  const reals = server.realServers.map((real): readonly [string, Fields] => [
    `${key} real ${withPort(canonical(real.address), real.port ?? port)}`,
    { ...without(real, ["address", "port"]), forwarding: real.forwarding ?? server.forwarding },
  ])
  const own = server.service.kind === "mark" ? { match: server.service.match } : {}
  return [[key, { ...without(server, ["service", "realServers"]), ...own }], ...reals]
}
function partsOf({ directors, virtualServers, kept }: Balancer): Parts {
  const ofDirectors = directors.flatMap(({ global, scripts, syncGroups, instances, groups }, d) => {
    const prefix = d === 0 ? "" : `director ${d + 1} `
    const named = [
      ["vrrp", instances] as const,
      ["script", scripts] as const,
      ["sync group", syncGroups] as const,
      ["group", groups] as const,
    ]
    return [
      ...(global ? [[`${prefix}global`, global] as const] : []),
      ...named.flatMap(([kind, all]) =>
        all.map((one): readonly [string, Fields] => [`${prefix}${kind} ${one.name}`, without(one, ["name"])]),
      ),
    ]
  })
  return new Map<string, Fields>([...virtualServers.flatMap(partsOfServer), ...ofDirectors, ["kept", { kept }]])
}
const isEmpty = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.length === 0)
function fieldsChanged(of: string, before: Fields, after: Fields): readonly BalancerChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names.flatMap((field) => {
    const [from, to] = [before, after].map((side) => (isEmpty(side[field]) ? null : inWords(side[field])))
    const usual = defaults[field] === undefined ? null : inWords(defaults[field])
    return (from ?? usual) === (to ?? usual) ? [] : [{ what: "changed" as const, of, field, from: from ?? null, to: to ?? null }]
  })
}
/** What would be another: removed parts first, then added ones, then fields. The order of parts in a file changes nothing. */
export function balancerDiff(before: Balancer, after: Balancer): readonly BalancerChange[] {
  // The very same server on both sides differs in nothing: of a thousand in a form one is edited.
  const [old, own] = [new Set(before.virtualServers), new Set(after.virtualServers)]
  const was = partsOf({ ...before, virtualServers: before.virtualServers.filter((one) => !own.has(one)) })
  const is = partsOf({ ...after, virtualServers: after.virtualServers.filter((one) => !old.has(one)) })
  const whole = (what: "added" | "removed", of: string): BalancerChange => ({ what, of, field: null, from: null, to: null })
  return [
    ...[...was.keys()].filter((of) => !is.has(of)).map((of) => whole("removed", of)),
    ...[...is.keys()].filter((of) => !was.has(of)).map((of) => whole("added", of)),
    ...[...is].flatMap(([of, fields]) => fieldsChanged(of, was.get(of) ?? fields, fields)),
  ]
}
