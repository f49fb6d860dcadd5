import type { ServiceRow } from "../../domain/views"
import { clusterOf, OfCluster } from "../common"
import { defineVerb } from "../verb"
import { movingIn, rowOf } from "./rows"

export const list = defineVerb({
  name: "service.list",
  kind: "query",
  role: "viewer",
  input: OfCluster,
  run: async (ctx, { clusterId }): Promise<readonly ServiceRow[]> => {
    const cluster = clusterOf(ctx, clusterId)
    const moving = await movingIn(ctx, clusterId)
    return cluster.services.map((s) => rowOf(ctx, cluster, s, moving.get(s.name)))
  },
})
