import { z } from "zod"
import { readTable } from "../../../agents/registry"
import type { Balancer } from "../../domain/balancer"
import { realKey } from "../../domain/balancer-live-view"
import { liveKeyOf } from "../../domain/balancer-rules-service"
import { sealable } from "../../domain/balancer-secret"
import { Name } from "../../domain/call"
import { report } from "../../domain/report"
import { ClusterId, Named } from "../common"
import type { Ctx } from "../context"
import { defineVerb, Refused } from "../verb"
import { asked } from "./asked"
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
/** The kernel's own rules, flags and thresholds among them. @throws Refused 409 */
async function tableOn(ctx: Ctx, { clusterId, node }: z.infer<typeof OfNode>) {
  const answer = await asked(ctx, clusterId, node, readTable)
  if (!answer.ok) throw new Refused(409, [report("nodeUnreachable", { node, why: answer.why })])
  return answer.value.virtualServers
}
/** A table knows neither names nor which packets a mark is for: of what the panel knows too, they stay. */
function named(table: Balancer["virtualServers"], own: Balancer): Balancer["virtualServers"] {
  const known = new Map(own.virtualServers.map((server) => [liveKeyOf(server), server]))
  return table.map((server) => {
    const mine = known.get(liveKeyOf(server))
    if (!mine) return server
    const names = new Map(mine.realServers.map((real) => [realKey(mine, real), real.name]))
    const nameOf = (real: Balancer["virtualServers"][number]["realServers"][number]) => names.get(realKey(server, real))
    const realServers = server.realServers.map((real) => (nameOf(real) === undefined ? real : { ...real, name: nameOf(real) }))
    return { ...server, ...(mine.name === undefined ? {} : { name: mine.name }), service: mine.service, realServers }
  })
}
/** The panel's model with what this director has instead: a draft, to be looked at and applied. */
export const takeDrift = defineVerb({
  name: "balancer.takeDrift",
  kind: "query",
  role: "admin",
  input: OfNode,
  run: async (ctx, input) => {
    const { definition, model, index, drift } = await driftIn(ctx, input)
    if (definition.engine === "ipvsadm") return { model: { ...model, virtualServers: named(await tableOn(ctx, input), model) } }
    if (drift.isSecretOther) throw new Refused(409, [report("driftPassword", { node: input.node })])
    if (drift.actual === null) throw new Refused(409, [report("adoptNothing", { node: input.node, why: "" })])
    const actual = sealable(drift.actual, {}).model
    const directors = model.directors.map((own, i) => (i === index ? (actual.directors[0] ?? own) : own))
    return { model: { ...actual, directors } }
  },
})
