import { z } from "zod"
import { sealable } from "../../domain/balancer-secret"
import { Name } from "../../domain/call"
import { report } from "../../domain/report"
import { ClusterId, Named } from "../common"
import type { Ctx } from "../context"
import { defineVerb, Refused } from "../verb"
import { balancerOf, jobOn } from "./base"
import { type Drift, driftOf } from "./drift"

/** The panel forgets it; the directors run on as they are. */
export const remove = defineVerb({
  name: "balancer.remove",
  kind: "command",
  role: "admin",
  input: Named,
  run: async (ctx, { clusterId, name }) => {
    const { definition } = await balancerOf(ctx, clusterId, name)
    const job = await jobOn(ctx, clusterId, name)
    if (job !== null) throw new Refused(409, [report("lockedByJob", { job, lock: name })])
    await ctx.db.balancer.delete({ where: { id: definition.id } })
    await ctx.engine.keeper.redefined()
    return {}
  },
})
const OfNode = z.object({ clusterId: ClusterId, name: Name, node: Name })
/** @throws Refused 409 while the node does not say what it has */
async function driftIn(ctx: Ctx, { clusterId, name, node }: z.infer<typeof OfNode>) {
  const known = await balancerOf(ctx, clusterId, name)
  const index = known.definition.nodes.indexOf(node)
  const drift: Drift = await driftOf(ctx, clusterId, known.definition, known.model, index)
  if (index < 0 || !drift.known) throw new Refused(409, [report("driftUnknown", { node })])
  return { ...known, index, drift }
}
/** This difference, and no other, is left alone from now on. */
export const ignoreDrift = defineVerb({
  name: "balancer.ignoreDrift",
  kind: "command",
  role: "admin",
  input: OfNode,
  run: async (ctx, input) => {
    const { definition, drift } = await driftIn(ctx, input)
    const ignored = { ...definition.ignored, [input.node]: drift.digest }
    await ctx.db.balancer.update({ where: { id: definition.id }, data: { ignored } })
    await ctx.engine.keeper.redefined()
    return {}
  },
})
/** The panel's model with what this director has instead: a draft, to be looked at and applied. */
export const takeDrift = defineVerb({
  name: "balancer.takeDrift",
  kind: "query",
  role: "admin",
  input: OfNode,
  run: async (ctx, input) => {
    const { model, index, drift } = await driftIn(ctx, input)
    if (drift.isSecretOther) throw new Refused(409, [report("driftPassword", { node: input.node })])
    if (drift.actual === null) throw new Refused(409, [report("adoptNothing", { node: input.node, why: "" })])
    const actual = sealable(drift.actual, {}).model
    const directors = model.directors.map((own, i) => (i === index ? (actual.directors[0] ?? own) : own))
    return { model: { ...actual, directors } }
  },
})
