import type { ClusterConf, Cman, Part } from "../../agents/cluster-conf/model"
import { atoi } from "../../agents/cluster-conf/parse"
import { error, type Finding, info, twins, warning, when } from "./finding"

const NAME_MAX = 15
const QDISK_NODES_MAX = 16
const HEURISTICS_MAX = 10
const TOKEN_MS = 10_000
const isWhole = (value: string | undefined, min: number, max = Number.MAX_SAFE_INTEGER): boolean =>
  /^\d{1,15}$/.test(value ?? "") && Number(value) >= min && Number(value) <= max

function checkRoot({ document: { root }, name, configVersion }: ClusterConf): readonly Finding[] {
  const version = root.attributes.find((a) => a.name === "config_version")
  return [
    ...when(name === "", () => error(root, "clusterNameMissing", 'The cluster has no name: write <cluster name="…">.')),
    ...when(name.length > NAME_MAX, () =>
      error(root, "clusterNameTooLong", `The cluster's name is longer than ${NAME_MAX} characters; cman refuses it.`),
    ),
    ...when(version === undefined, () =>
      error(root, "configVersionMissing", 'config_version is missing: write config_version="1", and raise it with each change.'),
    ),
    ...when(version !== undefined && (configVersion ?? 0) < 1, () =>
      error(version ?? root, "configVersionInvalid", `config_version "${version?.value}" is not a whole number from 1.`),
    ),
    ...["clusternodes", "cman", "fencedevices", "fence_daemon", "quorumd", "totem", "logging", "rm"].flatMap((part) => {
      const parts = root.children.filter((child) => child.kind === "element" && child.name === part)
      return parts.slice(1).map((again) => error(again, "partTwice", `<${part}> is here a second time: keep one.`))
    }),
  ]
}

function checkNodes({ document: { root }, nodes }: ClusterConf): readonly Finding[] {
  const withId = nodes.filter(({ attrs }) => attrs.nodeid !== undefined)
  return [
    ...when(nodes.length === 0, () => error(root, "nodesMissing", "There is no <clusternode>: a cluster without nodes does not start.")),
    ...nodes.flatMap((node) => [
      ...when(node.name === "", () => error(node, "nodeNameMissing", "This node has no name.")),
      ...when(node.attrs.nodeid === undefined, () =>
        error(node, "nodeIdMissing", `Node ${node.name} has no nodeid: give each node its own number from 1.`),
      ),
      ...when(node.attrs.nodeid !== undefined && !isWhole(node.attrs.nodeid, 1), () =>
        error(node, "nodeIdInvalid", `nodeid "${node.attrs.nodeid}" of ${node.name} is not a whole number from 1.`),
      ),
      ...when(node.attrs.votes !== undefined && !isWhole(node.attrs.votes, 0), () =>
        error(node, "votesInvalid", `votes "${node.attrs.votes}" of ${node.name} is not a whole number.`),
      ),
    ]),
    ...twins(nodes, ({ name }) => name).map(({ one, first }) =>
      error(one, "nodeTwice", `Node ${one.name} is already there, on line ${first.line}.`),
    ),
    ...twins(withId, ({ attrs }) => String(atoi(attrs.nodeid))).map(({ one, first }) =>
      error(one, "nodeIdTwice", `nodeid ${one.attrs.nodeid} of ${one.name} belongs to ${first.name}, on line ${first.line}.`),
    ),
  ]
}

/** two_node and expected_votes (service-manager.md §4.2). */
function checkQuorum(conf: ClusterConf): readonly Finding[] {
  const { cman, nodes, quorumd } = conf
  if (cman?.twoNode) return checkTwoNode(conf, cman)
  const votes = nodes.reduce((sum, node) => sum + node.votes, 0)
  const disk = quorumd ? (quorumd.votes ?? Math.max(0, nodes.length - 1)) : 0
  const expected = cman?.expectedVotes
  return [
    ...when(nodes.length === 2 && !quorumd, () =>
      warning(
        cman ?? nodes[0] ?? { line: 1 },
        "twoNodeMissing",
        'Two nodes without two_node="1": when one goes, the other loses quorum and stops everything. Write <cman two_node="1" expected_votes="1"/>.',
      ),
    ),
    ...when(cman?.attrs.expected_votes !== undefined && (expected ?? 0) < 1, () =>
      error(cman ?? { line: 1 }, "expectedVotesInvalid", `expected_votes "${cman?.attrs.expected_votes}" is not a whole number from 1.`),
    ),
    ...when(expected !== undefined && expected >= 1 && expected !== votes + disk, () =>
      warning(
        cman ?? { line: 1 },
        "expectedVotesWrong",
        `expected_votes is ${expected}, but the nodes${disk > 0 ? " and the quorum disk" : ""} have ${votes + disk}: correct it or leave it out.`,
      ),
    ),
  ]
}
function checkTwoNode({ nodes, quorumd, cman }: ClusterConf, at: Cman): readonly Finding[] {
  return [
    ...when(nodes.length !== 2, () =>
      error(at, "twoNodeNeedsTwo", `two_node="1" with ${nodes.length} nodes: the cluster refuses it. Remove two_node.`),
    ),
    ...when(cman?.expectedVotes !== 1, () => error(at, "twoNodeNeedsOneVote", 'two_node="1" needs expected_votes="1".')),
    ...when(quorumd !== undefined, () =>
      error(at, "twoNodeWithQuorumDisk", 'two_node="1" beside a quorum disk: choose one, and with the disk set two_node="0".'),
    ),
    ...nodes
      .filter(({ votes }) => votes !== 1)
      .map((node) => error(node, "twoNodeVotes", `With two_node="1" each node has one vote; ${node.name} has ${node.votes}.`)),
  ]
}

