import type { ServiceState, ServiceStatus } from "../../lib/domain/service"
import type { NodeSummary, OverviewView } from "../../lib/domain/views"

/** A member as cman shows it. */
export type TwinNode = {
  readonly name: string
  /** From 1, in the panel's order. */
  readonly id: number
  readonly isUp: boolean
  readonly isLocal: boolean
  readonly hasManager: boolean
  /** Lost, and not yet known to be off: what fenced calls a victim. */
  readonly isVictim: boolean
}
/** A service as rgmanager shows it. */
export type TwinGroup = {
  /** With its type: `service:web`. */
  readonly name: string
  readonly state: number
  readonly stateName: string
  readonly isFrozen: boolean
  readonly isPartial: boolean
  readonly owner: string | undefined
  readonly lastOwner: string | undefined
  readonly restarts: number
  /** Last transition, ms since the epoch. */
  readonly sinceMs: number
}
/** The cluster as the old commands show it. */
export type TwinView = {
  readonly name: string
  readonly nowMs: number
  readonly isQuorate: boolean
  readonly isLocked: boolean
  readonly nodes: readonly TwinNode[]
  readonly groups: readonly TwinGroup[]
}

/**
 * rgmanager's numbers (service-manager.md §2.7). It has none for a service that waits for fencing: `recoverable` is what it calls
 * one that failed and is not yet recovered, and a script that asks whether it runs must not hear yes.
 */
export const stateNumbers: Readonly<Record<ServiceState, readonly [number, string]>> = {
  stopped: [110, "stopped"],
  starting: [111, "starting"],
  started: [112, "started"],
  stopping: [113, "stopping"],
  failed: [114, "failed"],
  uninitialized: [115, "uninitialized"],
  recoverable: [117, "recoverable"],
  recovering: [118, "recovering"],
  disabled: [119, "disabled"],
  blocked: [117, "recoverable"],
}
const NAME_MAX = 64
/** A name without a type is a service's; no more than rgmanager keeps of it. */
export const fullName = (name: string): string => (name.includes(":") ? name : `service:${name}`).slice(0, NAME_MAX)
/** The panel's name of a service; undefined for a type that it has not. */
export function panelName(name: string): string | undefined {
  const full = fullName(name)
  return full.startsWith("service:") ? full.slice("service:".length) : undefined
}
const groupOf = (name: string, status: ServiceStatus): TwinGroup => {
  const [state, stateName] = stateNumbers[status.state]
  return {
    ...{ name: fullName(name), state, stateName, isFrozen: status.isFrozen, isPartial: status.off.length > 0 },
    ...{ owner: status.owner, lastOwner: status.lastOwner, restarts: status.restarts, sinceMs: status.sinceMs },
  }
}
const victims: readonly NodeSummary["state"][] = ["lost", "unreachable"]
const up: readonly NodeSummary["state"][] = ["online", "returning"]
/** Members only; `hostName` is this machine's, with or without its domain. */
export function twinView({ cluster, nowMs, quorum, isLocked, nodes, services }: OverviewView, hostName: string): TwinView {
  const isLocal = ({ name, host }: NodeSummary) => [name, host].some((n) => n === hostName || n === hostName.split(".")[0])
  return {
    ...{ name: cluster.name, nowMs, isQuorate: quorum.isQuorate, isLocked },
    nodes: nodes
      .filter(({ isMember }) => isMember)
      .map((node, i) => ({
        ...{ name: node.name, id: i + 1, isUp: up.includes(node.state), isLocal: isLocal(node) },
        hasManager: node.state === "online" && !node.isInMaintenance,
        isVictim: victims.includes(node.state),
      })),
    groups: services.map(({ name, status }) => groupOf(name, status)).sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}
/** As C's ctime() without its newline: `Wed Sep  3 15:42:01 2014`, local time. */
export function ctime(ms: number): string {
  const date = new Date(ms)
  const two = (n: number) => String(n).padStart(2, "0")
  const [day, month] = [date.toDateString().slice(0, 3), date.toDateString().slice(4, 7)]
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")
  return `${day} ${month} ${String(date.getDate()).padStart(2)} ${time} ${date.getFullYear()}`
}
