import { z } from "zod"
import { Finding, type Verdict, verdictOf } from "../../domain/rehearsal"
import type { RehearsalView } from "../../domain/views"
import { rehearseService } from "../../inventory/rehearse"
import { clusterOf, Named, serviceOf } from "../common"
import type { Ctx } from "../context"
import { defineVerb } from "../verb"

const Findings = z.array(Finding).catch([])
/** The last rehearsals of one service. */
export async function rehearsalsOf({ db }: Ctx, serviceId: string): Promise<readonly RehearsalView[]> {
  const rows = await db.rehearsal.findMany({ where: { serviceId }, orderBy: { node: "asc" } })
  return rows.map(({ node, at, findings }) => {
    const list = Findings.parse(findings)
    return { node, atMs: at.getTime(), verdict: verdictOf(list), findings: list }
  })
}
/** By service id and node, for the matrix. */
export async function readinessIn({ db }: Ctx, clusterId: string): Promise<ReadonlyMap<string, ReadonlyMap<string, Verdict>>> {
  const rows = await db.rehearsal.findMany({ where: { service: { clusterId } } })
  const found = new Map<string, Map<string, Verdict>>()
  for (const { serviceId, node, findings } of rows)
    found.set(serviceId, (found.get(serviceId) ?? new Map<string, Verdict>()).set(node, verdictOf(Findings.parse(findings))))
  return found
}

/** Can it really start there? Looked at now, on every node that may have it; nothing is changed. */
export const rehearse = defineVerb({
  name: "service.rehearse",
  kind: "command",
  role: "operator",
  input: Named,
  run: async (ctx, { clusterId, name }): Promise<readonly RehearsalView[]> => {
    const cluster = clusterOf(ctx, clusterId)
    const service = serviceOf(cluster, name)
    await rehearseService({ db: ctx.db, inventory: ctx.engine.inventory, nowMs: ctx.nowMs }, cluster, service)
    ctx.engine.bus.publish({ type: "changed", what: "service", key: `${clusterId}/${name}` })
    ctx.engine.bus.publish({ type: "changed", what: "overview", key: clusterId })
    return rehearsalsOf(ctx, service.id)
  },
})
