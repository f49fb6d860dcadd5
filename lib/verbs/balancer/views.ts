import { z } from "zod"
import { asTable } from "../../../agents/registry"
import type { BalancerDefinition, ClusterDefinition } from "../../db/definitions"
import type { Balancer } from "../../domain/balancer"
import { carriedIn, heldBy, serviceAddresses, virtualServersOf } from "../../domain/balancer-live-view"
import type { BalancerLive, BalancerRow, DirectorView } from "../../domain/balancer-view"
import type { Ctx } from "../context"
import { isChanging, type Known } from "./base"
import { driftOf } from "./drift"
import { factView, keepalivedOf, kernelOf, machinesOf, nodeByAddress, ratesAtOf, ratesOf, type Scene, sceneOf, tableOf } from "./seen"

/** What keepalived does at its start and at a reload is over by then, ms. */
const LASTS_MS = 10_000
const seenSo = new Map<string, { readonly sinceMs: number; readonly lastMs: number }>()
/** Whether it has been so for a while, at each look of that while: what was so before a pause says nothing of now. */
function lasts(key: string, isSo: boolean, nowMs: number): boolean {
  const before = seenSo.get(key)
  const sinceMs = before && nowMs - before.lastMs < LASTS_MS ? before.sinceMs : nowMs
  if (isSo) seenSo.set(key, { sinceMs, lastMs: nowMs })
  else seenSo.delete(key)
  return isSo && nowMs - sinceMs >= LASTS_MS
}
async function directorView(ctx: Ctx, { cluster, definition, model }: Known, scene: Scene, index: number): Promise<DirectorView> {
  const node = definition.nodes[index] ?? ""
  const seen = scene.seen[index]
  const drift = await driftOf(ctx, cluster.id, definition, model, index)
  const isSame = drift.known && drift.changes.length === 0
  const table = isSame && definition.engine === "keepalived" && seen?.isRunning === true ? seen.table : null
  const isOther = table !== null && asTable(model, index, table) !== null && !(await isChanging(ctx, cluster.id, definition.name))
  return {
    node,
    nodeState: cluster.nodes.find(({ name }) => name === node)?.status.state ?? "unknown",
    role: scene.roles[index] ?? "unknown",
    holds: seen ? heldBy(seen, serviceAddresses(model, index)) : null,
    keepalived: keepalivedOf(ctx, cluster.id, node),
    keepalivedVersion: factView(ctx, cluster.id, node, "keepalived.version", z.string().nullable()),
    kernel: kernelOf(ctx, cluster.id, node),
    drift: drift.known ? drift.changes : null,
    isTableOther: lasts(`${cluster.id}/${node}`, isOther, ctx.nowMs()),
    driftWhy: drift.known ? null : drift.why,
    isDriftIgnored: drift.known && drift.changes.length > 0 && definition.ignored[node] === drift.digest,
  }
}
function serversIn(ctx: Ctx, { cluster, definition, model }: Known, scene: Scene, of?: string) {
  const from = scene.serving === null ? null : (definition.nodes[scene.serving] ?? null)
  const vips = new Set(definition.nodes.flatMap((_, i) => serviceAddresses(model, i)))
  const seen = from === null ? undefined : scene.seen[scene.serving ?? 0]
  return {
    from,
    virtualServers: virtualServersOf({
      model,
      table: seen?.table ?? null,
      director: scene.serving ?? 0,
      rates: from === null ? null : ratesOf(ctx, cluster.id, from),
      nodeOf: nodeByAddress(machinesOf(ctx, cluster), vips),
      isMaintained: (node) => cluster.nodes.find(({ name }) => name === node)?.isInMaintenance ?? false,
      ...(of === undefined ? {} : { of }),
    }),
  }
}
/**
 * All that moves: the directors, the table of the one that serves, rates.
 * @param of key of the only virtual server whose real servers are wanted, for a screen that shows one of a thousand; none is called ""
 */
export async function liveView(ctx: Ctx, known: Known, of?: string): Promise<BalancerLive> {
  const { cluster, definition, model } = known
  const scene = sceneOf(ctx, cluster.id, definition, model)
  const { from, virtualServers } = serversIn(ctx, known, scene, of)
  return {
    nowMs: ctx.nowMs(),
    from,
    observedMs: from === null ? null : (tableOf(ctx, cluster.id, from)?.atMs ?? null),
    ratesObservedMs: from === null ? null : (ratesAtOf(ctx, cluster.id, from) ?? null),
    virtualServers,
    directors: await Promise.all(definition.nodes.map((_, i) => directorView(ctx, known, scene, i))),
  }
}
export async function rowView(ctx: Ctx, cluster: ClusterDefinition, definition: BalancerDefinition, model: Balancer): Promise<BalancerRow> {
  const { directors, virtualServers } = await liveView(ctx, { cluster, definition, model }, "")
  const { twice, nowhere } = carriedIn(model, definition.engine, directors)
  return {
    ...{ name: definition.name, engine: definition.engine },
    directors: directors.map(({ node, role, nodeState }) => ({ node, role, nodeState })),
    virtualServers: virtualServers.map(({ key, name, state, active, rate }) => ({ key, name, state, active, rate })),
    serving: virtualServers.reduce((sum, { counts }) => sum + counts.serving, 0),
    // While it is handed over the two are seen at different moments.
    ...{ nowhere, twice: twice.length > 0 && (await isChanging(ctx, cluster.id, definition.name)) ? [] : twice },
    out: virtualServers.reduce((sum, { counts }) => sum + counts.out, 0),
    realServers: model.virtualServers.reduce((sum, { realServers }) => sum + realServers.length, 0),
    unread: directors.flatMap(({ node, driftWhy }) => (driftWhy === null || driftWhy.code === "notSeen" ? [] : [node])),
    hasDrift: directors.some((one) => one.isTableOther || (one.drift !== null && one.drift.length > 0 && !one.isDriftIgnored)),
  }
}
