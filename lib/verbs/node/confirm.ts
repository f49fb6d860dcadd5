import { z } from "zod"
import { json } from "../../db/client"
import type { NodeDefinition } from "../../db/definitions"
import { contradicts, type Evidence, freshOf } from "../../domain/evidence"
import type { FencingOutcome } from "../../domain/fencing"
import { isSilent } from "../../domain/node-state"
import { type Report, report } from "../../domain/report"
import { clusterOf, Named, nodeOf } from "../common"
import type { Ctx } from "../context"
import { requirePassword } from "../reauth"
import { defineVerb, notFound, Refused } from "../verb"

const OVERRIDE_MIN = 20
/** A request for a second person is not kept longer than the first one may have looked, ms. */
const SECOND_MAX_AGE_MS = 15 * 60_000

/** Every witness is asked anew, now. @throws Refused while the node answers, or is no silent one. */
async function silentNode(
  ctx: Ctx,
  clusterId: string,
  name: string,
): Promise<{ node: NodeDefinition; evidence: Evidence; by: readonly string[] }> {
  const node = nodeOf(clusterOf(ctx, clusterId), name)
  if (!node.isMember || !isSilent(node.status)) throw new Refused(409, [report("nodeNotLost", { node: name, state: node.status.state })])
  const { evidence: witnesses, inventory } = ctx.engine
  const [evidence] = await Promise.all([witnesses.askNow(clusterId, name), inventory.readNow(clusterId, [name], [])])
  if (witnesses.judgement(clusterId, name).state === "heard") throw new Refused(409, [report("nodeAnswers", { node: name })])
  const against = freshOf({ evidence, nowMs: ctx.nowMs() }).filter(contradicts)
  // Where nobody else could be asked, the panel's own silence proves nothing.
  const isAlone = witnesses.judgement(clusterId, name).state === "panelCutOff"
  return { node, evidence, by: [...against.map(({ kind, name: who }) => who || kind), ...(isAlone ? ["panelCutOff"] : [])] }
}
/** Against a witness only an admin goes on, with a reason in writing. */
function overrideReports(ctx: Ctx, name: string, by: readonly string[], override: string): readonly Report[] {
  if (by.length === 0) return []
  if (ctx.user?.role !== "admin" || override === "") return [report("witnessAgainst", { node: name, by: by.join(", ") })]
  return override.trim().length < OVERRIDE_MIN ? [report("reasonTooShort", {}, "override")] : []
}
type Record = {
  readonly clusterId: string
  readonly node: string
  readonly outcome: FencingOutcome
  readonly why: string
  readonly evidence: Evidence
}
const record = (ctx: Ctx, { evidence, ...about }: Record) =>
  ctx.db.fencing.create({
    data: {
      ...{ id: ctx.engine.newId(), action: "confirm", userName: ctx.user?.name ?? "", through: ctx.through, at: new Date(ctx.nowMs()) },
      ...(about.outcome === "succeeded" ? { endedAt: new Date(ctx.nowMs()) } : {}),
      ...about,
      evidence: json(evidence),
    },
  })

/**
 * A person says that a silent node is off: its services may run elsewhere. Refused while anybody still sees it, unless an admin goes
 * on against that with a written reason, and, if so set, a second person.
 */
export const confirmOff = defineVerb({
  name: "node.confirmOff",
  kind: "command",
  role: "operator",
  input: Named.extend({
    typed: z.string().max(64),
    /** "I have seen that it is powered off or cut from shared storage." */
    isSure: z.boolean(),
    /** What was seen. */
    saw: z.string().max(500),
    password: z.string().max(256),
    /** Why it is right although a witness says otherwise. */
    override: z.string().max(500).default(""),
  }),
  run: async (ctx, { clusterId, name, typed, isSure, saw, password, override }) => {
    const asked = [
      ...(typed === name ? [] : [report("nameNotTyped", { node: name }, "typed")]),
      ...(isSure ? [] : [report("notSure", {}, "isSure")]),
      ...(saw.trim() === "" ? [report("sawNothing", {}, "saw")] : []),
    ]
    if (asked.length > 0) throw new Refused(409, asked)
    await requirePassword(ctx, password)
    const { evidence, by } = await silentNode(ctx, clusterId, name)
    const refused = overrideReports(ctx, name, by, override)
    if (refused.length > 0) {
      await record(ctx, { clusterId, node: name, outcome: "refused", why: saw, evidence })
      throw new Refused(409, refused, { by })
    }
    const needsSecond = by.length > 0 && clusterOf(ctx, clusterId).fencing.needsTwo
    const why = by.length > 0 ? `${saw} / ${override}` : saw
    const { id } = await record(ctx, { clusterId, node: name, outcome: needsSecond ? "secondPerson" : "succeeded", why, evidence })
    if (needsSecond) return { state: "secondPerson" as const, id }
    await ctx.engine.keeper.confirmed(clusterId, name, { type: "confirmed", node: name }, ctx.user?.name)
    return { state: "confirmed" as const, id }
  },
})

/** The second of two persons, where a witness says otherwise. */
export const confirmSecond = defineVerb({
  name: "node.confirmSecond",
  kind: "command",
  role: "admin",
  input: Named.extend({ id: z.string().max(40), typed: z.string().max(64), password: z.string().max(256) }),
  run: async (ctx, { clusterId, name, id, typed, password }) => {
    if (typed !== name) throw new Refused(409, [report("nameNotTyped", { node: name }, "typed")])
    await requirePassword(ctx, password)
    const row = await ctx.db.fencing.findFirst({ where: { id, clusterId, node: name, outcome: "secondPerson" } })
    if (!row || ctx.nowMs() - row.at.getTime() > SECOND_MAX_AGE_MS) throw notFound("confirmation")
    if (row.userName === ctx.user?.name) throw new Refused(409, [report("samePerson")])
    const { evidence } = await silentNode(ctx, clusterId, name)
    const { count } = await ctx.db.fencing.updateMany({
      where: { id, outcome: "secondPerson" },
      data: {
        ...{ outcome: "succeeded", endedAt: new Date(ctx.nowMs()), evidence: json(evidence) },
        detail: { code: "secondBy", params: { who: ctx.user?.name ?? "" } },
      },
    })
    if (count === 0) throw notFound("confirmation")
    await ctx.engine.keeper.confirmed(clusterId, name, { type: "confirmed", node: name }, `${row.userName}, ${ctx.user?.name}`)
    return {}
  },
})
