import { z } from "zod"
import { Name } from "../../domain/call"
import { report } from "../../domain/report"
import { activeJobs, ClusterId, clusterOf, Named, OfCluster } from "../common"
import { defineVerb, notFound, Refused } from "../verb"
import { resourceReports, runningReports, usersOf, writeShared } from "./definition"

/** Defined once for the cluster (rgmanager's <resources>), with the service that uses each. */
export const list = defineVerb({
  name: "resource.list",
  kind: "query",
  role: "viewer",
  input: OfCluster,
  run: async (ctx, { clusterId }) => {
    const cluster = clusterOf(ctx, clusterId)
    return cluster.shared.map((r) => ({ ...r, service: usersOf(cluster, r.name)[0]?.name ?? null }))
  },
})

/** Changes while nothing of it runs; the service that uses it then starts it as it is now. */
export const save = defineVerb({
  name: "resource.save",
  kind: "command",
  role: "admin",
  input: z.object({ clusterId: ClusterId, was: Name.nullable(), resource: z.object({ name: Name, driver: Name, params: z.json() }) }),
  run: async (ctx, { clusterId, was, resource }) => {
    const cluster = clusterOf(ctx, clusterId)
    if (was !== null && !cluster.shared.some((r) => r.name === was)) throw notFound(`resource ${was}`)
    const reports = resourceReports(cluster, was, resource)
    if (reports.length > 0) throw new Refused(409, reports)
    const running = was === null ? [] : runningReports(cluster, await activeJobs(ctx, clusterId), was)
    if (running.length > 0) throw new Refused(409, running)
    await ctx.db.$transaction((tx) => writeShared(tx, clusterId, was, resource))
    await ctx.engine.keeper.redefined()
    return {}
  },
})

export const remove = defineVerb({
  name: "resource.remove",
  kind: "command",
  role: "admin",
  input: Named,
  run: async (ctx, { clusterId, name }) => {
    const cluster = clusterOf(ctx, clusterId)
    if (!cluster.shared.some((r) => r.name === name)) throw notFound(`resource ${name}`)
    const by = usersOf(cluster, name).map((s) => s.name)
    if (by.length > 0) throw new Refused(409, [report("inUse", { what: name, by: by.join(", ") })])
    await ctx.db.sharedResource.delete({ where: { clusterId_name: { clusterId, name } } })
    await ctx.engine.keeper.redefined()
    return {}
  },
})
