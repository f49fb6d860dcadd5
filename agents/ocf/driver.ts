import type { Call } from "../../lib/domain/call"
import type { Driver } from "../contract"
import { deepMonitors, disableAtBoot, isStopped, monitor, monitorName, start, stop } from "./operations"
import { push } from "./push"
import { isAddressAgent, Monitor, OcfDefinition } from "./schema"
import { treeTypeOf, uniqueOf } from "./tree-type"

export { listAgents, listUnits } from "./discovery"
export { metadata } from "./metadata"
export { bootEnablement } from "./operations"
export { rehearse, validate } from "./rehearsal"
export { OcfDefinition } from "./schema"

/** Resources that start, stop and say how they are: OCF agents, systemd units, LSB scripts. The panel owns what is defined. */
export const driver: Driver<OcfDefinition, Monitor> = {
  name: "ocf",
  definition: OcfDefinition,
  facts: (definitions) => definitions.flatMap(({ resource }) => [monitor(resource), ...deepMonitors(resource)]),
  operations: [start, stop, disableAtBoot],
  plan: (node, desired, actual) => {
    const isAsWanted = ({ resource, state }: OcfDefinition): boolean => {
      const seen = Monitor.safeParse(actual[monitorName(resource.name)]).data
      if (!seen) return false
      return state === "started" ? seen.state === "started" : isStopped(seen, resource)
    }
    const differing = desired.filter((definition) => !isAsWanted(definition))
    const call = ({ resource, state }: OcfDefinition): Call => ({
      node,
      driver: "ocf",
      op: state === "started" ? "start" : "stop",
      params: resource,
    })
    return [
      ...differing.filter(({ state }) => state === "stopped").toReversed(),
      ...differing.filter(({ state }) => state === "started"),
    ].map(call)
  },
  push,
  addresses: ({ resource }) => {
    const ip = resource.class === "ocf" && isAddressAgent(resource.agent) ? resource.params.ip : undefined
    return ip === undefined ? [] : [ip]
  },
  treeType: ({ resource }) => treeTypeOf(resource),
  unique: ({ resource }) => uniqueOf(resource),
}
