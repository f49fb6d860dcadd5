import { z } from "zod"
import { type Sh, sh } from "../../lib/node/sh"
import { defineOperation, type Fact } from "../contract"
import { parseBoot, parseLsbStatus, parseOcfMonitor, parseUnit } from "./parse"
import { type AtBoot, type Monitor, OcfResource, type ResourceOf, Unit } from "./schema"

const ROOT = "/usr/lib/ocf"
/** An OCF agent's command. Without Pacemaker it needs no more than these: ocf-shellfuncs fills in the rest (HA_RSCTMP, PATH). */
export function agentCommand({ name, provider, agent, params }: ResourceOf<"ocf">, action: string, depth = 0): Sh {
  const level = depth === 0 ? [] : [`OCF_CHECK_LEVEL=${depth}`]
  const variables = [...level, ...Object.entries(params).map(([key, value]) => `OCF_RESKEY_${key}=${value}`)]
  return sh`env OCF_ROOT=${ROOT} OCF_RESOURCE_INSTANCE=${name} ${variables} ${ROOT}/resource.d/${provider}/${agent} ${action}`
}
function actionCommand(resource: OcfResource, action: "start" | "stop"): Sh {
  switch (resource.class) {
    case "ocf":
      return agentCommand(resource, action)
    case "systemd":
      return sh`systemctl ${action} -- ${resource.unit}`
    case "lsb":
      return sh`${resource.script} ${action}`
    default:
      return resource satisfies never
  }
}
const unitProperties = "LoadState,ActiveState,SubState,Result,MainPID,ControlGroup,UnitFileState"
function look(resource: OcfResource): Pick<Fact<Monitor>, "command" | "parse"> {
  switch (resource.class) {
    case "ocf":
      return { command: agentCommand(resource, "monitor"), parse: parseOcfMonitor }
    case "systemd":
      return { command: sh`systemctl show -p ${unitProperties} -- ${resource.unit}`, parse: parseUnit(resource.unit) }
    case "lsb":
      return { command: sh`${resource.script} status`, parse: parseLsbStatus }
    default:
      return resource satisfies never
  }
}
const MONITOR_TIMEOUT_MS = 20_000
export const monitorName = (resource: string): string => `ocf.monitor:${resource}`
export const monitor = (resource: OcfResource): Fact<Monitor> => ({
  name: monitorName(resource.name),
  ...look(resource),
  everyMs: resource.monitorEveryMs,
  timeoutMs: resource.timeouts?.monitorMs ?? MONITOR_TIMEOUT_MS,
})
/** Only agents look deeper: a unit and an init script have one answer. */
export const deepMonitors = (resource: OcfResource): readonly Fact<Monitor>[] =>
  resource.class !== "ocf"
    ? []
    : (resource.deepChecks ?? []).map(({ depth, everyMs }) => ({
        ...monitor(resource),
        name: `${monitorName(resource.name)}@${depth}`,
        command: agentCommand(resource, "monitor", depth),
        everyMs,
      }))

/** As the agents' own meta-data advise (IPaddr2 20 s; Pacemaker gives systemd 100 s, for the unit's own 90 s must come first). */
function defaultTimeoutMs(resource: OcfResource): number {
  if (resource.class === "systemd") return 100_000
  return resource.class === "ocf" && resource.agent === "IPaddr2" ? 20_000 : 60_000
}
export const titleOf = (resource: OcfResource): string => {
  if (resource.class === "ocf") return `${resource.provider}:${resource.agent}`
  return resource.class === "systemd" ? resource.unit : resource.script
}
/** A resource of which nothing is installed cannot run: a stop that ends with 5 has succeeded (rgmanager §2.2). */
const NOT_INSTALLED = 5
export const isStopped = ({ state, exitCode }: Monitor, resource: OcfResource): boolean =>
  state === "stopped" || (resource.class === "ocf" && exitCode === NOT_INSTALLED)

export const start = defineOperation({
  name: "start",
  params: OcfResource,
  timeoutMs: (resource) => resource.timeouts?.startMs ?? defaultTimeoutMs(resource),
  sentence: (resource) => ({ code: "startResource", params: { resource: resource.name, what: titleOf(resource) } }),
  command: (resource) => actionCommand(resource, "start"),
  fact: monitor,
  settled: ({ state }) => state === "started",
  // OCF 1.1: start may end with 0 only when the resource runs. systemctl waits for the unit likewise. Init scripts promise nothing.
  isProvenByExit: (resource) => resource.class !== "lsb",
})
export const stop = defineOperation({
  name: "stop",
  params: OcfResource,
  timeoutMs: (resource) => resource.timeouts?.stopMs ?? defaultTimeoutMs(resource),
  sentence: (resource) => ({ code: "stopResource", params: { resource: resource.name, what: titleOf(resource) } }),
  command: (resource) => actionCommand(resource, "stop"),
  fact: monitor,
  settled: isStopped,
})

/** What happens to a unit when the node boots: enabled, static, masked, not-found … (systemctl is-enabled). */
export const bootEnablement = (unit: string): Fact<{ readonly unit: string; readonly atBoot: AtBoot }> => {
  const full = Unit.parse(unit)
  const command = sh`systemctl show -p LoadState,UnitFileState -- ${full}`
  return { name: `ocf.atBoot:${full}`, command, parse: parseBoot(full), everyMs: 600_000 }
}
export const startsAtBoot = (atBoot: string): boolean => atBoot === "enabled" || atBoot === "enabled-runtime"

/** The running unit is left alone: only the next boot differs. */
export const disableAtBoot = defineOperation({
  name: "disableAtBoot",
  params: z.strictObject({ unit: Unit }),
  timeoutMs: () => 30_000,
  sentence: ({ unit }) => ({ code: "disableAtBoot", params: { unit } }),
  command: ({ unit }) => sh`systemctl disable -- ${unit}`,
  fact: ({ unit }) => bootEnablement(unit),
  settled: ({ atBoot }) => !startsAtBoot(atBoot),
})
