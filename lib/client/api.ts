import { createORPCClient } from "@orpc/client"
import { RPCLink } from "@orpc/client/fetch"
import type { RouterClient } from "@orpc/server"
import { createTanstackQueryUtils } from "@orpc/tanstack-query"
import { type Report, reportOfIssue } from "../domain/report"
import type { PlanView } from "../domain/views"
import type { Router } from "../verbs/router"

const link = new RPCLink({ url: () => `${window.location.origin}/api/rpc` })
export const client: RouterClient<Router> = createORPCClient(link)
/** Query and mutation options of every verb. */
export const api = createTanstackQueryUtils(client)

type Refusal = { readonly reports: readonly Report[]; readonly plan?: PlanView }
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null

/** What the server refused with; undefined when it was no refusal (no network, a fault). */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!isObject(error) || !isObject(error.data)) return undefined
  const { reports, plan, issues } = error.data
  if (Array.isArray(reports)) return { reports, ...(isObject(plan) ? { plan: plan as unknown as PlanView } : {}) } // our own server's answer
  if (Array.isArray(issues)) return { reports: issues.map(reportOfIssue) }
  return undefined
}
