import { z } from "zod"
import { driverOf } from "../../../agents/registry"
import type { ClusterDefinition } from "../../db/definitions"
import { Name } from "../../domain/call"
import { type Report, report } from "../../domain/report"
import { ServiceInput } from "../../domain/service"
import { activeJobs, ClusterId, clusterOf, serviceOf } from "../common"
import type { Ctx } from "../context"
import { defineVerb, Refused } from "../verb"
import { bootEnabledOf } from "./boot"

/** Each resource's parameters by its driver's own schema: an error keeps the field's path. */
function reportsOf(cluster: ClusterDefinition, was: string | null, input: ServiceInput): readonly Report[] {
  const others = cluster.services.filter(({ name }) => name !== was)
  const reports: Report[] = []
  if (others.some(({ name }) => name === input.name)) reports.push(report("nameTaken", { name: input.name }, "name"))
  if (input.domain !== null && !cluster.domains.some(({ name }) => name === input.domain))
    reports.push(report("notFound", { what: input.domain }, "domain"))
  const taken = new Map(others.flatMap((s) => s.resources.map((r) => [r.name, s.name] as const)))
  input.resources.forEach(({ name, driver, params }, i) => {
    const field = `resources.${i}`
    const service = taken.get(name)
    if (service !== undefined) reports.push(report("nameTaken", { name, service }, `${field}.name`))
    const found = driverOf(driver)
    if (!found) {
      reports.push(report("agentUnknown", { agent: driver }, field))
      return
    }
    const fields = typeof params === "object" && params !== null && !Array.isArray(params) ? params : {}
    const parsed = found.definition.safeParse({ resource: { ...fields, name }, state: "started" })
    for (const { path, message } of parsed.error?.issues ?? [])
      reports.push(
        report(
          message === "secretParameter" ? "secretParameter" : "invalid",
          { detail: message },
          `${field}.params.${path.slice(1).join(".")}`,
        ),
      )
  })
  return reports
}

async function store(
  { db }: Ctx,
  clusterId: string,
  was: string | null,
  { name, domain, isExclusive, autostart, resources }: ServiceInput,
) {
  await db.$transaction(async (tx) => {
    const domainId =
      domain === null ? null : (await tx.failoverDomain.findUniqueOrThrow({ where: { clusterId_name: { clusterId, name: domain } } })).id
    const data = { name, domainId, isExclusive, autostart }
    const position = await tx.service.count({ where: { clusterId } })
    const { id } =
      was === null
        ? await tx.service.create({ data: { ...data, clusterId, position } })
        : await tx.service.update({ where: { clusterId_name: { clusterId, name: was } }, data })
    await tx.resource.deleteMany({ where: { serviceId: id } })
    for (const [i, r] of resources.entries())
      await tx.resource.create({
        data: { serviceId: id, name: r.name, driver: r.driver, position: i, params: JSON.parse(JSON.stringify(r.params)) },
      })
  })
}

export const save = defineVerb({
  name: "service.save",
  kind: "command",
  role: "admin",
  input: z.object({ clusterId: ClusterId, was: Name.nullable(), service: ServiceInput }),
  run: async (ctx, { clusterId, was, service }) => {
    const cluster = clusterOf(ctx, clusterId)
    if (was !== null) await refuseWhileItRuns(ctx, clusterId, was, service)
    const reports = reportsOf(cluster, was, service)
    if (reports.length > 0) throw new Refused(409, reports)
    await store(ctx, clusterId, was, service)
    await ctx.engine.keeper.redefined()
    await ctx.engine.inventory.readNow(clusterId)
    const now = clusterOf(ctx, clusterId)
    return { bootEnabled: bootEnabledOf(ctx, now, serviceOf(now, service.name)) }
  },
})

/** Until the reconfiguration rules of §2.5 are here, resources change only while nothing of them runs. */
async function refuseWhileItRuns(ctx: Ctx, clusterId: string, was: string, next: ServiceInput) {
  const before = serviceOf(clusterOf(ctx, clusterId), was)
  const jobId = (await activeJobs(ctx, clusterId)).get(was)
  if (jobId !== undefined) throw new Refused(409, [report("lockedByJob", { job: jobId, lock: was })])
  const isSame = was === next.name && JSON.stringify(before.resources) === JSON.stringify(next.resources)
  const isOff = before.status.state === "stopped" || before.status.state === "disabled"
  if (!isSame && !isOff) throw new Refused(409, [report("serviceRunning", { service: was, node: before.status.owner ?? "" })])
}
