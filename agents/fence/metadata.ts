import { FenceAgent, FenceParams } from "../../lib/domain/fencing"
import type { CommandResult } from "../../lib/node/session"
import { sh } from "../../lib/node/sh"
import { type AgentAction, type AgentParameter, parseAgentMetadata } from "../agent-metadata"
import type { Fact } from "../contract"
import { isSecretName } from "./schema"

/** What a fence agent says of itself, without what the panel says to it or nobody ever sets. */
export type FenceMetadata = {
  readonly name: string
  readonly shortdesc: string
  readonly longdesc: string
  readonly parameters: readonly FenceParameter[]
  readonly actions: readonly FenceMetadataAction[]
  /** The parameter that says which outlet, blade or guest is meant; null when the device is the node's alone. */
  readonly plug: string | null
  /** Its `on` is asked of it before a node that comes back counts (`automatic`): access to storage, not power. */
  readonly unfences: boolean
  /** Without it nobody can look whether `off` was true. */
  readonly hasStatus: boolean
}
/** `type` as the agent says: string, integer, boolean, second, or select with its options. */
export type FenceParameter = Pick<
  AgentParameter,
  "name" | "required" | "type" | "options" | "default" | "shortdesc" | "longdesc" | "isDeprecated" | "obsoletes"
> & { readonly isSecret: boolean }
/** `onTarget`: only the node that is meant can do it itself. */
export type FenceMetadataAction = { readonly name: string; readonly automatic: boolean; readonly onTarget: boolean }

const pathOf = (agent: string): string => (agent.startsWith("/") ? agent : `/usr/sbin/${agent}`)
/** The program of an agent: by its name in Debian's place, or its own path. @throws ZodError */
export const programOf = (agent: string): string => pathOf(FenceAgent.parse(agent))

/** Of the command line, of logs and of `reboot`, which the panel never asks for; it says the reserved ones itself. */
const neverSet = /^(?:verbose_level|boto3_debug|quiet|version|help|usage|separator|method)$/
const canBeSet = (name: string): boolean => !neverSet.test(name) && FenceParams.safeParse({ [name]: "" }).success

function parameterOf(raw: AgentParameter): FenceParameter {
  const { name, type, options, shortdesc, longdesc, isDeprecated, obsoletes } = raw
  return {
    ...{ name, type, options, default: raw.default, shortdesc, longdesc, isDeprecated, obsoletes },
    // An old name and the new one are both marked: the new one carries the demand.
    required: raw.required && !isDeprecated,
    isSecret: isSecretName(name),
  }
}
const actionOf = ({ name, isAutomatic, isOnTarget }: AgentAction): FenceMetadataAction => ({
  ...{ name, automatic: isAutomatic, onTarget: isOnTarget },
})
/** fence_kdump has no plug and asks for the node's name. */
const plugNames = ["plug", "port", "nodename"]
/** Where `port_as_ip` is understood and no plug is demanded, a plug is but another word for the address. */
function plugOf(parameters: readonly FenceParameter[]): string | null {
  const found = parameters.filter(({ name }) => plugNames.includes(name))
  const isAlias = parameters.some(({ name }) => name === "port_as_ip") && !found.some(({ required }) => required)
  return isAlias ? null : (plugNames.find((plug) => found.some(({ name }) => name === plug)) ?? null)
}

/** @throws Error with a plain sentence. */
export function parseFenceMetadata(result: CommandResult): FenceMetadata {
  const { name, shortdesc, longdesc, ...raw } = parseAgentMetadata(result)
  const parameters = raw.parameters.filter((one) => canBeSet(one.name)).map(parameterOf)
  const actions = raw.actions.map(actionOf)
  return {
    ...{ name, shortdesc, longdesc, parameters, actions },
    plug: plugOf(parameters),
    unfences: actions.some((action) => action.name === "on" && action.automatic),
    hasStatus: actions.some((action) => action.name === "status"),
  }
}
/** @throws ZodError for what is no agent's name. */
export const fenceMetadata = (agent: string): Fact<FenceMetadata> => ({
  name: `fence.metadata:${agent}`,
  command: sh`${programOf(agent)} -o metadata`,
  parse: parseFenceMetadata,
  everyMs: 3_600_000,
  timeoutMs: 20_000,
})

const LINES_MAX = 10_000
const OUTPUT_MAX = 1024 * 1024
/** In the same place and named likewise, but tools and daemons of fencing. */
const tools = new Set(
  [
    "ack_manual",
    "check",
    "kdump_send",
    "legacy",
    "na",
    "node",
    "nss_wrapper",
    "pcmk",
    "sanlockd",
    "tool",
    "virtd",
    "vmware_helper",
    "xvmd",
  ].map((tool) => `fence_${tool}`),
)
/** A host without the folder has no agents. What is only in /sbin, where that is another folder, is named by its path. */
export function parseFenceAgents({ stdout }: CommandResult): readonly string[] {
  if (stdout.length > OUTPUT_MAX) throw new Error("the list of fence agents is longer than 1 MiB")
  const found = new Map<string, string>()
  for (const line of stdout.split("\n").slice(0, LINES_MAX)) {
    const [, folder, name = ""] = /^(\/usr\/sbin|\/sbin)\/(fence_[^/]+)$/.exec(line) ?? []
    if (tools.has(name) || !FenceAgent.safeParse(name).success) continue
    if (folder === "/usr/sbin" || !found.has(name)) found.set(name, folder === "/usr/sbin" ? name : line)
  }
  return [...found.values()].sort()
}
/** Names for FenceAgent, sorted. */
export const listFenceAgents = (): Fact<readonly string[]> => ({
  name: "fence.agents",
  command: sh`find -L /usr/sbin /sbin -mindepth 1 -maxdepth 1 -name ${"fence_*"} -type f -perm -u+x`,
  parse: parseFenceAgents,
  everyMs: 600_000,
})
