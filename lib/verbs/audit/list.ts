import { z } from "zod"
import type { AuditView } from "../../domain/audit"
import { defineVerb } from "../verb"

const PAGE = 50
const Outcome = z.enum(["pending", "done", "failed", "unknown", "refused"]).catch("unknown")

export const list = defineVerb({
  name: "audit.list",
  kind: "query",
  role: "admin",
  input: z.object({ beforeId: z.int().positive().optional() }).optional(),
  run: async ({ db }, input): Promise<readonly AuditView[]> => {
    const rows = await db.audit.findMany({
      where: input?.beforeId === undefined ? {} : { id: { lt: input.beforeId } },
      orderBy: { id: "desc" },
      take: PAGE,
    })
    return rows.map(({ id, at, userName, through, verb, input, why, outcome, endedAt, jobId }) => ({
      ...{ id, through, verb, input, why, jobId, user: userName },
      atMs: at.getTime(),
      endedMs: endedAt?.getTime() ?? null,
      outcome: Outcome.parse(outcome),
    }))
  },
})
