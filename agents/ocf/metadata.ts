import { Name } from "../../lib/domain/call"
import type { CommandResult } from "../../lib/node/session"
import { sh } from "../../lib/node/sh"
import { type AgentAction, type AgentMetadata, type AgentParameter, parseAgentMetadata } from "../agent-metadata"
import type { Fact } from "../contract"
import { isSecretName } from "./schema"

export type Metadata = Omit<AgentMetadata, "parameters" | "actions"> & {
  readonly parameters: readonly MetadataParameter[]
  readonly actions: readonly MetadataAction[]
}
export type MetadataParameter = Pick<AgentParameter, "name" | "required" | "unique" | "type" | "default" | "shortdesc" | "longdesc"> & {
  /** It looks like a secret, which the panel does not take yet. */
  readonly isSecret: boolean
}
export type MetadataAction = Pick<AgentAction, "name" | "timeoutMs" | "intervalMs" | "depth">

const parameterOf = ({ name, required, unique, type, shortdesc, longdesc, ...rest }: AgentParameter): MetadataParameter => ({
  ...{ name, required, unique, type, default: rest.default, shortdesc, longdesc },
  isSecret: isSecretName(name),
})
const actionOf = ({ name, timeoutMs, intervalMs, depth }: AgentAction): MetadataAction => ({ name, timeoutMs, intervalMs, depth })

/** What an agent says of itself: `meta-data` of OCF 1.1. @throws Error with a plain sentence. */
export function parseMetadata(result: CommandResult): Metadata {
  const { name, longdesc, shortdesc, parameters, actions } = parseAgentMetadata(result)
  return { name, longdesc, shortdesc, parameters: parameters.map(parameterOf), actions: actions.map(actionOf) }
}
export const metadata = (provider: string, agent: string): Fact<Metadata> => {
  const path = `/usr/lib/ocf/resource.d/${Name.parse(provider)}/${Name.parse(agent)}`
  return {
    name: `ocf.metadata:${provider}:${agent}`,
    command: sh`env OCF_ROOT=/usr/lib/ocf ${path} meta-data`,
    parse: parseMetadata,
    everyMs: 3_600_000,
  }
}
