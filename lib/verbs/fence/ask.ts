import { z } from "zod"
import type { Fact } from "../../../agents/contract"
import { fenceMetadata, listFenceAgents } from "../../../agents/registry"
import { Name } from "../../domain/call"
import { FenceAgent, PANEL_HOST } from "../../domain/fencing"
import { report } from "../../domain/report"
import { askAgent, askPower, levelsOf } from "../../keeper/power"
import { ClusterId, clusterOf, nodeOf } from "../common"
import type { Ctx } from "../context"
import { defineVerb, Refused } from "../verb"
import { nodeFencingView } from "./views"

const Where = z.object({ clusterId: ClusterId, runsOn: z.enum(["panel", "peer"]) })
/** The machine on which such a device's agent would run. */
function runnerIn(ctx: Ctx, { clusterId, runsOn }: z.infer<typeof Where>): string {
  if (runsOn === "panel") return PANEL_HOST
  const peer = clusterOf(ctx, clusterId).nodes.find(({ isMember, status }) => isMember && status.state === "online")
  if (!peer) throw new Refused(409, [report("nodeUnreachable", { node: "", why: "" })])
  return peer.name
}
async function ask<T>(ctx: Ctx, where: z.infer<typeof Where>, fact: Fact<T>): Promise<T> {
  const node = runnerIn(ctx, where)
  const answer = await askAgent(ctx.engine.power, where.clusterId, node, fact)
  if (answer.ok) return answer.value
  throw new Refused(409, [
    answer.isSilent ? report("nodeUnreachable", { node, why: answer.why }) : report("invalid", { detail: answer.why }),
  ])
}
export const agents = defineVerb({
  name: "fence.agents",
  kind: "query",
  role: "admin",
  input: Where,
  run: async (ctx, where) => {
    clusterOf(ctx, where.clusterId)
    return { agents: await ask(ctx, where, listFenceAgents()) }
  },
})
/** It runs the agent: an executable that an admin names, on the machine where the device's agent will run. */
export const metadata = defineVerb({
  name: "fence.metadata",
  kind: "query",
  role: "admin",
  input: Where.extend({ agent: FenceAgent }),
  run: async (ctx, { agent, ...where }) => {
    clusterOf(ctx, where.clusterId)
    return ask(ctx, where, fenceMetadata(agent))
  },
})

/** Asks every device of the node for its power, and nothing more; what they say is kept. */
export const test = defineVerb({
  name: "fence.test",
  kind: "command",
  role: "operator",
  input: z.object({ clusterId: ClusterId, node: Name }),
  run: async (ctx, { clusterId, node: name }) => {
    const cluster = clusterOf(ctx, clusterId)
    const node = nodeOf(cluster, name)
    if (node.fencing.levels.length === 0) throw new Refused(409, [report("noFenceDevice", { node: name })])
    const planned = levelsOf(cluster, node)
    const answers = await Promise.all(
      node.fencing.levels.flatMap((level, i) =>
        level.map(async ({ id }, k) => {
          const use = planned[i]?.[k]
          return use ? { id, ...(await askPower(ctx.engine.power, clusterId, name, use)) } : undefined
        }),
      ),
    )
    for (const answer of answers)
      if (answer)
        await ctx.db.fenceMethod.updateMany({
          where: { id: answer.id },
          data: { testedAt: new Date(ctx.nowMs()), tested: answer.says, detail: answer.detail },
        })
    await ctx.engine.keeper.redefined()
    return nodeFencingView(ctx, nodeOf(clusterOf(ctx, clusterId), name))
  },
})
