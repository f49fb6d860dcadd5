import type { DomainView } from "../../domain/views"
import { clusterOf, OfCluster } from "../common"
import { defineVerb } from "../verb"

export const list = defineVerb({
  name: "domain.list",
  kind: "query",
  role: "viewer",
  input: OfCluster,
  run: async (ctx, { clusterId }): Promise<readonly DomainView[]> => {
    const cluster = clusterOf(ctx, clusterId)
    return cluster.domains.map(({ name, ordered, restricted, nofailback, members }) => ({
      ...{ name, ordered, restricted, nofailback },
      members: [...members].map(([node, priority]) => ({ node, priority: priority === 0 ? null : priority })),
      services: cluster.services.filter((s) => s.domain === name).map((s) => s.name),
    }))
  },
})
