import type { LiveRates, LiveTable } from "./balancer-live"
import type { DirectorRole } from "./balancer-view"
import type { Coded, FactView } from "./views"

/** So many connections are read of a director, and no more: it may have a million. */
export const CONNECTIONS_MAX = 5_000
/** One entry of a director's connection table, templates of persistence (client port 0) included. */
export type LiveConnection = {
  /** As the kernel names it: TCP, UDP, SCTP, ICMP; IP for a template of persistence by mark. */
  readonly protocol: string
  /** Seconds until it is forgotten, when nothing more comes. */
  readonly expiresIn: number
  readonly state: string
  /** `10.0.0.1:80`, `[2001:db8::1]:80`. */
  readonly source: string
  readonly virtual: string
  readonly destination: string
  /** Persistence engine, such as sip, and what it tells connections apart by. */
  readonly pe: { readonly name: string; readonly data: string } | null
}
export type LiveConnections = {
  readonly rows: readonly LiveConnection[]
  /** There are more than `CONNECTIONS_MAX`. */
  readonly isCut: boolean
}
/** Totals since the entry was made; packets and bytes out stay 0 where answers do not pass the director. */
export type LiveCounter = {
  readonly connections: number
  readonly packetsIn: number
  readonly packetsOut: number
  readonly bytesIn: number
  readonly bytesOut: number
}
/** By the keys of `LiveRates`. */
export type LiveCounters = Readonly<Record<string, LiveCounter>>

type Director = {
  readonly node: string
  readonly role: DirectorRole
  /** Why there is nothing to show, or nothing newer; null when all is well. */
  readonly why: Coded | null
}
export type BalancerConnections = {
  readonly name: string
  /** `rows` is null where the director did not answer. */
  readonly directors: readonly (Director & { readonly rows: readonly LiveConnection[] | null; readonly isCut: boolean })[]
}
export type ClusterTable = {
  readonly nowMs: number
  readonly directors: readonly (Director & {
    readonly balancer: string
    /** Null before the first reading, and for one that is too old to be believed. */
    readonly table: FactView<LiveTable> | null
    readonly rates: FactView<LiveRates> | null
  })[]
}
export type ClusterCounters = {
  readonly directors: readonly (Director & { readonly balancer: string; readonly counters: LiveCounters | null })[]
}
