import { legality, type ServiceCommand } from "../../lib/domain/legality"
import type { Report, ReportCode } from "../../lib/domain/report"
import type { ServiceState } from "../../lib/domain/service"
import type { Result } from "./codes"

/** What follows from a refusal: a result; wait and ask again; ask again without a preferred node. */
export type Follow = Result | "wait" | "anywhere"

type Row = Readonly<Record<Exclude<ServiceState, "blocked">, Follow>>
/** Where the state itself says no (§2.8). "SUCCESS" is done already; "wait" is serialised behind what is under way. */
export const refusedIn: Readonly<Record<ServiceCommand, Row>> = {
  start: {
    ...{ stopped: "EFAIL", starting: "ERUN", stopping: "ERUN", started: "ERUN", recoverable: "EFAIL" },
    ...{ recovering: "SUCCESS", failed: "EFAIL", disabled: "EFAIL", uninitialized: "EFAIL" },
  },
  disable: {
    ...{ stopped: "EFAIL", starting: "wait", stopping: "wait", started: "EFAIL", recoverable: "EFAIL" },
    ...{ recovering: "wait", failed: "EWARNING", disabled: "SUCCESS", uninitialized: "EFAIL" },
  },
  stop: {
    ...{ stopped: "SUCCESS", starting: "wait", stopping: "wait", started: "EFAIL", recoverable: "EFAIL" },
    ...{ recovering: "wait", failed: "EFAIL", disabled: "SUCCESS", uninitialized: "SUCCESS" },
  },
  relocate: {
    ...{ stopped: "EFAIL", starting: "wait", stopping: "wait", started: "EFAIL", recoverable: "EFAIL" },
    ...{ recovering: "wait", failed: "EABORT", disabled: "EINVAL", uninitialized: "EINVAL" },
  },
  restart: {
    ...{ stopped: "EFAIL", starting: "wait", stopping: "wait", started: "EFAIL", recoverable: "EFAIL" },
    ...{ recovering: "wait", failed: "EFAIL", disabled: "EINVAL", uninitialized: "EINVAL" },
  },
  // The panel moves nothing while it runs: what started ones could do, no service here can.
  migrate: {
    ...{ stopped: "EFAIL", starting: "EAGAIN", stopping: "EAGAIN", started: "EINVAL", recoverable: "EAGAIN" },
    ...{ recovering: "EAGAIN", failed: "EFAIL", disabled: "EFAIL", uninitialized: "EFAIL" },
  },
  freeze: {
    ...{ stopped: "EFAIL", starting: "EAGAIN", stopping: "EAGAIN", started: "EFAIL", recoverable: "EAGAIN" },
    ...{ recovering: "EAGAIN", failed: "EAGAIN", disabled: "EFAIL", uninitialized: "EAGAIN" },
  },
  unfreeze: {
    ...{ stopped: "EFAIL", starting: "EAGAIN", stopping: "EAGAIN", started: "EFAIL", recoverable: "EAGAIN" },
    ...{ recovering: "EAGAIN", failed: "EAGAIN", disabled: "EFAIL", uninitialized: "EAGAIN" },
  },
  convalesce: {
    ...{ stopped: "EINVAL", starting: "EAGAIN", stopping: "EAGAIN", started: "ERUN", recoverable: "EAGAIN" },
    ...{ recovering: "EAGAIN", failed: "EINVAL", disabled: "EINVAL", uninitialized: "EINVAL" },
  },
}
/** Refusals that mean the same in every state. */
const always: Partial<Record<ReportCode, Result>> = {
  ...{ serviceFrozen: "EFROZEN", serviceFrozenAlready: "SUCCESS", serviceNotFrozen: "SUCCESS" },
  ...{ noQuorum: "EQUORUM", clusterLocked: "EAGAIN", serviceBlocked: "EFENCE", planStale: "EAGAIN", planExpired: "EAGAIN" },
  ...{ dependencyNotStarted: "EDEPEND", neededBy: "EDEPEND", nodeUnreachable: "ENODE", ownerUnknown: "EFENCE", runsTwice: "EFAIL" },
  ...{ roleMissing: "EPERM", loginNeeded: "EPERM", notFound: "ENOSERVICE", noTarget: "EFAIL" },
}
const starts: readonly ServiceCommand[] = ["start", "relocate"]
/**
 * A relocation takes another node when the preferred one is away or not allowed; a start does so only where it would get in the way of an
 * exclusive service (§2.8).
 */
function badTarget(command: ServiceCommand, because: string | undefined): Follow {
  if (because === "notEmpty" || because === "runsExclusive") return command === "relocate" ? "EDEPEND" : "anywhere"
  if (command === "relocate") return "anywhere"
  return because === "offline" || because === "inMaintenance" ? "ENODE" : "EFAIL"
}
/** A job that holds the service, before or after its state shows it. */
export type Holder = { readonly kind: string; readonly isWaiting: boolean }
function heldBy(command: ServiceCommand, state: ServiceState, holder: Holder | undefined): Follow | undefined {
  if (holder === undefined || legality[command][state] !== "act") return undefined
  // It waits for a person: nobody knows how long.
  return holder.isWaiting ? "EAGAIN" : "wait"
}
/** What clusvcadm answers where the panel refuses. */
export function followOf(
  command: ServiceCommand,
  state: ServiceState,
  reports: readonly Pick<Report, "code" | "params">[],
  holder?: Holder,
): Follow {
  const [first] = reports
  if (first === undefined) return "EFAIL"
  if (first.code === "targetIllegal") return badTarget(command, first.params.because)
  const known = always[first.code]
  if (known !== undefined) return known
  if (starts.includes(command) && holder?.kind === "relocate" && !holder.isWaiting) return "EDEADLCK"
  if (state === "blocked") return "EFENCE"
  return heldBy(command, state, holder) ?? refusedIn[command][state]
}
