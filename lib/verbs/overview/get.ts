import type { ClusterDefinition } from "../../db/definitions"
import { holdersOf } from "../../domain/service-request"
import type { Attention, JobState, OverviewView } from "../../domain/views"
import { bulk, CodedValue, Subject } from "../../jobs/store"
import { readinessOf } from "../../keeper/power"
import { quorumIn } from "../../keeper/situation"
import { clusterOf, eventView, OfCluster } from "../common"
import type { Ctx } from "../context"
import { summaryOf } from "../node/summary"
import { bootEnabledOf } from "../service/boot"
import { readinessIn } from "../service/rehearse"
import { movingIn, rowOf, situationIn } from "../service/rows"
import { defineVerb } from "../verb"

const EVENTS = 8
const needing = ["failed", "blocked", "recoverable"]

/** One for all members: a service of a node that nothing can switch off stays held when it is lost. Alone, there is nowhere to go. */
function noFencingIn({ nodes }: ClusterDefinition, nowMs: number): readonly Attention[] {
  const members = nodes.filter(({ isMember }) => isMember)
  const bare = members.map((node) => ({ node: node.name, readiness: readinessOf(node, nowMs) })).filter((n) => n.readiness !== "fenced")
  return members.length > 1 && bare.length > 0 ? [{ kind: "noFencing", nodes: bare }] : []
}
async function attentionIn(ctx: Ctx, cluster: ClusterDefinition): Promise<readonly Attention[]> {
  const unseen = await ctx.db.job.findMany({
    where: { clusterId: cluster.id, OR: [{ state: "waiting" }, { state: "failed", seenAt: null }] },
    orderBy: { createdAt: "desc" },
    take: 20,
    omit: bulk,
  })
  const jobs = unseen.map(
    (row): Attention => ({
      kind: "job",
      jobId: row.id,
      state: row.state as JobState, // the query asks for these two
      subject: Subject.parse(row.subject),
      sinceMs: (row.endedAt ?? row.startedAt ?? row.createdAt).getTime(),
      reason: CodedValue.safeParse(row.waitingFor).data ?? null,
    }),
  )
  const jobOf = (service: string) =>
    unseen.find((row) => row.state === "waiting" && Subject.parse(row.subject).service === service)?.id ?? null
  const services = cluster.services.flatMap((s): Attention[] => {
    const { state, sinceMs, reason = null } = s.status
    const holders = holdersOf(situationIn(ctx, cluster, s))
    return [
      ...(needing.includes(state) || (reason !== null && (state === "stopped" || s.status.off.length > 0))
        ? [{ kind: "service" as const, service: s.name, state, sinceMs, reason, jobId: jobOf(s.name) }]
        : []),
      ...(holders.length > 1 ? [{ kind: "twice" as const, service: s.name, nodes: holders }] : []),
      ...bootEnabledOf(ctx, cluster, s).map((b) => ({ kind: "bootEnabled" as const, service: s.name, ...b })),
    ]
  })
  const nodes = cluster.nodes.flatMap(({ name, status }): Attention[] =>
    status.state === "online" || status.state === "unknown"
      ? []
      : [{ kind: "node", node: name, state: status.state, sinceMs: status.sinceMs, reason: status.reason }],
  )
  const out = cluster.nodes
    .filter(({ isInMaintenance }) => isInMaintenance)
    .map(
      ({ name }): Attention => ({
        ...{ kind: "maintenance", node: name },
        services: cluster.services.filter(({ status }) => status.owner === name).map((s) => s.name),
      }),
    )
  const locked: readonly Attention[] = cluster.lock ? [{ kind: "locked", ...cluster.lock }] : []
  return [...nodes, ...locked, ...out, ...services, ...jobs, ...noFencingIn(cluster, ctx.nowMs())]
}

export const get = defineVerb({
  name: "overview.get",
  kind: "query",
  role: "viewer",
  input: OfCluster,
  run: async (ctx, { clusterId }): Promise<OverviewView> => {
    const cluster = clusterOf(ctx, clusterId)
    const [readiness, moving, events, attention] = await Promise.all([
      readinessIn(ctx, clusterId),
      movingIn(ctx, clusterId),
      ctx.db.event.findMany({ where: { clusterId }, orderBy: { id: "desc" }, take: EVENTS }),
      attentionIn(ctx, cluster),
    ])
    return {
      cluster: { id: cluster.id, name: cluster.name },
      nowMs: ctx.nowMs(),
      quorum: quorumIn(cluster),
      isLocked: cluster.lock !== undefined,
      nodes: cluster.nodes.map((node) => summaryOf(ctx, cluster, node)),
      services: cluster.services.map((s) => rowOf(ctx, cluster, s, moving.get(s.name), readiness.get(s.id))),
      attention,
      events: events.map(eventView),
    }
  },
})
