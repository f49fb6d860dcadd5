import type { Fact } from "../../../agents/contract"
import { listAgents, listUnits, metadata as metadataFact } from "../../../agents/registry"
import { Name } from "../../domain/call"
import { report } from "../../domain/report"
import { clusterOf, OfCluster } from "../common"
import type { Ctx } from "../context"
import { defineVerb, Refused } from "../verb"

/** The first member that answers speaks for all; the rehearsal of a later issue compares them. */
function askedNode(ctx: Ctx, clusterId: string): string {
  const node = clusterOf(ctx, clusterId).nodes.find(({ isMember, status }) => isMember && status.state === "online")
  if (!node) throw new Refused(409, [report("nodeUnreachable", { node: "", why: "" })])
  return node.name
}
/** What the node answered is its own affair: an agent that it does not have is no fault of the panel. */
function understood<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw new Refused(409, [report("invalid", { detail: error instanceof Error ? error.message : String(error) })])
  }
}
async function ask<T>({ engine }: Ctx, clusterId: string, node: string, fact: Fact<T>): Promise<T> {
  const answer = await engine.inventory.readOnce(clusterId, node, { ...fact, parse: (result) => understood(() => fact.parse(result)) })
  if (!answer.ok) throw new Refused(409, [report("nodeUnreachable", { node, why: answer.why })])
  return answer.value
}

export const list = defineVerb({
  name: "agent.list",
  kind: "query",
  role: "viewer",
  input: OfCluster,
  run: async (ctx, { clusterId }) => {
    const node = askedNode(ctx, clusterId)
    return { node, providers: await ask(ctx, clusterId, node, listAgents()), units: await ask(ctx, clusterId, node, listUnits()) }
  },
})

export const metadata = defineVerb({
  name: "agent.metadata",
  kind: "query",
  role: "viewer",
  input: OfCluster.extend({ provider: Name, agent: Name }),
  run: (ctx, { clusterId, provider, agent }) => ask(ctx, clusterId, askedNode(ctx, clusterId), metadataFact(provider, agent)),
})
