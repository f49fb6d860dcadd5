import { z } from "zod"
import { quorumOf } from "../../domain/keeper"
import { defineVerb } from "../verb"

export const list = defineVerb({
  name: "cluster.list",
  kind: "query",
  role: "viewer",
  input: z.object({}).optional(),
  run: async ({ engine }) =>
    engine.keeper.clusters().map(({ id, name, publicKey, nodes, services }) => ({
      ...{ id, name, publicKey, nodes: nodes.length, services: services.length },
      isQuorate: quorumOf(nodes.filter(({ isMember }) => isMember).map(({ status }) => status.state)).isQuorate,
    })),
})
