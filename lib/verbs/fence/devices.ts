import { z } from "zod"
import { Name } from "../../domain/call"
import { FenceDeviceInput, FenceParams, FencingSettings, NodeFencingInput } from "../../domain/fencing"
import { report } from "../../domain/report"
import { ClusterId, clusterOf, Named, nodeOf, OfCluster } from "../common"
import { defineVerb, notFound, Refused } from "../verb"
import { deviceReports, nodeFencingReports, writeDevice, writeNodeFencing } from "./definition"
import { deviceView, nodeFencingView } from "./views"

export const devices = defineVerb({
  name: "fence.devices",
  kind: "query",
  role: "viewer",
  input: OfCluster,
  run: async (ctx, { clusterId }) => {
    const cluster = clusterOf(ctx, clusterId)
    return cluster.fenceDevices.flatMap(({ name }) => deviceView(ctx, cluster, name) ?? [])
  },
})

/** Secrets come beside the parameters: what is left out stays, an empty one is taken away. */
export const saveDevice = defineVerb({
  name: "fence.saveDevice",
  kind: "command",
  role: "admin",
  input: z.object({ clusterId: ClusterId, was: Name.nullable(), device: FenceDeviceInput, secrets: FenceParams }),
  run: async (ctx, { clusterId, was, device, secrets }) => {
    const cluster = clusterOf(ctx, clusterId)
    const before = cluster.fenceDevices.find((d) => d.name === was)
    if (was !== null && !before) throw notFound(`fence device ${was}`)
    const reports = deviceReports(cluster, was, device)
    if (reports.length > 0) throw new Refused(409, reports)
    await ctx.db.$transaction((tx) => writeDevice(tx, { clusterId, was, device, secrets }, ctx.engine.secrets, before?.secretsSealed))
    await ctx.engine.keeper.redefined()
    return {}
  },
})

export const removeDevice = defineVerb({
  name: "fence.removeDevice",
  kind: "command",
  role: "admin",
  input: Named,
  run: async (ctx, { clusterId, name }) => {
    const found = deviceView(ctx, clusterOf(ctx, clusterId), name)
    if (!found) throw notFound(`fence device ${name}`)
    if (found.nodes.length > 0) throw new Refused(409, [report("inUse", { what: name, by: found.nodes.join(", ") })])
    await ctx.db.fenceDevice.delete({ where: { clusterId_name: { clusterId, name } } })
    await ctx.engine.keeper.redefined()
    return {}
  },
})

export const nodes = defineVerb({
  name: "fence.nodes",
  kind: "query",
  role: "viewer",
  input: OfCluster,
  run: async (ctx, { clusterId }) =>
    clusterOf(ctx, clusterId)
      .nodes.filter(({ isMember }) => isMember)
      .map((node) => nodeFencingView(ctx, node)),
})

/** A node's levels, all at once. */
export const saveNode = defineVerb({
  name: "fence.saveNode",
  kind: "command",
  role: "admin",
  input: z.object({ clusterId: ClusterId, node: Name, fencing: NodeFencingInput }),
  run: async (ctx, { clusterId, node, fencing }) => {
    const cluster = clusterOf(ctx, clusterId)
    nodeOf(cluster, node)
    const reports = nodeFencingReports(cluster, fencing)
    if (reports.length > 0) throw new Refused(409, reports)
    await ctx.db.$transaction((tx) => writeNodeFencing(tx, clusterId, node, fencing))
    await ctx.engine.keeper.redefined()
    return {}
  },
})

export const settings = defineVerb({
  name: "fence.settings",
  kind: "query",
  role: "viewer",
  input: OfCluster,
  run: async (ctx, { clusterId }) => {
    const cluster = clusterOf(ctx, clusterId)
    return {
      settings: cluster.fencing,
      members: cluster.nodes.filter((n) => n.isMember).map((n) => n.name),
      tieBreakerSeen: cluster.tieBreakerSeen,
    }
  },
})
export const saveSettings = defineVerb({
  name: "fence.saveSettings",
  kind: "command",
  role: "admin",
  input: z.object({ clusterId: ClusterId, settings: FencingSettings }),
  run: async (ctx, { clusterId, settings: data }) => {
    clusterOf(ctx, clusterId)
    await ctx.db.cluster.update({ where: { id: clusterId }, data })
    await ctx.engine.keeper.redefined()
    return {}
  },
})
