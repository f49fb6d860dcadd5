import { z } from "zod"
import { report } from "../../domain/report"
import { clusterOf, Named, nodeOf } from "../common"
import { defineVerb, Refused } from "../verb"

/** Takes it out of the panel; the machine itself is not touched. */
export const remove = defineVerb({
  name: "node.remove",
  kind: "command",
  role: "admin",
  input: Named,
  run: async (ctx, { clusterId, name }) => {
    const cluster = clusterOf(ctx, clusterId)
    const { id } = nodeOf(cluster, name)
    const owned = cluster.services.filter((s) => s.status.owner === name).map((s) => s.name)
    if (owned.length > 0) throw new Refused(409, [report("nodeOwnsService", { node: name, services: owned.join(", ") })])
    const domains = cluster.domains.filter((d) => d.members.has(name)).map((d) => d.name)
    const directs = cluster.balancers.filter((b) => b.nodes.includes(name)).map((b) => b.name)
    const by = [...domains, ...directs]
    if (by.length > 0) throw new Refused(409, [report("inUse", { what: name, by: by.join(", ") })])
    await ctx.db.$transaction([ctx.db.factRow.deleteMany({ where: { nodeId: id } }), ctx.db.node.delete({ where: { id } })])
    await ctx.engine.keeper.redefined()
    return {}
  },
})

/** A changed host key is taken only when the person names the very fingerprint that the node offers. */
export const acceptHostKey = defineVerb({
  name: "node.acceptHostKey",
  kind: "command",
  role: "admin",
  input: Named.extend({ fingerprint: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, "fingerprint") }),
  run: async (ctx, { clusterId, name, fingerprint }) => {
    const node = nodeOf(clusterOf(ctx, clusterId), name)
    const found = await ctx.engine.enrolment.scan(node.host, node.port)
    if (!found.ok) throw new Refused(409, [report("nodeUnreachable", { node: name, why: found.why })])
    if (found.fingerprint !== fingerprint)
      throw new Refused(409, [report("hostKeyChanged", { node: name, offered: found.fingerprint, pinned: fingerprint }, "fingerprint")])
    await ctx.db.node.update({ where: { id: node.id }, data: { hostKey: found.hostKey } })
    await ctx.engine.keeper.redefined()
    return {}
  },
})
