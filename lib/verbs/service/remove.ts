import { report } from "../../domain/report"
import { activeJobs, clusterOf, Named, serviceOf } from "../common"
import { defineVerb, Refused } from "../verb"

/** Its definition only, and only while it is off: nothing is left running that nobody watches. */
export const remove = defineVerb({
  name: "service.remove",
  kind: "command",
  role: "admin",
  input: Named,
  run: async (ctx, { clusterId, name }) => {
    const { id, status } = serviceOf(clusterOf(ctx, clusterId), name)
    const by = clusterOf(ctx, clusterId)
      .services.filter((s) => s.dependsOn === name)
      .map((s) => s.name)
    if (by.length > 0) throw new Refused(409, [report("inUse", { what: name, by: by.join(", ") })])
    const jobId = (await activeJobs(ctx, clusterId)).get(name)
    if (jobId !== undefined) throw new Refused(409, [report("lockedByJob", { job: jobId, lock: name })])
    if (status.state !== "stopped" && status.state !== "disabled" && !(status.state === "uninitialized" && status.owner === undefined))
      throw new Refused(409, [report("serviceRunning", { service: name, node: status.owner ?? "" })])
    await ctx.db.service.delete({ where: { id } })
    await ctx.engine.keeper.redefined()
    return {}
  },
})
