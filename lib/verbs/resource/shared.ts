import { z } from "zod"
import { Name } from "../../domain/call"
import { report } from "../../domain/report"
import { activeJobs, ClusterId, clusterOf, Named, OfCluster } from "../common"
import type { Ctx } from "../context"
import { sharedReports } from "../service/definition"
import { defineVerb, notFound, Refused } from "../verb"

const usersOf = (ctx: Ctx, clusterId: string, name: string) =>
  clusterOf(ctx, clusterId).services.filter((s) => s.resources.some((r) => r.isShared && r.name === name))
const off = ["stopped", "disabled"]

/** Defined once for the cluster (rgmanager's <resources>), with the service that uses each. */
export const list = defineVerb({
  name: "resource.list",
  kind: "query",
  role: "viewer",
  input: OfCluster,
  run: async (ctx, { clusterId }) =>
    clusterOf(ctx, clusterId).shared.map((r) => ({ ...r, service: usersOf(ctx, clusterId, r.name)[0]?.name ?? null })),
})

/** Changes while nothing of it runs; the service that uses it then starts it as it is now. */
export const save = defineVerb({
  name: "resource.save",
  kind: "command",
  role: "admin",
  input: z.object({ clusterId: ClusterId, was: Name.nullable(), resource: z.object({ name: Name, driver: Name, params: z.json() }) }),
  run: async (ctx, { clusterId, was, resource: { name, driver, params } }) => {
    const cluster = clusterOf(ctx, clusterId)
    if (was !== null && !cluster.shared.some((r) => r.name === was)) throw notFound(`resource ${was}`)
    const isTaken =
      cluster.shared.some((r) => r.name !== was && r.name === name) ||
      cluster.services.some((s) => s.resources.some((r) => r.name === name && !(r.isShared && r.name === was)))
    const reports = [...(isTaken ? [report("nameTaken", { name }, "resource.name")] : []), ...sharedReports(name, driver, params)]
    if (reports.length > 0) throw new Refused(409, reports)
    if (was !== null) await refuseWhileItRuns(ctx, clusterId, was)
    const data = { name, driver, params: JSON.parse(JSON.stringify(params)) }
    await ctx.db.$transaction(async (tx) => {
      if (was === null) return void (await tx.sharedResource.create({ data: { ...data, clusterId } }))
      const { id } = await tx.sharedResource.update({ where: { clusterId_name: { clusterId, name: was } }, data })
      await tx.resource.updateMany({ where: { sharedId: id }, data })
    })
    await ctx.engine.keeper.redefined()
    return {}
  },
})
async function refuseWhileItRuns(ctx: Ctx, clusterId: string, name: string) {
  const jobs = await activeJobs(ctx, clusterId)
  for (const { name: service, status } of usersOf(ctx, clusterId, name)) {
    const job = jobs.get(service)
    if (job !== undefined) throw new Refused(409, [report("lockedByJob", { job, lock: service })])
    if (!off.includes(status.state)) throw new Refused(409, [report("serviceRunning", { service, node: status.owner ?? "" })])
  }
}

export const remove = defineVerb({
  name: "resource.remove",
  kind: "command",
  role: "admin",
  input: Named,
  run: async (ctx, { clusterId, name }) => {
    if (!clusterOf(ctx, clusterId).shared.some((r) => r.name === name)) throw notFound(`resource ${name}`)
    const by = usersOf(ctx, clusterId, name).map((s) => s.name)
    if (by.length > 0) throw new Refused(409, [report("inUse", { what: name, by: by.join(", ") })])
    await ctx.db.sharedResource.delete({ where: { clusterId_name: { clusterId, name } } })
    await ctx.engine.keeper.redefined()
    return {}
  },
})
