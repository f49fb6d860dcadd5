import { z } from "zod"
import { EVENTS_MAX, type TimelineView, WINDOW_MAX_MS } from "../../domain/timeline"
import type { EventView } from "../../domain/views"
import { addressesOf } from "../../keeper/situation"
import { clusterOf, eventView, OfCluster } from "../common"
import type { Ctx } from "../context"
import { defineVerb } from "../verb"

/** Each service's and each node's last event before the window; before the first event that is kept, where older ones are left out. */
async function lastBefore({ db }: Ctx, clusterId: string, fromMs: number, kept: EventView | undefined) {
  const earlier = kept === undefined ? { at: { lt: new Date(fromMs) } } : { at: { lte: new Date(kept.atMs) }, id: { lt: kept.id } }
  const [services, nodes] = await Promise.all([
    db.event.groupBy({ by: ["service"], where: { clusterId, ...earlier, code: { startsWith: "service." } }, _max: { id: true } }),
    db.event.groupBy({ by: ["node"], where: { clusterId, ...earlier, code: { startsWith: "node." } }, _max: { id: true } }),
  ])
  const ids = [...services, ...nodes].flatMap(({ _max }) => _max.id ?? [])
  return db.event.findMany({ where: { id: { in: ids } }, orderBy: { id: "asc" } })
}

export const get = defineVerb({
  name: "timeline.get",
  kind: "query",
  role: "viewer",
  input: OfCluster.extend({ fromMs: z.int().min(0), untilMs: z.int().max(8_640_000_000_000_000) })
    .refine(({ fromMs, untilMs }) => fromMs < untilMs, { path: ["untilMs"], error: "untilBeforeFrom" })
    .refine(({ fromMs, untilMs }) => untilMs - fromMs <= WINDOW_MAX_MS, { path: ["untilMs"], error: "windowTooLong" }),
  run: async (ctx, { clusterId, fromMs, untilMs }): Promise<TimelineView> => {
    const cluster = clusterOf(ctx, clusterId)
    const where = { clusterId, at: { gte: new Date(fromMs), lt: new Date(untilMs) } }
    const newest = await ctx.db.event.findMany({ where, orderBy: [{ at: "desc" }, { id: "desc" }], take: EVENTS_MAX + 1 })
    const events = newest.slice(0, EVENTS_MAX).reverse().map(eventView)
    const kept = newest.length > EVENTS_MAX ? events[0] : undefined
    const before = await lastBefore(ctx, clusterId, fromMs, kept)
    return {
      cluster: { id: cluster.id, name: cluster.name },
      window: { fromMs, untilMs },
      nowMs: ctx.nowMs(),
      cutBeforeMs: kept?.atMs ?? null,
      services: cluster.services.map((service) => ({ name: service.name, addresses: addressesOf(service) })),
      nodes: cluster.nodes.map(({ name }) => name),
      before: before.map(eventView),
      events,
    }
  },
})
