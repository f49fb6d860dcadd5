import { z } from "zod"
import { listAgents, listUnits, metadata as metadataFact } from "../../../agents/ocf/driver"
import { Name } from "../../domain/call"
import { report } from "../../domain/report"
import { isOutcomeUnknown } from "../../node/session"
import { clusterOf, OfCluster } from "../common"
import type { Ctx } from "../context"
import { defineVerb, Refused } from "../verb"

/** The first member that answers speaks for all; the rehearsal of a later issue compares them. */
function askedNode(ctx: Ctx, clusterId: string): string {
  const node = clusterOf(ctx, clusterId).nodes.find(({ isMember, status }) => isMember && status.state === "online")
  if (!node) throw new Refused(409, [report("nodeUnreachable", { node: "", why: "" })])
  return node.name
}
async function asking<T>(ctx: Ctx, node: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (isOutcomeUnknown(error)) throw new Refused(409, [report("nodeUnreachable", { node, why: error.message })])
    throw error
  }
}

export const list = defineVerb({
  name: "agent.list",
  kind: "query",
  role: "viewer",
  input: OfCluster,
  run: (ctx, { clusterId }) => {
    const node = askedNode(ctx, clusterId)
    const session = ctx.engine.inventory.session(clusterId, node)
    const { readOnce } = ctx.engine.enrolment
    return asking(ctx, node, async () => ({ node, providers: await readOnce(session, listAgents()), units: await readOnce(session, listUnits()) }))
  },
})

export const metadata = defineVerb({
  name: "agent.metadata",
  kind: "query",
  role: "viewer",
  input: OfCluster.extend({ provider: Name, agent: Name }),
  run: (ctx, { clusterId, provider, agent }) => {
    const node = askedNode(ctx, clusterId)
    return asking(ctx, node, () => ctx.engine.enrolment.readOnce(ctx.engine.inventory.session(clusterId, node), metadataFact(provider, agent)))
  },
})
