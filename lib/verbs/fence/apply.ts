import { z } from "zod"
import { report } from "../../domain/report"
import { applyPlan, planIn } from "../plan/apply"
import { requirePassword } from "../reauth"
import { defineVerb, Refused } from "../verb"

/** Carries out a plan that switches a node: its name typed, the password again, the reason on record. */
export const apply = defineVerb({
  name: "fence.apply",
  kind: "command",
  role: "operator",
  audit: "job",
  input: z.object({
    planId: z.string().max(40),
    typed: z.string().max(64),
    password: z.string().max(256),
    why: z.string().max(500).default(""),
  }),
  run: async (ctx, { planId, typed, password, why }) => {
    const row = await planIn(ctx, planId)
    if (!("power" in row.request)) throw new Refused(409, [report("invalid", { detail: "not a plan that switches a node" })])
    if (typed !== row.request.power) throw new Refused(409, [report("nameNotTyped", { node: row.request.power }, "typed")])
    await requirePassword(ctx, password)
    return applyPlan(ctx, row, why)
  },
})
