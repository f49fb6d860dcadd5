import { z } from "zod"
import { isFenceSecret } from "../../../agents/registry"
import { Name } from "../../domain/call"
import { FenceDeviceInput, FenceParams, FencingSettings, NodeFencingInput } from "../../domain/fencing"
import { type Report, report } from "../../domain/report"
import { ClusterId, clusterOf, Named, nodeOf, OfCluster } from "../common"
import { defineVerb, notFound, Refused } from "../verb"
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

const secretsAmong = (params: FenceParams, path: string): readonly Report[] =>
  Object.keys(params)
    .filter(isFenceSecret)
    .map((name) => report("secretParameter", { name }, `${path}.${name}`))

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
    const isTaken = device.name !== was && cluster.fenceDevices.some((d) => d.name === device.name)
    const reports = [
      ...(isTaken ? [report("nameTaken", { name: device.name }, "device.name")] : []),
      ...secretsAmong(device.params, "device.params"),
    ]
    if (reports.length > 0) throw new Refused(409, reports)
    const stored = before?.secretsSealed ? ctx.engine.secrets.open(before.secretsSealed) : {}
    const all = Object.entries({ ...stored, ...secrets }).filter(([, value]) => value !== "")
    const secretsSealed = all.length === 0 ? null : ctx.engine.secrets.seal(Object.fromEntries(all))
    const data = { ...device, secretsSealed }
    if (was === null) await ctx.db.fenceDevice.create({ data: { ...data, clusterId } })
    else {
      const { id } = await ctx.db.fenceDevice.update({ where: { clusterId_name: { clusterId, name: was } }, data })
      // What was tested is no longer what there is.
      await ctx.db.fenceMethod.updateMany({ where: { deviceId: id }, data: { testedAt: null, tested: null, detail: null } })
    }
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
  run: async (ctx, { clusterId, node: name, fencing: { levels, delayMs } }) => {
    const cluster = clusterOf(ctx, clusterId)
    const { id: nodeId } = nodeOf(cluster, name)
    const found = await ctx.db.fenceDevice.findMany({ where: { clusterId } })
    const ids = new Map(found.map((d) => [d.name, d.id]))
    const reports = levels.flatMap((level, i) =>
      level.flatMap(({ device, params }, k) => [
        ...(ids.has(device) ? [] : [report("notFound", { what: device }, `fencing.levels.${i}.${k}.device`)]),
        ...secretsAmong(params, `fencing.levels.${i}.${k}.params`),
      ]),
    )
    if (reports.length > 0) throw new Refused(409, reports)
    const rows = levels.flatMap((level, i) =>
      level.map(({ device, params }, position) => ({ nodeId, level: i, position, deviceId: ids.get(device) ?? "", params })),
    )
    await ctx.db.$transaction([
      ctx.db.fenceMethod.deleteMany({ where: { nodeId } }),
      ctx.db.fenceMethod.createMany({ data: rows }),
      ctx.db.node.update({ where: { id: nodeId }, data: { fenceDelayMs: delayMs } }),
    ])
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
