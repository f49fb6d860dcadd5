import type { NodeView } from "../../domain/views"
import { clusterOf, Named, nodeOf } from "../common"
import { defineVerb } from "../verb"
import { summaryOf } from "./summary"

export const get = defineVerb({
  name: "node.get",
  kind: "query",
  role: "viewer",
  input: Named,
  run: async (ctx, { clusterId, name }): Promise<NodeView> => {
    const cluster = clusterOf(ctx, clusterId)
    const node = nodeOf(cluster, name)
    const { reason } = node.status
    return {
      ...summaryOf(ctx, cluster, node),
      nowMs: ctx.nowMs(),
      hostKey: node.hostKey,
      facts: ctx.engine.inventory.facts.all(clusterId, name),
      services: cluster.services.filter((s) => s.status.owner === name).map((s) => ({ name: s.name, state: s.status.state })),
      offeredFingerprint: reason?.code === "hostKeyChanged" ? (reason.params.offered ?? null) : null,
    }
  },
})
