import { z } from "zod"
import { Name } from "../../domain/call"
import { PANEL_HOST } from "../../domain/fencing"
import { report } from "../../domain/report"
import { ClusterId, clusterOf, Host, HostKey, LinuxUser, Port } from "../common"
import { defineVerb, Refused } from "../verb"

/** First contact: asks for the host key and sends nothing of ours. */
export const scan = defineVerb({
  name: "node.scan",
  kind: "command",
  role: "admin",
  input: z.object({ host: Host, port: Port }),
  run: async ({ engine }, { host, port }) => {
    const found = await engine.enrolment.scan(host, port)
    if (!found.ok) throw new Refused(409, [report("nodeUnreachable", { node: host, why: found.why }, "host")])
    const { hostKey, fingerprint, keyType, banner } = found
    return { hostKey, fingerprint, keyType, banner }
  },
})

const Candidate = z.object({ clusterId: ClusterId, host: Host, port: Port, user: LinuxUser, hostKey: HostKey })

/** Installs the cluster's key with a password that is used once and kept nowhere, then looks the machine over. */
export const prepare = defineVerb({
  name: "node.prepare",
  kind: "command",
  role: "admin",
  input: Candidate.extend({ password: z.string().max(256).optional() }),
  run: async (ctx, { clusterId, password, ...candidate }) => {
    const { enrolment } = ctx.engine
    const cluster = clusterOf(ctx, clusterId)
    if (password !== undefined && password !== "") {
      const installed = await enrolment.installKey(candidate, password, cluster.publicKey)
      if (!installed.ok) {
        const field = installed.code === "loginFailed" ? "password" : undefined
        throw new Refused(409, [report(installed.code, { node: candidate.host, user: candidate.user, why: installed.why }, field)])
      }
    }
    const peers = cluster.nodes.map(({ name, host, port }) => ({ name, host, port }))
    const checked = await enrolment.check(candidate, clusterId, peers)
    if (!checked.ok) throw new Refused(409, [report(checked.code, { node: candidate.host, user: candidate.user, why: checked.why })])
    return { hostname: checked.hostname, checks: checked.checks }
  },
})

export const add = defineVerb({
  name: "node.add",
  kind: "command",
  role: "admin",
  input: Candidate.extend({ name: Name, isMember: z.boolean() }),
  run: async (ctx, { clusterId, name, ...rest }) => {
    const cluster = clusterOf(ctx, clusterId)
    if (name === PANEL_HOST) throw new Refused(409, [report("nodeNameReserved", {}, "name")])
    if (cluster.nodes.some((n) => n.name === name)) throw new Refused(409, [report("nameTaken", { name }, "name")])
    const twin = cluster.nodes.find((n) => n.host === rest.host && n.port === rest.port)
    if (twin) throw new Refused(409, [report("nameTaken", { name: `${rest.host}:${rest.port} (${twin.name})` }, "host")])
    await ctx.db.node.create({ data: { clusterId, name, ...rest, position: cluster.nodes.length } })
    await ctx.engine.keeper.redefined()
    await ctx.engine.inventory.readNow(clusterId, [name])
    return { name }
  },
})
