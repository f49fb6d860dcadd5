import { z } from "zod"
import type { ClusterDefinition, ServiceDefinition } from "../../db/definitions"
import { ResourceState } from "../../domain/service"
import { inStartOrder, inStopOrder } from "../../domain/service-request"
import type { ServiceView } from "../../domain/views"
import { factView } from "../../inventory/store"
import { monitorName } from "../../keeper/situation"
import { clusterOf, eventView, Named, serviceOf } from "../common"
import type { Ctx } from "../context"
import { defineVerb } from "../verb"
import { bootEnabledOf } from "./boot"
import { actionsOf, cellsOf, placementIn } from "./cells"
import { readinessIn, rehearsalsOf } from "./rehearse"
import { membersOf, movingIn, situationIn } from "./rows"

const Monitor = z.object({ state: ResourceState, detail: z.string().default("") })
const EVENTS_MAX = 30

const monitorsOf = ({ engine, nowMs }: Ctx, cluster: ClusterDefinition, service: ServiceDefinition): ServiceView["monitors"] =>
  membersOf(cluster).flatMap(({ name: node }) =>
    service.resources.map(({ name: resource, driver }) => {
      const observed = engine.inventory.facts.get(cluster.id, node, monitorName(driver, resource))
      return { node, resource, fact: factView(observed, (value) => Monitor.safeParse(value).data, nowMs()) }
    }),
  )
/** Pauses of earlier relocations and restarts that went through, newest first, ms. */
export async function pausesOf({ db }: Ctx, clusterId: string, service: string, kinds: readonly string[]): Promise<readonly number[]> {
  const rows = await db.job.findMany({
    where: { clusterId, state: "succeeded", pauseMs: { not: null } },
    orderBy: { endedAt: "desc" },
    take: 200,
    select: { subject: true, pauseMs: true },
  })
  return rows
    .filter(({ subject }) => {
      const about = z.object({ kind: z.string(), service: z.string() }).safeParse(subject).data
      return about?.service === service && kinds.includes(about.kind)
    })
    .flatMap(({ pauseMs }) => (pauseMs === null ? [] : [pauseMs]))
    .slice(0, 5)
}

export const get = defineVerb({
  name: "service.get",
  kind: "query",
  role: "viewer",
  input: Named,
  run: async (ctx, { clusterId, name }): Promise<ServiceView> => {
    const cluster = clusterOf(ctx, clusterId)
    const service = serviceOf(cluster, name)
    const moving = (await movingIn(ctx, clusterId)).get(name)
    const situation = situationIn(ctx, cluster, service)
    const events = await ctx.db.event.findMany({ where: { clusterId, service: name }, orderBy: { id: "desc" }, take: EVENTS_MAX })
    const { domain = null, ...definition } = service
    const { service: planned, dependents } = situation
    return {
      ...{ ...definition, domain },
      startOrder: inStartOrder(planned).map((r) => r.name),
      stopOrder: inStopOrder(planned).map((r) => r.name),
      dependents: dependents.map((d) => d.service.name),
      placement: placementIn(situation),
      nowMs: ctx.nowMs(),
      monitors: monitorsOf(ctx, cluster, service),
      cells: cellsOf(service, situation, membersOf(cluster), {
        next: moving?.to,
        readiness: (await readinessIn(ctx, clusterId)).get(service.id),
      }),
      actions: actionsOf(situation, moving?.jobId),
      bootEnabled: bootEnabledOf(ctx, cluster, service),
      rehearsals: await rehearsalsOf(ctx, service.id),
      pauses: await pausesOf(ctx, clusterId, name, ["relocate", "restart"]),
      events: events.map(eventView),
      jobId: moving?.jobId ?? null,
    }
  },
})
