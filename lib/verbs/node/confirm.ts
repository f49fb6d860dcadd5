import { z } from "zod"
import { report } from "../../domain/report"
import { clusterOf, Named, nodeOf } from "../common"
import { defineVerb, Refused } from "../verb"

/**
 * A person says that a lost node is off: its services may run elsewhere. Refused while the node answers, and unless its name was
 * typed. The reason is on record.
 */
export const confirmOff = defineVerb({
  name: "node.confirmOff",
  kind: "command",
  role: "operator",
  input: Named.extend({ typed: z.string().max(64), why: z.string().max(500).default("") }),
  run: async (ctx, { clusterId, name, typed }) => {
    const node = nodeOf(clusterOf(ctx, clusterId), name)
    if (typed !== name) throw new Refused(409, [report("nameNotTyped", { node: name }, "typed")])
    if (node.status.state !== "lost") throw new Refused(409, [report("nodeNotLost", { node: name, state: node.status.state })])
    await ctx.engine.inventory.readNow(clusterId, [name])
    if (ctx.engine.inventory.reach(clusterId, name)?.isHeard) throw new Refused(409, [report("nodeAnswers", { node: name })])
    await ctx.engine.keeper.confirmed(clusterId, name, { type: "confirmed", node: name })
    return {}
  },
})
