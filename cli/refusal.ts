import type { Report } from "../lib/domain/report"
import type { PlanView } from "../lib/domain/views"
import { Ended, exits } from "./exit"
import { sayReport } from "./words"

/** What the panel answers when it refuses: as the router throws it, and as the door for programs is read. */
export type Refusal = {
  readonly status: number
  readonly reports: readonly Report[]
  readonly plan?: PlanView
  readonly by?: readonly string[]
}
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null

/** An error of the API with its reports. */
export class PanelError extends Error {
  override readonly name = "PanelError"
  readonly status: number
  readonly data: { readonly reports: readonly Report[] }
  constructor(status: number, message: string, data: PanelError["data"]) {
    super(message)
    this.status = status
    this.data = data
  }
}
/** Undefined for anything that is no refusal. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!isObject(error) || typeof error.status !== "number" || !isObject(error.data)) return undefined
  const { reports, plan, by, issues } = error.data
  const extra = { ...(isObject(plan) ? { plan: plan as unknown as PlanView } : {}), ...(Array.isArray(by) ? { by: by.map(String) } : {}) } // our own server's answer
  if (Array.isArray(reports)) return { status: error.status, reports, ...extra }
  if (Array.isArray(issues)) return { status: error.status, reports: issues.map(reportOfIssue) }
  return undefined
}
const reportOfIssue = (issue: unknown): Report => {
  const { message = "", path = [] } = isObject(issue) ? issue : {}
  return { code: "invalid", params: { detail: String(message) }, field: Array.isArray(path) ? path.join(".") : "" }
}
const exitOf = (status: number): number => {
  if (status === 401 || status === 403) return exits.notAllowed
  return status >= 500 ? exits.failed : exits.refused
}
/** Anything that a command may end with. */
export function endOf(error: unknown): Ended {
  if (error instanceof Ended) return error
  const refusal = refusalOf(error)
  if (refusal === undefined) return new Ended(exits.failed, error instanceof Error ? error.message : String(error), { code: "fault" })
  const { status, reports, plan } = refusal
  const text = reports.length === 0 && error instanceof Error ? error.message : reports.map(sayReport).join("\n")
  const hint = status === 401 ? "\nLog in by `moyai login URL`, or set MOYAI_URL and MOYAI_TOKEN." : ""
  return new Ended(exitOf(status), text + hint, { code: reports[0]?.code ?? "fault", reports, ...(plan ? { plan } : {}) })
}
