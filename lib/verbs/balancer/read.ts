import { z } from "zod"
import { balancerDiff } from "../../domain/balancer-diff"
import { warningsOf } from "../../domain/balancer-rules"
import type { BalancerVersionChanges, BalancerVersionView, BalancerView, NodeReals } from "../../domain/balancer-view"
import { Name } from "../../domain/call"
import { ClusterId, clusterOf, Named, OfCluster } from "../common"
import { defineVerb } from "../verb"
import { balancerOf, jobOn, modelOf } from "./base"
import { freshSchedulers } from "./schedulers"
import { machinesOf } from "./seen"
import { liveView, rowView } from "./views"

const HISTORY_MAX = 200
const CHANGES_MAX = 500
/** Of one virtual server alone, by its key: an answer with all real servers of a thousand is 3 MB. */
const Looked = Named.extend({ of: z.string().max(120).optional() })

export const list = defineVerb({
  name: "balancer.list",
  kind: "query",
  role: "viewer",
  input: OfCluster,
  run: async (ctx, { clusterId }) => {
    const cluster = clusterOf(ctx, clusterId)
    return Promise.all(cluster.balancers.map(async (one) => rowView(ctx, cluster, one, await modelOf(ctx, one, one.version))))
  },
})
export const get = defineVerb({
  name: "balancer.get",
  kind: "query",
  role: "viewer",
  input: Looked,
  run: async (ctx, { clusterId, name, of }): Promise<BalancerView> => {
    const known = await balancerOf(ctx, clusterId, name)
    const { cluster, definition, model } = known
    return {
      ...(await liveView(ctx, known, of)),
      ...{ name, engine: definition.engine, nodes: definition.nodes, version: definition.version, model },
      schedulers: freshSchedulers(ctx, clusterId, definition.nodes),
      warnings: warningsOf(model),
      jobId: await jobOn(ctx, clusterId, name),
      machines: machinesOf(ctx, cluster),
    }
  },
})
/** What moves, for a screen that stays open: without the model. */
export const live = defineVerb({
  name: "balancer.live",
  kind: "query",
  role: "viewer",
  input: Looked,
  run: async (ctx, { clusterId, name, of }) => liveView(ctx, await balancerOf(ctx, clusterId, name), of),
})
/** Newest first; what each changed is asked for by itself. */
export const history = defineVerb({
  name: "balancer.history",
  kind: "query",
  role: "viewer",
  input: Named,
  run: async (ctx, { clusterId, name }): Promise<readonly BalancerVersionView[]> => {
    const { definition } = await balancerOf(ctx, clusterId, name)
    const rows = await ctx.db.balancerVersion.findMany({
      where: { balancerId: definition.id },
      orderBy: { number: "desc" },
      take: HISTORY_MAX,
      omit: { model: true },
    })
    return rows.map(({ number, at, userName, why, jobId }) => ({ number, atMs: at.getTime(), who: userName, why, jobId }))
  },
})
const OfVersion = Named.extend({ number: z.int().min(1).max(1_000_000) })
export const changes = defineVerb({
  name: "balancer.changes",
  kind: "query",
  role: "viewer",
  input: OfVersion,
  run: async (ctx, { clusterId, name, number }): Promise<BalancerVersionChanges> => {
    const { definition } = await balancerOf(ctx, clusterId, name)
    const is = await modelOf(ctx, definition, number)
    const all = number === 1 ? [] : balancerDiff(await modelOf(ctx, definition, number - 1), is)
    return { changes: all.slice(0, CHANGES_MAX), more: Math.max(0, all.length - CHANGES_MAX) }
  },
})
export const version = defineVerb({
  name: "balancer.version",
  kind: "query",
  role: "viewer",
  input: OfVersion,
  run: async (ctx, { clusterId, name, number }) => {
    const { definition } = await balancerOf(ctx, clusterId, name)
    return { model: await modelOf(ctx, definition, number) }
  },
})
/** Where a node is a real server: what a person takes it out of before it is worked on. */
export const ofNode = defineVerb({
  name: "balancer.ofNode",
  kind: "query",
  role: "viewer",
  input: z.object({ clusterId: ClusterId, node: Name }),
  run: async (ctx, { clusterId, node }): Promise<readonly NodeReals[]> => {
    const cluster = clusterOf(ctx, clusterId)
    const all = await Promise.all(
      cluster.balancers.map(async (definition) => {
        const model = await modelOf(ctx, definition, definition.version)
        const { virtualServers } = await liveView(ctx, { cluster, definition, model })
        const reals = virtualServers.flatMap(({ key, name, realServers }) =>
          realServers.flatMap((real) => (real.node === node && real.wanted ? [{ server: key, name, real }] : [])),
        )
        return { balancer: definition.name, reals }
      }),
    )
    return all.filter(({ reals }) => reals.length > 0)
  },
})
/** What may be a director or a real server. */
export const machines = defineVerb({
  name: "balancer.machines",
  kind: "query",
  role: "viewer",
  input: OfCluster,
  run: async (ctx, { clusterId }) => machinesOf(ctx, clusterOf(ctx, clusterId)),
})
