import type { ClusterConf, ClusterNode, FenceDevice, FenceMethod } from "../../agents/cluster-conf/model"
import { atoi } from "../../agents/cluster-conf/parse"
import { error, type Finding, info, twins, warning, when } from "./finding"

const XML_ID = /^[A-Za-z_][\w.-]*$/
const SHORT_JOIN_S = 20

function checkDevices({ fenceDevices, nodes }: ClusterConf): readonly Finding[] {
  const used = new Set(nodes.flatMap((node) => [...node.methods.flatMap((m) => m.devices), ...node.unfence].map(({ name }) => name)))
  return [
    ...twins(fenceDevices, ({ name }) => name).map(({ one, first }) =>
      error(one, "fenceDeviceTwice", `Fence device ${one.name} is already there, on line ${first.line}.`),
    ),
    ...fenceDevices.flatMap((device) => [
      ...when(device.name === "", () => error(device, "fenceDeviceNameMissing", "This fence device has no name.")),
      ...when(device.name !== "" && !XML_ID.test(device.name), () =>
        error(device, "fenceDeviceNameInvalid", `"${device.name}" does not begin with a letter or _, or has a blank or colon in it.`),
      ),
      ...when(device.agent === "", () =>
        error(device, "fenceAgentMissing", `Fence device ${device.name} has no agent: write agent="fence_…".`),
      ),
      ...when(device.name !== "" && !used.has(device.name), () =>
        info(device, "fenceDeviceUnused", `No node uses the fence device ${device.name}.`),
      ),
      ...["passwd", "password"]
        .filter((name) => device.attrs[name] !== undefined)
        .map(() =>
          info(
            device,
            "passwordInFile",
            `The password of ${device.name} stands here in plain text: think of who reads this file; passwd_script is kept apart.`,
          ),
        ),
    ]),
  ]
}

type Devices = ReadonlyMap<string, FenceDevice>
function checkMethod(node: ClusterNode, method: FenceMethod, devices: Devices): readonly Finding[] {
  return [
    ...when(method.name === "", () => warning(method, "fenceMethodNameMissing", `A fence method of ${node.name} has no name.`)),
    ...when(method.devices.length === 0, () =>
      error(method, "fenceMethodEmpty", `Fence method ${method.name} of ${node.name} has no device: it always fails.`),
    ),
    ...method.devices
      .filter(({ name }) => !devices.has(name))
      .map((use) =>
        error(use, "fenceDeviceUnknown", `There is no fence device ${use.name || "without a name"}: add it to <fencedevices>.`),
      ),
  ]
}
const isManual = (method: FenceMethod, devices: Devices): boolean =>
  method.devices.length > 0 && method.devices.every(({ name }) => devices.get(name)?.agent === "fence_manual")

function checkNode(node: ClusterNode, devices: Devices): readonly Finding[] {
  const { methods, unfence, name } = node
  return [
    ...when(methods.length === 0, () =>
      warning(
        node,
        "fenceMissing",
        `Node ${name} has no fence device: rgmanager recovers nothing before fencing succeeds, so when ${name} is lost, its services stay down until a person confirms it (fence_ack_manual).`,
      ),
    ),
    ...methods.flatMap((method) => checkMethod(node, method, devices)),
    ...twins(methods, (method) => method.name).map(({ one, first }) =>
      warning(one, "fenceMethodTwice", `Fence method ${one.name} of ${name} is already there, on line ${first.line}.`),
    ),
    ...when(methods.length > 0 && methods.every((method) => isManual(method, devices)), () =>
      warning(
        node,
        "fenceManualOnly",
        `Node ${name} is fenced by hand only (fence_manual): nothing is recovered without a person, and none of it is supported.`,
      ),
    ),
    ...unfence
      .filter((use) => !devices.has(use.name))
      .map((use) =>
        error(use, "fenceDeviceUnknown", `There is no fence device ${use.name || "without a name"}: add it to <fencedevices>.`),
      ),
  ]
}
function checkDaemon({ fenceDaemon }: ClusterConf): readonly Finding[] {
  if (!fenceDaemon) return []
  const { attrs, postJoinDelay } = fenceDaemon
  return [
    ...["post_join_delay", "post_fail_delay", "override_time"]
      .filter((name) => attrs[name] !== undefined && !/^-?\d{1,9}$/.test(attrs[name]))
      .map((name) => error(fenceDaemon, "numberInvalid", `${name} "${attrs[name]}" is not a whole number of seconds.`)),
    ...when(postJoinDelay !== undefined && postJoinDelay < SHORT_JOIN_S, () =>
      info(
        fenceDaemon,
        "postJoinDelayShort",
        `post_join_delay ${postJoinDelay}: nodes that boot more slowly than that are fenced at start. ${SHORT_JOIN_S} or more is usual.`,
      ),
    ),
    ...["clean_start", "skip_undefined"]
      .filter((name) => atoi(attrs[name]) !== 0)
      .map((name) =>
        warning(fenceDaemon, "fencingSkipped", `${name} is on: nodes of unknown state are not fenced at start. Data may be written twice.`),
      ),
  ]
}
/** Of two nodes that fence each other one should be slower. */
function checkRace({ nodes, cman }: ClusterConf, devices: Devices): readonly Finding[] {
  if (!cman?.twoNode || nodes.some(({ methods }) => methods.length === 0)) return []
  const isDelayed = nodes.some(({ methods }) =>
    methods[0]?.devices.some(({ name, attrs }) => attrs.delay !== undefined || devices.get(name)?.attrs.delay !== undefined),
  )
  return when(!isDelayed, () =>
    info(
      cman,
      "fenceRace",
      'Two nodes without a delay on a fence device: after a split they may fence each other. Give one node\'s device delay="5".',
    ),
  )
}
export function checkFence(conf: ClusterConf): readonly Finding[] {
  const devices = new Map(conf.fenceDevices.map((device) => [device.name, device]))
  return [
    ...checkDevices(conf),
    ...conf.nodes.flatMap((node) => checkNode(node, devices)),
    ...checkDaemon(conf),
    ...checkRace(conf, devices),
  ]
}