const MULTICAST = /^(?:2(?:2[4-9]|3\d)(?:\.\d{1,3}){3}|ff[0-9a-f]{2}:[0-9a-f:]*)$/i
function checkNetwork({ cman }: ClusterConf): readonly Finding[] {
  if (!cman) return []
  const { port, transport } = cman.attrs
  return [
    ...when(port !== undefined && !isWhole(port, 2, 65_535), () =>
      error(cman, "portInvalid", `port "${port}" is none: from 2 to 65535, and the one below it is used too.`),
    ),
    ...when(transport !== undefined && !["udp", "udpb", "udpu", "rdma"].includes(transport), () =>
      error(cman, "transportUnknown", `transport "${transport}" is unknown: udp, udpb, udpu or rdma.`),
    ),
    ...when(cman.multicast !== undefined && !MULTICAST.test(cman.multicast), () =>
      error(cman, "multicastInvalid", `${cman.multicast} is no multicast address (224.0.0.0 to 239.255.255.255, or ff00::/8).`),
    ),
  ]
}

const number = (part: Part, name: string, otherwise: number): number =>
  isWhole(part.attrs[name], 0) ? Number(part.attrs[name]) : otherwise
/** service-manager.md §4.1 quorumd. */
function checkQuorumDisk({ quorumd, nodes, totem }: ClusterConf): readonly Finding[] {
  if (!quorumd) return []
  const { device, label, heuristics, votes, attrs } = quorumd
  const tko = number(quorumd, "tko", 10)
  const waits = tko + number(quorumd, "master_wait", Math.floor(tko / 2)) + number(quorumd, "upgrade_wait", 2)
  const needsMs = number(quorumd, "interval", 1) * waits * 1_000
  const tokenMs = totem ? number(totem, "token", TOKEN_MS) : TOKEN_MS
  const scores = heuristics.reduce((sum, heuristic) => sum + number(heuristic, "score", 1), 0)
  return [
    ...when(device === undefined && label === undefined, () =>
      error(quorumd, "quorumDiskMissing", "The quorum disk has neither device nor label: give it its label."),
    ),
    ...when(device !== undefined && label !== undefined, () =>
      error(quorumd, "quorumDiskTwice", "The quorum disk has both device and label: keep the label alone."),
    ),
    ...when(nodes.length > QDISK_NODES_MAX, () =>
      error(quorumd, "quorumDiskNodes", `A quorum disk serves ${QDISK_NODES_MAX} nodes at most; there are ${nodes.length}.`),
    ),
    ...when(heuristics.length > HEURISTICS_MAX, () =>
      error(quorumd, "heuristicsTooMany", `There are ${heuristics.length} heuristics; qdiskd takes ${HEURISTICS_MAX}.`),
    ),
    ...heuristics
      .filter((heuristic) => (heuristic.attrs.program ?? "") === "")
      .map((heuristic) => error(heuristic, "heuristicProgramMissing", "This heuristic has no program.")),
    ...when(heuristics.length > 0 && number(quorumd, "min_score", 0) > scores, () =>
      error(quorumd, "minScoreTooHigh", `min_score ${attrs.min_score} is more than all heuristics together give (${scores}).`),
    ),
    ...nodes
      .filter((node) => node.votes !== 1)
      .map((node) => error(node, "quorumDiskVotes", `With a quorum disk each node has one vote; ${node.name} has ${node.votes}.`)),
    ...when(votes !== undefined && votes !== nodes.length - 1, () =>
      warning(
        quorumd,
        "quorumDiskOwnVotes",
        `The quorum disk has ${votes} votes; with ${nodes.length - 1} (nodes − 1) the last node alone keeps quorum.`,
      ),
    ),
    ...when(tokenMs <= needsMs, () =>
      warning(
        totem ?? quorumd,
        "tokenTooShort",
        `The totem token is ${tokenMs} ms, but qdiskd needs ${needsMs} ms (interval × (tko + master_wait + upgrade_wait)): write <totem token="${needsMs + 1_000}"/> or more.`,
      ),
    ),
  ]
}

function checkManager({ rm }: ClusterConf): readonly Finding[] {
  return rm.parts.flatMap((part) => [
    ...when(atoi(part.attrs.disabled) !== 0, () =>
      info(part, "managerDisabled", '<rm disabled="1">: rgmanager does not start, and no service runs.'),
    ),
    ...when(atoi(part.attrs.central_processing) !== 0, () =>
      info(
        part,
        "centralProcessing",
        "central_processing is on: placement, exclusive and priority follow event scripts, which are not read here.",
      ),
    ),
  ])
}
export const checkCluster = (conf: ClusterConf): readonly Finding[] =>
  [checkRoot, checkNodes, checkQuorum, checkNetwork, checkQuorumDisk, checkManager].flatMap((check) => check(conf))
