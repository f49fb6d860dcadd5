import type { AuditView } from "../../lib/domain/audit"
import { balancerNeeds } from "../../lib/domain/balancer-needs"
import type { JobSummary, NodeSummary, OverviewView, ServiceRow } from "../../lib/domain/views"
import type { Panel } from "../panel"
import { ago, plain, table, timeOf } from "../table"
import { say, sayReason, sayTitle } from "../words"
import { type Common, type Deps, here, print } from "./context"

const nodeRows = (nodes: readonly NodeSummary[], nowMs: number) =>
  nodes.map((n) => [
    n.name,
    say(`common.nodeStates.${n.state}`),
    n.isMember ? (n.isInMaintenance ? "in maintenance" : "") : "not a member",
    `${n.host}:${n.port}`,
    ago(nowMs - n.sinceMs),
    n.reason ? sayReason(n.reason) : "",
  ])
const nodeTable = (nodes: readonly NodeSummary[], nowMs: number) =>
  table(["NODE", "STATE", "", "ADDRESS", "SINCE", ""], nodeRows(nodes, nowMs))
const flagsOf = ({ isFrozen, off }: ServiceRow["status"]): string =>
  [isFrozen ? "frozen" : "", off.length > 0 ? `without ${off.join(", ")}` : ""].filter(Boolean).join(", ")
const serviceTable = (services: readonly ServiceRow[], nowMs: number) =>
  table(
    ["SERVICE", "STATE", "NODE", "ADDRESS", "SINCE", ""],
    services.map(({ name, status, address }) => [
      name,
      say(`common.states.${status.state}`),
      status.owner ?? (status.lastOwner === undefined ? "" : `(${status.lastOwner})`),
      address ?? "",
      ago(nowMs - status.sinceMs),
      [flagsOf(status), status.reason ? sayReason(status.reason) : ""].filter(Boolean).join("; "),
    ]),
  )
const attentionOf = (item: OverviewView["attention"][number]): string => {
  switch (item.kind) {
    case "service":
      return `${item.service} is ${say(`common.states.${item.state}`)}${item.reason ? `: ${sayReason(item.reason)}` : ""}`
    case "node":
      return `${item.node} is ${say(`common.nodeStates.${item.state}`)}${item.reason ? `: ${sayReason(item.reason)}` : ""}`
    case "job":
      return `job ${item.jobId} ${say(`common.jobStates.${item.state}`)}: ${sayTitle(item.subject)}${item.reason ? `: ${sayReason(item.reason)}` : ""}`
    case "maintenance":
      return `${item.node} is out for maintenance${item.services.length > 0 ? `, and still runs ${item.services.join(", ")}` : ""}`
    case "locked":
      return `the cluster is locked by ${item.by}: nothing is started, moved or recovered`
    case "noFencing":
      return `nothing can surely switch off ${item.nodes.map(({ node }) => node).join(", ")}`
    case "twice":
      return `${item.service} is active on more than one node: ${item.nodes.join(", ")}`
    case "bootEnabled":
      return `${item.unit} of ${item.service} starts at boot on ${item.nodes.join(", ")}`
    default:
      return item satisfies never
  }
}
export async function status(deps: Deps, options: Common): Promise<void> {
  const { panel, clusterId } = await here(deps, options)
  const [view, rows] = await Promise.all([panel.overview.get({ clusterId }), panel.balancer.list({ clusterId })])
  const balancers = rows.map((row) => ({ name: row.name, needs: balancerNeeds(row) })).filter(({ needs }) => needs.length > 0)
  const { members, known, isQuorate } = view.quorum
  const head = `${view.cluster.name}: ${isQuorate ? "quorate" : "NOT quorate"}, ${known} of ${members} members known${view.isLocked ? ", LOCKED" : ""}\n`
  const ofBalancers = balancers.map(
    ({ name, needs }) => `${name}: ${needs.map(({ code, params }) => say(`overview.balancer.${code}`, params)).join("; ")}`,
  )
  const needs = [...view.attention.map(attentionOf), ...ofBalancers].map((text) => `  ! ${plain(text)}\n`).join("")
  print(
    deps.io,
    options,
    { ...view, balancers },
    [head, nodeTable(view.nodes, view.nowMs), serviceTable(view.services, view.nowMs), needs].filter(Boolean).join("\n"),
  )
}
export async function nodes(deps: Deps, options: Common): Promise<void> {
  const { panel, clusterId } = await here(deps, options)
  const view = await panel.overview.get({ clusterId })
  print(deps.io, options, view.nodes, nodeTable(view.nodes, view.nowMs))
}
export async function services(deps: Deps, options: Common): Promise<void> {
  const { panel, clusterId } = await here(deps, options)
  const view = await panel.overview.get({ clusterId })
  print(deps.io, options, view.services, serviceTable(view.services, view.nowMs))
}
const jobRow = (job: JobSummary) => [
  job.id,
  timeOf(job.createdMs),
  say(`common.jobStates.${job.state}`),
  sayTitle(job.subject),
  job.reason.who,
  job.waitingFor ? sayReason(job.waitingFor) : job.reason.why,
]
export async function jobs(deps: Deps, options: Common): Promise<void> {
  const { panel, clusterId } = await here(deps, options)
  const list = await panel.job.list({ clusterId })
  print(deps.io, options, list, table(["JOB", "ASKED AT", "STATE", "WHAT", "BY", ""], list.map(jobRow)))
}
const auditRow = (row: AuditView) => [String(row.id), timeOf(row.atMs), row.user, row.through, row.verb, row.outcome, row.why]
/** The newest fifty, or those before `before`. */
export async function audit(deps: Deps, options: Common & { readonly before?: number }): Promise<void> {
  const panel = await deps.panel()
  const list = await panel.audit.list(options.before === undefined ? {} : { beforeId: options.before })
  print(deps.io, options, list, table(["ID", "AT", "WHO", "THROUGH", "VERB", "OUTCOME", "WHY"], list.map(auditRow)))
}
async function namedOf(panel: Panel, clusterId: string, kind: string): Promise<readonly { readonly name: string }[]> {
  if (kind === "balancers") return panel.balancer.list({ clusterId })
  const view = await panel.overview.get({ clusterId })
  return kind === "nodes" ? view.nodes : view.services
}
/** One name a line: what the shell completes. Nothing where the panel does not answer. */
export async function names(deps: Deps, kind: string, options: Common): Promise<void> {
  try {
    const { panel, clusterId } = await here(deps, options)
    deps.io.out((await namedOf(panel, clusterId, kind)).map(({ name }) => `${name}\n`).join(""))
  } catch {
    // Completion is silent.
  }
}
