import { z } from "zod"
import { type AlertRuleInput, AlertRulesInput, type SentView, StoredDetail, sentStates } from "../../domain/alert-channel"
import { alertKinds, alertPhases } from "../../domain/alerts"
import { report } from "../../domain/report"
import { ClusterId, clusterOf, OfCluster } from "../common"
import { defineVerb, Refused } from "../verb"

const Kind = z.enum(alertKinds)
/** `canLink`: the panel knows its own address (MOYAI_PUBLIC_URL), so that messages carry a link. */
export const rules = defineVerb({
  name: "alert.rules",
  kind: "query",
  role: "viewer",
  input: OfCluster,
  run: async (ctx, { clusterId }): Promise<{ readonly rules: readonly AlertRuleInput[]; readonly canLink: boolean }> => {
    clusterOf(ctx, clusterId)
    const channels = { select: { name: true }, orderBy: { name: "asc" } } as const
    const rows = await ctx.db.alertRule.findMany({ where: { clusterId }, orderBy: { position: "asc" }, include: { channels } })
    return {
      canLink: ctx.engine.publicUrl !== undefined,
      rules: rows.flatMap((row) => {
        const { data: kind } = Kind.safeParse(row.kind)
        return kind ? [{ kind, afterMs: row.afterMs, channels: row.channels.map(({ name }) => name) }] : []
      }),
    }
  },
})

/** All rules of a cluster at once, in their order. What was told already stays told. */
export const saveRules = defineVerb({
  name: "alert.saveRules",
  kind: "command",
  role: "admin",
  input: z.object({ clusterId: ClusterId, rules: AlertRulesInput }),
  run: async (ctx, { clusterId, rules: wanted }) => {
    clusterOf(ctx, clusterId)
    await ctx.db.$transaction(async (tx) => {
      const ids = new Map((await tx.alertChannel.findMany({ select: { id: true, name: true } })).map(({ id, name }) => [name, id]))
      const missing = wanted.flatMap(({ channels }, i) =>
        channels.filter((name) => !ids.has(name)).map((name) => report("notFound", { what: name }, `rules.${i}.channels`)),
      )
      if (missing.length > 0) throw new Refused(409, missing)
      await tx.alertRule.deleteMany({ where: { clusterId } })
      for (const [position, { kind, afterMs, channels }] of wanted.entries()) {
        const connect = [...new Set(channels)].flatMap((name) => ids.get(name) ?? []).map((id) => ({ id }))
        await tx.alertRule.create({ data: { clusterId, kind, afterMs, position, channels: { connect } } })
      }
    })
    return {}
  },
})

const PAGE = 50
/** The newest 50, newest first. */
export const sent = defineVerb({
  name: "alert.sent",
  kind: "query",
  role: "viewer",
  input: OfCluster,
  run: async (ctx, { clusterId }): Promise<readonly SentView[]> => {
    clusterOf(ctx, clusterId)
    const rows = await ctx.db.alertSent.findMany({ where: { clusterId }, orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: PAGE })
    return rows.flatMap((row) => {
      const { data: kind } = Kind.safeParse(row.kind)
      if (!kind) return []
      return [
        {
          ...{ id: row.id, kind, subject: row.subject, channel: row.channelName, attempts: row.attempts },
          phase: z.enum(alertPhases).catch("began").parse(row.phase),
          state: z.enum(sentStates).catch("givenUp").parse(row.state),
          ...{ sinceMs: row.since.getTime(), createdMs: row.createdAt.getTime() },
          ...{ nextMs: row.nextAt?.getTime() ?? null, endedMs: row.endedAt?.getTime() ?? null },
          detail: StoredDetail.nullable().parse(row.detail),
        },
      ]
    })
  },
})
