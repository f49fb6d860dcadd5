import { z } from "zod"
import { quorumIn } from "../../keeper/situation"
import { defineVerb } from "../verb"

export const list = defineVerb({
  name: "cluster.list",
  kind: "query",
  role: "viewer",
  input: z.object({}).optional(),
  run: async ({ engine }) =>
    engine.keeper.clusters().map((cluster) => {
      const { isQuorate, members } = quorumIn(cluster)
      return {
        ...{ id: cluster.id, name: cluster.name, publicKey: cluster.publicKey },
        ...{ nodes: cluster.nodes.length, services: cluster.services.length, members, isQuorate },
      }
    }),
})
