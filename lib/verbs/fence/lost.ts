import { z } from "zod"
import { Name } from "../../domain/call"
import { contradicts, freshOf } from "../../domain/evidence"
import type { LostView } from "../../domain/fencing"
import { readinessOf } from "../../keeper/power"
import { quorumIn } from "../../keeper/situation"
import { ClusterId, clusterOf, Named, nodeOf } from "../common"
import { pausesOf } from "../service/get"
import { defineVerb } from "../verb"
import { fencingView, placesAfter } from "./views"

const HISTORY = 20
const median = (list: readonly number[]): number | null => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? null
const off = ["fenced", "confirmed"]

/** What is known of a node that is not heard, what waits for it, and what happens next. */
export const lost = defineVerb({
  name: "fence.lost",
  kind: "query",
  role: "viewer",
  input: Named,
  run: async (ctx, { clusterId, name }): Promise<LostView> => {
    const cluster = clusterOf(ctx, clusterId)
    const node = nodeOf(cluster, name)
    const { evidence, keeper } = ctx.engine
    const nowMs = ctx.nowMs()
    const known = evidence.of(clusterId, name)
    const history = await ctx.db.fencing.findMany({ where: { clusterId, node: name }, orderBy: { at: "desc" }, take: HISTORY })
    const asked = history.find(({ outcome }) => outcome === "secondPerson")
    const services = placesAfter(ctx, cluster, name).map(async (after) => ({
      ...after,
      expectedPauseMs:
        after.to === null ? null : median(await pausesOf(ctx, clusterId, after.service, ["relocate", "restart", "recover", "start"])),
    }))
    return {
      ...{ nowMs, node: name, evidence: known },
      judgement: off.includes(node.status.state) ? "off" : evidence.judgement(clusterId, name).state,
      quorum: quorumIn(cluster),
      readiness: readinessOf(node, nowMs),
      services: await Promise.all(services),
      next: (await keeper.decideFence(clusterId, name)).next,
      against: freshOf({ evidence: known, nowMs })
        .filter(contradicts)
        .map(({ kind, name: who }) => who || kind),
      needsTwo: cluster.fencing.needsTwo,
      asked: asked ? { id: asked.id, who: asked.userName, why: asked.why, atMs: asked.at.getTime() } : null,
      history: history.map(fencingView),
    }
  },
})

export const history = defineVerb({
  name: "fence.history",
  kind: "query",
  role: "viewer",
  input: z.object({ clusterId: ClusterId, node: Name.optional() }),
  run: async (ctx, { clusterId, node }) => {
    clusterOf(ctx, clusterId)
    const where = { clusterId, ...(node === undefined ? {} : { node }) }
    return (await ctx.db.fencing.findMany({ where, orderBy: { at: "desc" }, take: 100 })).map(fencingView)
  },
})
