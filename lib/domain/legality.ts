import { type Report, type ReportCode, report } from "./report"
import type { ServiceState } from "./service"

/** What may be asked of a service; the names of clusvcadm's -e -d -s -r -R -M -Z -U -c. */
export const serviceCommands = ["start", "disable", "stop", "relocate", "restart", "migrate", "freeze", "unfreeze", "convalesce"] as const
export type ServiceCommand = (typeof serviceCommands)[number]

/**
 * "act": it is done. "wait": another job is at work, which has the word (rgmanager queues the request or answers EAGAIN).
 * "nothing": it is so already. "refuse": not in this state. The code says why, and what to do instead.
 */
export type Cell = "act" | "wait" | { readonly nothing: ReportCode } | { readonly refuse: ReportCode }

const nothing = (code: ReportCode): Cell => ({ nothing: code })
const refuse = (code: ReportCode): Cell => ({ refuse: code })
const failed = refuse("serviceFailed")
const blocked = refuse("serviceBlocked")
const disabled = refuse("serviceDisabled")
const unknown = refuse("serviceUnknown")
const notPartial = refuse("notPartial")
const cannotMigrate = refuse("cannotMigrate")

/**
 * rgmanager's legality matrix (service-manager.md §2.8), row by row. It differs where a node is lost: a `blocked` service takes no
 * command until its node is fenced or confirmed off, for rgmanager's "mark it and succeed" would forget who may still hold it.
 */
export const legality: Readonly<Record<ServiceCommand, Readonly<Record<ServiceState, Cell>>>> = {
  start: {
    stopped: "act",
    starting: nothing("serviceBusy"),
    stopping: "wait",
    started: nothing("serviceRunning"),
    recoverable: "act",
    recovering: nothing("serviceBusy"),
    failed,
    disabled: "act",
    uninitialized: "act",
    blocked,
  },
  disable: {
    stopped: "act",
    starting: "wait",
    stopping: "wait",
    started: "act",
    recoverable: "act",
    recovering: "wait",
    failed: "act",
    disabled: nothing("serviceDisabledAlready"),
    uninitialized: "act",
    blocked,
  },
  stop: {
    stopped: nothing("serviceStoppedAlready"),
    starting: "wait",
    stopping: "wait",
    started: "act",
    recoverable: refuse("serviceRecovering"),
    recovering: "wait",
    failed,
    disabled: nothing("serviceDisabledAlready"),
    uninitialized: nothing("serviceUnknown"),
    blocked,
  },
  relocate: {
    stopped: "act",
    starting: "wait",
    stopping: "wait",
    started: "act",
    recoverable: "act",
    recovering: "wait",
    failed,
    disabled,
    uninitialized: unknown,
    blocked,
  },
  restart: {
    stopped: "act",
    starting: "wait",
    stopping: "wait",
    started: "act",
    recoverable: refuse("serviceRecovering"),
    recovering: "wait",
    failed,
    disabled,
    uninitialized: unknown,
    blocked,
  },
  migrate: {
    stopped: cannotMigrate,
    starting: "wait",
    stopping: "wait",
    started: "act",
    recoverable: "wait",
    recovering: "wait",
    failed: cannotMigrate,
    disabled: cannotMigrate,
    uninitialized: cannotMigrate,
    blocked,
  },
  freeze: {
    stopped: "act",
    starting: "wait",
    stopping: "wait",
    started: "act",
    recoverable: "wait",
    recovering: "wait",
    failed: "wait",
    disabled: "act",
    uninitialized: "wait",
    blocked,
  },
  unfreeze: {
    stopped: "act",
    starting: "wait",
    stopping: "wait",
    started: "act",
    recoverable: "wait",
    recovering: "wait",
    failed: "wait",
    disabled: "act",
    uninitialized: "wait",
    // Its flag outlives the node: it may be taken off while the node is lost.
    blocked: "act",
  },
  convalesce: {
    stopped: notPartial,
    starting: "wait",
    stopping: "wait",
    started: "act",
    recoverable: "wait",
    recovering: "wait",
    failed: notPartial,
    disabled: notPartial,
    uninitialized: notPartial,
    blocked,
  },
}

/** Commands that start something somewhere: a locked cluster takes none of them, stops are allowed (§2.8). */
const starting: readonly ServiceCommand[] = ["start", "relocate", "restart", "migrate", "convalesce"]

export type Standing = {
  readonly service: string
  readonly state: ServiceState
  readonly owner: string | undefined
  readonly isFrozen: boolean
  readonly isLocked: boolean
  readonly isQuorate: boolean
  readonly isPartial: boolean
}
/** rgmanager's EFROZEN: a frozen service takes nothing but its unfreezing. */
function frozenRefusal(command: ServiceCommand, isFrozen: boolean): ReportCode | undefined {
  if (command === "unfreeze") return isFrozen ? undefined : "serviceNotFrozen"
  if (!isFrozen) return undefined
  return command === "freeze" ? "serviceFrozenAlready" : "serviceFrozen"
}
function stateRefusal(cell: Cell): ReportCode | undefined {
  if (cell === "act") return undefined
  if (cell === "wait") return "serviceBusy"
  return "nothing" in cell ? cell.nothing : cell.refuse
}
/** The same answer for the button and for the server: undefined when the command may be planned. */
export function illegal(command: ServiceCommand, s: Standing): Report | undefined {
  const params = { service: s.service, state: s.state, node: s.owner ?? "" }
  if (!s.isQuorate) return report("noQuorum")
  const code = frozenRefusal(command, s.isFrozen) ?? stateRefusal(legality[command][s.state])
  if (code !== undefined) return report(code, params)
  if (s.isLocked && starting.includes(command)) return report("clusterLocked", params)
  return command === "convalesce" && !s.isPartial ? report("notPartial", params) : undefined
}
