import { z } from "zod"
import type { BalancerDefinition, ClusterDefinition } from "../../db/definitions"
import type { Balancer } from "../../domain/balancer"
import { canonical } from "../../domain/balancer-address"
import { IpvsKernel, KeepalivedService, LiveRates, LiveTable, RealServerState } from "../../domain/balancer-live"
import { type DirectorSeen, roleOf, servingOf } from "../../domain/balancer-live-view"
import type { DirectorRole } from "../../domain/balancer-view"
import { freshnessOf, type Observed } from "../../domain/observed"
import type { FactView } from "../../domain/views"
import type { Ctx } from "../context"

/** What was read is looked at many times: it is parsed once for each reading. */
const parsed = new WeakMap<object, WeakMap<z.ZodType, unknown>>()
function parseOnce<T extends z.ZodType>(schema: T, value: unknown): z.output<T> | undefined {
  if (typeof value !== "object" || value === null) return schema.safeParse(value).data
  const known = parsed.get(value) ?? new WeakMap<z.ZodType, unknown>()
  parsed.set(value, known)
  if (!known.has(schema)) known.set(schema, schema.safeParse(value).data)
  return known.get(schema) as z.output<T> | undefined // what this schema made of it
}
/** The newest reading of a fact, with its age; null before the first one, and for what another version wrote. */
export function factView<T extends z.ZodType>(
  ctx: Ctx,
  clusterId: string,
  node: string,
  name: string,
  schema: T,
): FactView<z.output<T>> | null {
  const observed: Observed<unknown> | undefined = ctx.engine.inventory.facts.get(clusterId, node, name)
  if (!observed) return null
  const value = parseOnce(schema, observed.value)
  return value === undefined ? null : { ...observed, value, freshness: freshnessOf(observed, ctx.nowMs()) }
}
/** Its value while it may be believed. */
export function freshFact<T extends z.ZodType>(ctx: Ctx, clusterId: string, node: string, name: string, schema: T): z.output<T> | null {
  const view = factView(ctx, clusterId, node, name, schema)
  return view && view.freshness !== "unknown" ? view.value : null
}
export const keepalivedOf = (ctx: Ctx, clusterId: string, node: string) =>
  factView(ctx, clusterId, node, "keepalived.service", KeepalivedService)
export const kernelOf = (ctx: Ctx, clusterId: string, node: string) => factView(ctx, clusterId, node, "ipvs.kernel", IpvsKernel)
export const tableOf = (ctx: Ctx, clusterId: string, node: string) => factView(ctx, clusterId, node, "ipvs.table", LiveTable)
export const ratesOf = (ctx: Ctx, clusterId: string, node: string) => freshFact(ctx, clusterId, node, "ipvs.rates", LiveRates)
/** When they were read; undefined: never. */
export const ratesAtOf = (ctx: Ctx, clusterId: string, node: string) => factView(ctx, clusterId, node, "ipvs.rates", LiveRates)?.atMs
export const realServerStateOf = (ctx: Ctx, clusterId: string, node: string) =>
  factView(ctx, clusterId, node, "realserver.state", RealServerState)

export function directorSeen(ctx: Ctx, clusterId: string, node: string): DirectorSeen {
  const service = freshFact(ctx, clusterId, node, "keepalived.service", KeepalivedService)
  return {
    node,
    isRunning: service === null ? null : service.active === "active" || service.active === "reloading",
    // On lo it is a real server's, and proves nothing of VRRP.
    addresses: service === null ? null : service.addresses.filter((one) => one.interface !== "lo").map(({ address }) => address),
    table: freshFact(ctx, clusterId, node, "ipvs.table", LiveTable),
  }
}
export type Scene = {
  readonly seen: readonly DirectorSeen[]
  readonly roles: readonly DirectorRole[]
  /** Index of the director that serves; null: none, or nobody knows. */
  readonly serving: number | null
}
export function sceneOf(
  ctx: Ctx,
  clusterId: string,
  { nodes, engine }: Pick<BalancerDefinition, "nodes" | "engine">,
  model: Balancer,
): Scene {
  const rolesOf = (of: readonly DirectorSeen[]) => of.map((one, i) => roleOf(one, model, i, engine))
  const all = nodes.map((node) => directorSeen(ctx, clusterId, node))
  const seen = withoutOlder(ctx, clusterId, all, rolesOf(all))
  const roles = rolesOf(seen)
  return { seen, roles, serving: servingOf(roles) }
}
const ORDER = ["fresh", "stale", "unknown"] as const
/** Of two that seem to serve, one that was seen longer ago than the other, or before it fell silent, may have given up since: unseen. */
function withoutOlder(ctx: Ctx, clusterId: string, all: readonly DirectorSeen[], roles: readonly DirectorRole[]): readonly DirectorSeen[] {
  const rankOf = (i: number) => ORDER.indexOf(ctx.engine.inventory.facts.reading(clusterId, all[i]?.node ?? "", "keepalived.service").state)
  const serving = all.flatMap((_, i) => (roles[i] === "active" || roles[i] === "partial" ? [i] : []))
  if (serving.length < 2) return all
  const best = Math.min(...serving.map(rankOf))
  return all.map((one, i) => (serving.includes(i) && rankOf(i) > best ? { ...one, isRunning: null, addresses: null, table: null } : one))
}

const Interfaces = z.array(z.object({ name: z.string(), addresses: z.array(z.object({ address: z.string() })) }))
export type Machine = { readonly node: string; readonly addresses: readonly string[]; readonly interfaces: readonly string[] }
/** The panel's nodes with the addresses that they said they have; loopback's are left out. */
export function machinesOf(ctx: Ctx, cluster: ClusterDefinition): readonly Machine[] {
  return cluster.nodes.map(({ name, host }) => {
    const observed = ctx.engine.inventory.facts.get(cluster.id, name, "system.addresses")
    const interfaces = Interfaces.safeParse(observed?.value).data ?? []
    const own = interfaces.filter((one) => one.name !== "lo")
    const addresses = own.flatMap((one) => one.addresses.map(({ address }) => canonical(address)))
    // Machines behind one door (127.0.0.1 and a port each) are not told apart by it.
    const door = /^(?:127\.|::1$|localhost$)/.test(host) ? [] : [canonical(host)]
    return { node: name, addresses: [...new Set([...door, ...addresses])], interfaces: own.map((one) => one.name) }
  })
}
/** The node that has an address of its own; service addresses that move are no one's own, so the first is enough. */
export function nodeByAddress(machines: readonly Machine[], except: ReadonlySet<string>): (address: string) => string | null {
  const known = new Map(machines.toReversed().flatMap(({ node, addresses }) => addresses.map((address) => [address, node] as const)))
  return (address) => (except.has(canonical(address)) ? null : (known.get(canonical(address)) ?? null))
}
