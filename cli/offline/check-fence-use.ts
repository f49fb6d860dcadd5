import type { ClusterConf, ClusterNode, FenceDevice, FenceDeviceUse, FenceMethod } from "../../agents/cluster-conf/model"
import { type Finding, twins, warning, when } from "./finding"

type Devices = ReadonlyMap<string, FenceDevice>
/** They switch outlets, so a node with two power supplies needs two of them. */
const outlets = [
  "fence_apc",
  "fence_apc_snmp",
  "fence_wti",
  "fence_eaton_snmp",
  "fence_emerson",
  "fence_ipdu",
  "fence_raritan",
  "fence_eps",
]
/** They cut a node from storage; it stays cut until it is unfenced. */
const storage = ["fence_scsi", "fence_mpath", "fence_brocade", "fence_sanbox2", "fence_mcdata", "fence_cisco_mds", "fence_vixel"]
const agentOf = ({ name }: FenceDeviceUse, devices: Devices): string => devices.get(name)?.agent ?? ""
const actionOf = ({ attrs }: FenceDeviceUse): string | undefined => attrs.action ?? attrs.option
const isReboot = (use: FenceDeviceUse): boolean => ["reboot", undefined].includes(actionOf(use)?.toLowerCase())

/** Off, off, on, on: two outlets that are rebooted one after the other leave the node with power all the time (service-manager.md §5.1). */
const checkSupplies = (node: ClusterNode, method: FenceMethod, devices: Devices): readonly Finding[] =>
  when(method.devices.filter((use) => outlets.includes(agentOf(use, devices)) && isReboot(use)).length > 1, () =>
    warning(
      method,
      "fenceRebootsInTurn",
      `Fence method ${method.name} of ${node.name} reboots one outlet after the other, so ${node.name} never loses power: write action="off" for each, then action="on" for each.`,
    ),
  )
/** service-manager.md §5.1: unfencing at the node's start. */
function checkUnfence(node: ClusterNode, devices: Devices): readonly Finding[] {
  const cut = node.methods.flatMap((method) => method.devices).find((use) => storage.includes(agentOf(use, devices)))
  return cut === undefined || node.unfence.length > 0
    ? []
    : [
        warning(
          cut,
          "unfenceMissing",
          `${cut.name} cuts ${node.name} from storage, and nothing lets it back: write <unfence><device name="${cut.name}" action="on"/></unfence>.`,
        ),
      ]
}
const perNode = ["port", "plug", "nodename", "node", "uuid", "domain", "ipaddr", "key"]
/** Two nodes behind one outlet: fencing the one switches off the other. */
function checkOutlets(nodes: readonly ClusterNode[], devices: Devices): readonly Finding[] {
  const uses = nodes.flatMap((node) => {
    const own = node.methods.flatMap((method) => method.devices).filter((use) => outlets.includes(agentOf(use, devices)))
    return twinless(own, keyOf).map((use) => ({ node, use }))
  })
  return twins(uses, ({ use }) => keyOf(use)).map(({ one, first }) =>
    warning(
      one.use,
      "fenceOutletShared",
      `${one.node.name} has the same outlet of ${one.use.name} as ${first.node.name}, on line ${first.use.line}: fencing the one switches off the other.`,
    ),
  )
}
const keyOf = ({ name, attrs }: FenceDeviceUse): string => JSON.stringify([name, ...perNode.map((param) => attrs[param] ?? "")])
const twinless = <T>(list: readonly T[], key: (one: T) => string): readonly T[] => [...new Map(list.map((one) => [key(one), one])).values()]

/** How the nodes use the fence devices. */
export function checkFenceUse({ nodes, fenceDevices }: ClusterConf): readonly Finding[] {
  const devices = new Map(fenceDevices.map((device) => [device.name, device]))
  return [
    ...nodes.flatMap((node) => [...node.methods.flatMap((method) => checkSupplies(node, method, devices)), ...checkUnfence(node, devices)]),
    ...checkOutlets(nodes, devices),
  ]
}
