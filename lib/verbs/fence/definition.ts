import { isFenceSecret } from "../../../agents/registry"
import type { ClusterDefinition } from "../../db/definitions"
import type { FenceDeviceInput, FenceParams, NodeFencingInput } from "../../domain/fencing"
import { type Report, report } from "../../domain/report"
import type { Engine } from "../../engine"
import type { Tx } from "../../jobs/submit"

const secretsAmong = (params: FenceParams, path: string): readonly Report[] =>
  Object.keys(params)
    .filter(isFenceSecret)
    .map((name) => report("secretParameter", { name }, `${path}.${name}`))

/** What is wrong with it in this cluster; empty when nothing is. */
export function deviceReports(cluster: ClusterDefinition, was: string | null, { name, params }: FenceDeviceInput): readonly Report[] {
  const isTaken = name !== was && cluster.fenceDevices.some((d) => d.name === name)
  return [...(isTaken ? [report("nameTaken", { name }, "device.name")] : []), ...secretsAmong(params, "device.params")]
}
/** Secrets that are left out stay as `sealedBefore` has them, an empty one is taken away. */
export async function writeDevice(
  tx: Tx,
  { clusterId, was, device, secrets }: { clusterId: string; was: string | null; device: FenceDeviceInput; secrets: FenceParams },
  { seal, open }: Engine["secrets"],
  sealedBefore: string | null | undefined,
): Promise<void> {
  const all = Object.entries({ ...(sealedBefore ? open(sealedBefore) : {}), ...secrets }).filter(([, value]) => value !== "")
  const data = { ...device, secretsSealed: all.length === 0 ? null : seal(Object.fromEntries(all)) }
  if (was === null) return void (await tx.fenceDevice.create({ data: { ...data, clusterId } }))
  const { id } = await tx.fenceDevice.update({ where: { clusterId_name: { clusterId, name: was } }, data })
  // What was tested is no longer what there is.
  await tx.fenceMethod.updateMany({ where: { deviceId: id }, data: { testedAt: null, tested: null, detail: null } })
}

export const nodeFencingReports = (cluster: ClusterDefinition, { levels }: NodeFencingInput): readonly Report[] =>
  levels.flatMap((level, i) =>
    level.flatMap(({ device, params }, k) => [
      ...(cluster.fenceDevices.some((d) => d.name === device)
        ? []
        : [report("notFound", { what: device }, `fencing.levels.${i}.${k}.device`)]),
      ...secretsAmong(params, `fencing.levels.${i}.${k}.params`),
    ]),
  )
export async function writeNodeFencing(tx: Tx, clusterId: string, node: string, { levels, delayMs }: NodeFencingInput): Promise<void> {
  const { id: nodeId } = await tx.node.findUniqueOrThrow({ where: { clusterId_name: { clusterId, name: node } } })
  const ids = new Map((await tx.fenceDevice.findMany({ where: { clusterId } })).map((d) => [d.name, d.id]))
  const data = levels.flatMap((level, i) =>
    level.map(({ device, params }, position) => ({ nodeId, level: i, position, deviceId: ids.get(device) ?? "", params })),
  )
  await tx.fenceMethod.deleteMany({ where: { nodeId } })
  await tx.fenceMethod.createMany({ data })
  await tx.node.update({ where: { id: nodeId }, data: { fenceDelayMs: delayMs } })
}
