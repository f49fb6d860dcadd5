import type { Balancer, RealServer, VirtualServer } from "./balancer"
import { realKey } from "./balancer-live-view"
import type { Sentence } from "./plan"

/** Shares of the configured weight that come before the whole of it, in per cent. */
const SHARES = [10, 25, 50] as const
/** Schedulers that look at a weight only to see whether it is 0 (ip_vs_rr.c, ip_vs_lc.c, ip_vs_dh.c). */
const BLIND = new Set(["rr", "lc", "dh"])
/** A slow start takes so long at most, s. */
export const DELAY_MAX_S = 3_600
/** So many are named in a sentence. */
const NAMED = 8

const partOf = (weight: number, share: number): number => Math.max(1, Math.round((weight * share) / 100))
/** The weights on the way up, the configured one last: 1 alone where there is nothing between it and 0. */
export const risingTo = (weight: number): readonly number[] => [
  ...new Set([...SHARES.map((share) => partOf(weight, share)).filter((part) => part < weight), weight]),
]
/** Gets connections again: weight 0 before, and more now. Of two documents that differ in weights alone. */
const isRising = (before: RealServer | undefined, after: RealServer): boolean =>
  before !== undefined && (before.weight ?? 1) === 0 && (after.weight ?? 1) > 0

type Rising = { readonly server: VirtualServer; readonly real: string; readonly weight: number }
const risingIn = (before: Balancer, after: Balancer): readonly Rising[] =>
  after.virtualServers.flatMap((server, s) =>
    server.realServers.flatMap((real, r) =>
      isRising(before.virtualServers[s]?.realServers[r], real) ? [{ server, real: realKey(server, real), weight: real.weight ?? 1 }] : [],
    ),
  )
const atShare = (before: Balancer, after: Balancer, share: number): Balancer => ({
  ...after,
  virtualServers: after.virtualServers.map((server, s) => ({
    ...server,
    realServers: server.realServers.map((real, r) =>
      isRising(before.virtualServers[s]?.realServers[r], real) ? { ...real, weight: partOf(real.weight ?? 1, share) } : real,
    ),
  })),
})
/** The documents between the two, each with more weight than the one before it; none where nothing lies between. */
export function slowStart(before: Balancer, after: Balancer): readonly Balancer[] {
  const weights = (model: Balancer) => JSON.stringify(risingIn(before, model).map(({ weight }) => weight))
  const whole = weights(after)
  const found = new Map(SHARES.map((share) => atShare(before, after, share)).map((model) => [weights(model), model] as const))
  return [...found].flatMap(([key, model]) => (key === whole ? [] : [model]))
}
const named = (words: readonly string[]): string =>
  [...words.slice(0, NAMED), ...(words.length > NAMED ? [`… ${words.length - NAMED}`] : [])].join(", ")
function grouped(rising: readonly Rising[], of: (one: Rising) => string): readonly (readonly [string, string])[] {
  const keys = [...new Set(rising.map(of))]
  return keys.map((key) => [key, named(rising.filter((one) => of(one) === key).map(({ real }) => real))] as const)
}
/** What becomes of whom, and where a slow start is none. */
export function slowStartNotes(before: Balancer, after: Balancer, seconds: number): readonly Sentence[] {
  const rising = risingIn(before, after)
  const steps = (one: Rising) => risingTo(one.weight).join(" → ")
  const stepped = rising.filter(({ weight }) => risingTo(weight).length > 1)
  const at = rising.filter(({ weight }) => risingTo(weight).length === 1)
  const blind = stepped.filter(({ server }) => BLIND.has(server.scheduler))
  return [
    ...grouped(stepped, steps).map(([weights, reals]) => ({ code: "lbSlowStart", params: { reals, weights, seconds: String(seconds) } })),
    ...(at.length > 0 ? [{ code: "lbSlowStartNone", params: { reals: named(at.map(({ real }) => real)) } }] : []),
    ...grouped(blind, ({ server }) => server.scheduler).map(([scheduler, reals]) => ({
      code: "lbSlowStartBlind",
      params: { scheduler, reals },
    })),
  ]
}
