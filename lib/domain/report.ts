import { balancerCodes, balancerWarnings } from "./balancer-codes"

/** A coded message with parameters; its words live in the catalogue under `reports.<code>`. */
export const reportCodes = [
  "notFound",
  "nameTaken",
  "inUse",
  "invalid",
  "serviceNotRunning",
  "serviceRunning",
  "serviceFailed",
  "serviceBlocked",
  "serviceBusy",
  "serviceDisabled",
  "ownerUnknown",
  "runsTwice",
  "targetIllegal",
  "noTarget",
  "noQuorum",
  "lockedByJob",
  "planStale",
  "planExpired",
  "planApplied",
  "nodeUnreachable",
  "hostKeyChanged",
  "hostKeyUnconfirmed",
  "loginFailed",
  "passwordLoginOff",
  "sudoMissing",
  "lastAdmin",
  "wrongPassword",
  "tooManyAttempts",
  "jobNotWaiting",
  "onlyInDemo",
  "secretParameter",
  "roleMissing",
  "loginNeeded",
  "tokenWrong",
  "alreadySetUp",
  "selfRemoval",
  "nodeOwnsService",
  "agentUnknown",
  "noFenceDevice",
  "noRunner",
  "witnessAgainst",
  "reasonTooShort",
  "notSure",
  "sawNothing",
  "secondPersonNeeded",
  "samePerson",
  "onlyByPassword",
  "powerBusy",
  "nodeNameReserved",
  "serviceFrozen",
  "serviceNotFrozen",
  "clusterLocked",
  "clusterNotLocked",
  "dependencyNotStarted",
  "neededBy",
  "notPartial",
  "cannotMigrate",
  "serviceRecovering",
  "serviceUnknown",
  "serviceFrozenAlready",
  "serviceDisabledAlready",
  "serviceStoppedAlready",
  "nodeNotLost",
  "nodeAnswers",
  "nodeInMaintenance",
  "nodeNotInMaintenance",
  "nodeNotOnline",
  "nameNotTyped",
  "childForbidden",
  "shareMissing",
  "shareInUse",
  "dependsInCircle",
  "needsPlan",
  "valueTaken",
  "gateClosed",
  "rollingUnderWay",
  "roleTooHigh",
  "tokenUnknown",
  "tokenExpired",
  "tokenRevoked",
  "keyInvalid",
  "keyReused",
  "outcomeUnknown",
  "answerGone",
  "verbUnknown",
  "methodWrong",
  "tooLarge",
  "notJson",
  "fault",
  "confUnreadable",
  "confMissing",
  "confTooMany",
  "conflictUndecided",
  ...balancerCodes,
  ...balancerWarnings,
] as const
export type ReportCode = (typeof reportCodes)[number]
export type Report = { readonly code: ReportCode; readonly params: Readonly<Record<string, string>>; readonly field?: string }
export const report = (code: ReportCode, params: Report["params"] = {}, field?: string): Report =>
  field === undefined ? { code, params } : { code, params, field }

/** Allowed, or the reports that say why not. */
export type Verdict<T = undefined> =
  | { readonly allowed: true; readonly value: T }
  | { readonly allowed: false; readonly reports: readonly Report[] }
export const refuse = (...reports: readonly Report[]): { readonly allowed: false; readonly reports: readonly Report[] } => ({
  allowed: false,
  reports,
})
export const allow = <T>(value: T): Verdict<T> => ({ allowed: true, value })

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null
/** What oRPC tells of an input that does not fit, as a report about its field. */
export const reportOfIssue = (issue: unknown): Report => {
  const { message = "", path = [] } = isObject(issue) ? issue : {}
  const field = Array.isArray(path) ? path.map((part) => (isObject(part) ? part.key : part)).join(".") : ""
  return report("invalid", { detail: String(message) }, field)
}
