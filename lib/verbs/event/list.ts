import { z } from "zod"
import type { EventView } from "../../domain/views"
import { eventView, OfCluster } from "../common"
import { defineVerb } from "../verb"

const PAGE = 50

export const list = defineVerb({
  name: "event.list",
  kind: "query",
  role: "viewer",
  input: OfCluster.extend({ beforeId: z.int().positive().optional() }),
  run: async ({ db }, { clusterId, beforeId }): Promise<readonly EventView[]> => {
    const where = beforeId === undefined ? { clusterId } : { clusterId, id: { lt: beforeId } }
    return (await db.event.findMany({ where, orderBy: { id: "desc" }, take: PAGE })).map(eventView)
  },
})
