import { bind } from "../../agents/registry"
import type { Clock } from "../clock"
import type { Db } from "../db/client"
import type { ServiceDefinition } from "../db/definitions"
import { isOvertaken, statusAfter } from "../domain/job-status"
import { decide, type KeeperAction, type Look } from "../domain/keeper"
import { type Change, changeKinds } from "../domain/plan"
import { planRepair } from "../domain/repair-plan"
import type { Verdict } from "../domain/report"
import type { ServiceState, ServiceStatus } from "../domain/service"
import { planRecover, planRelocate, planStart, planStop } from "../domain/service-plan"
import type { Describe, ServicePlan, ServicePlanRequest } from "../domain/service-request"
import { silentOf } from "../domain/service-request"
import type { Coded, JobKind } from "../domain/views"
import type { Inventory } from "../inventory/inventory"
import { type Job, jobOf, serviceLock } from "../jobs/job"
import type { Outcome } from "../jobs/run-job"
import { submit } from "../jobs/submit"
import type { Found, Ledger } from "./ledger"
import type { Looks } from "./looks"
import { monitorName, situationOf } from "./situation"

/** Words and exact command of a call, by its driver. */
export const describe: Describe = (call) => {
  const { sentence, command } = bind(call)
  return { sentence, command: command.masked }
}
type Parts = {
  readonly db: Db
  readonly ledger: Ledger
  readonly inventory: Inventory
  readonly clock: Clock
  readonly looks: Looks
  readonly take: (jobId: string) => void
  readonly newId: () => string
}

function lookOf({ inventory, clock }: Parts, { cluster, service }: Found): Look {
  const request = situationOf(cluster, service, inventory.facts, describe)
  const { owner } = service.status
  const times = service.resources.flatMap(({ name, driver }) => {
    const seen = owner === undefined ? undefined : inventory.facts.get(cluster.id, owner, monitorName(driver, name))
    return seen ? [[name, seen.atMs] as const] : []
  })
  return {
    ...{ request, status: service.status, missing: silentOf(request), isBusy: false, nowMs: clock.nowMs() },
    checkedAtMs: Object.fromEntries(times),
  }
}

/** One look at one service, and what follows from it. A job that came in between has the last word. */
export async function lookAtService(parts: Parts, clusterId: string, name: string): Promise<void> {
  const { ledger, looks } = parts
  const found = ledger.find(clusterId, name)
  if (!found) return
  const look = lookOf(parts, found)
  const { status, action, onceActed } = decide(look)
  if (status === found.service.status && action === undefined) return
  if ((await ledger.locks()).has(serviceLock(clusterId, name))) return
  await ledger.setService(found, status)
  if (!action) return
  // What is started rests on what the nodes say now, not on their last regular check.
  if (!looks.isDone(found.cluster, found.service)) return
  const submitted = await act(parts, clusterId, name, action)
  if (submitted === "submitted") looks.spent(clusterId, name)
  const now = ledger.find(clusterId, name)
  if (now && submitted !== "later") await ledger.setService(now, onward(now.service.status, onceActed))
}
/** Counters and answered events are the decision's; place and state may be the job's by now. */
const onward = (now: ServiceStatus, acted: ServiceStatus): ServiceStatus => ({
  ...now,
  restartsAtMs: acted.restartsAtMs,
  counters: acted.counters,
  pending: acted.pending,
})

type Submitted = "submitted" | "refused" | "later"
function planFor(r: ServicePlanRequest, action: KeeperAction): Verdict<ServicePlan> {
  switch (action.type) {
    case "start":
      return planStart(r, action.target)
    case "relocate":
      return planRelocate(r, action.target)
    case "recover":
      return planRecover(r, action.policy)
    case "disable":
    case "stop":
      return planStop(r, action.type)
    case "repair":
      return planRepair(r, action.restart, action.leaveOff)
    default:
      return action satisfies never
  }
}
const whyOf: Readonly<Record<KeeperAction["type"], string>> = {
  start: "autostart",
  relocate: "failback",
  recover: "checkFailed",
  disable: "checkFailed",
  stop: "dependencyStopped",
  repair: "checkFailed",
}
const kindOf = ({ type }: KeeperAction): JobKind => type

/** The keeper asks like anybody: a plan by the same planner, a job with its reason. */
async function act(parts: Parts, clusterId: string, name: string, action: KeeperAction): Promise<Submitted> {
  const { db, ledger, inventory, clock, take, newId } = parts
  const found = ledger.find(clusterId, name)
  if (!found) return "later"
  const verdict = planFor(situationOf(found.cluster, found.service, inventory.facts, describe), action)
  if (!verdict.allowed) {
    const [why] = verdict.reports
    const { status } = found.service
    if (why && status.reason?.code !== why.code)
      await ledger.setService(found, { ...status, reason: { code: why.code, params: why.params } })
    return "refused"
  }
  const { from, to } = verdict.value
  const subject = { kind: kindOf(action), service: name, from, to }
  const reason = { who: "keeper", through: "keeper" as const, why: whyOf[action.type] }
  const locks = locksOf(clusterId, name, verdict.value.changes)
  const job = jobOf(newId(), clusterId, verdict.value, { subject, reason, locks })
  const submitted = await submit(db, { job, verb: `keeper.${action.type}`, input: subject })
  if (!submitted.allowed) return "later"
  // Its place is taken from now on: what is decided next sees it there.
  if (action.type === "start" && to !== undefined)
    await ledger.setService(
      found,
      { ...found.service.status, state: "starting", owner: to, sinceMs: clock.nowMs(), reason: undefined },
      job.id,
    )
  take(job.id)
  return "submitted"
}
/** Every service that the plan touches. */
export const locksOf = (clusterId: string, name: string | undefined, changes: readonly Change[]): readonly string[] => [
  ...new Set([...(name === undefined ? [] : [name]), ...changes.map(({ service }) => service)].map((s) => serviceLock(clusterId, s))),
]

/** Only a job that holds the service's lock says anything of its state; one about its unit's boot does not. */
export const heldBy = (ledger: Ledger, { clusterId, locks }: Job, service: string): Found | undefined =>
  locks.includes(serviceLock(clusterId, service)) ? ledger.find(clusterId, service) : undefined

/** What a job does to which service; jobs of an earlier version say it by their subject alone. */
export function changesOf({ changes, subject: { kind, service, from, to } }: Job): readonly Change[] {
  if (changes.length > 0 || service === undefined) return changes
  return isChange(kind) ? [{ service, kind, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }] : []
}
const isChange = (kind: JobKind): kind is Change["kind"] => changeKinds.some((one) => one === kind)

/** Why it may not go on: it mends parts of a service on a node that was off meanwhile. */
export function overtaken(ledger: Ledger, job: Job): Coded | undefined {
  const late = changesOf(job).some((change) => {
    const found = heldBy(ledger, job, change.service)
    return found !== undefined && isOvertaken(found.service.status, change)
  })
  return late ? { code: "nodeIsOff", params: {} } : undefined
}

const SEEN_MS = 2_000
/** A job has come to rest: it is noted (unless it waits for the same as before, `isNoted`), and the states that it leaves are written by what the nodes say now. */
export async function afterJob({ ledger, inventory, clock }: Parts, outcome: Outcome, isNoted = false): Promise<void> {
  if (outcome.state === "parked") return
  const { job, state } = outcome
  const { kind, service, node, from, to, balancer } = job.subject
  const params = { kind, who: job.reason.who, ...(from ? { from } : {}), ...(to ? { to } : {}), ...(balancer ? { balancer } : {}) }
  const about = { ...(service ? { service } : {}), ...(node ? { node } : {}) }
  if (!isNoted) await ledger.note(job.clusterId, `job.${state}`, state === "succeeded" ? "ok" : "need", { jobId: job.id, params, ...about })
  const changes = changesOf(job).filter((change) => heldBy(ledger, job, change.service))
  const nodes = new Set(job.steps.map(({ call }) => call.node).filter((name) => !isKnownOff(ledger, job.clusterId, name)))
  // Nothing of services: what its nodes say by now is seen all the same, and one that died keeps the keeper from nothing.
  if (changes.length === 0 && balancer !== undefined)
    await Promise.race([inventory.readNow(job.clusterId, [...nodes]), clock.sleep(SEEN_MS)])
  if (changes.length === 0) return
  await inventory.readNow(job.clusterId, [...nodes])
  for (const change of changes) await concludeOne({ ledger, clock }, outcome, change)
}
export function isKnownOff(ledger: Ledger, clusterId: string, node: string): boolean {
  const state = ledger.cluster(clusterId)?.nodes.find(({ name }) => name === node)?.status.state
  return state === "fenced" || state === "confirmed"
}
async function concludeOne({ ledger, clock }: Pick<Parts, "ledger" | "clock">, outcome: Outcome, change: Change): Promise<void> {
  const { job, state } = outcome
  const found = heldBy(ledger, job, change.service)
  if (!found || state === "parked") return
  const own = (step: Job["steps"][number]) => step.service === undefined || step.service === change.service
  // Another service fell back and the job ended with it: what was under way with this one is looked at, what was not begun is as it was.
  if (job.follows !== undefined && !job.steps.some(own) && state === "succeeded") return lookAnew({ ledger, clock }, found)
  const startedOn = job.steps.findLast((step) => own(step) && step.call.op === "start")?.call.node
  const failed =
    state === "succeeded" ? outcome.passed.flatMap((i) => job.steps[i] ?? []).filter((s) => own(s) && s.call.op === "start") : []
  // Several services in one job: it waits for one of them, and the others are where their steps left them.
  const isIts = outcome.state === "waiting" && (outcome.waitingFor.params.service ?? change.service) === change.service
  const waitingFor = outcome.state === "waiting" && isIts ? outcome.waitingFor : null
  const leftOff = rootsOf(
    found.service,
    failed.map(({ call }) => nameOf(call.params)),
  )
  const end = { change, state, startedOn, leftOff, waitingFor }
  await ledger.setService(found, statusAfter(found.service.status, end, clock.nowMs()), job.id)
}
const nameOf = (params: unknown): string =>
  typeof params === "object" && params !== null && "name" in params && typeof params.name === "string" ? params.name : ""
/** The non-critical subtrees that these resources belong to, by their topmost resource. */
function rootsOf({ resources }: ServiceDefinition, names: readonly string[]): readonly string[] {
  const rootOf = (name: string): readonly string[] => {
    const found = resources.find((r) => r.name === name)
    if (!found) return []
    const above = found.parent === null ? [] : rootOf(found.parent)
    return above.length > 0 || found.independentSubtree !== "nonCritical" ? above : [name]
  }
  return [...new Set(names.flatMap(rootOf))]
}

/** A service that a job is through with is where the job put it, whatever becomes of the others. */
export async function concludeEarly(parts: Pick<Parts, "ledger" | "clock">, job: Job, index: number): Promise<void> {
  const { ledger, clock } = parts
  for (const change of changesOf(job)) {
    const last = job.steps.findLastIndex((step) => step.service === change.service)
    const found = last >= 0 && last < index ? heldBy(ledger, job, change.service) : undefined
    if (!found || !ofJobs.includes(found.service.status.state)) continue
    const startedOn = job.steps.findLast((step) => step.service === change.service && step.call.op === "start")?.call.node
    const end = { change, state: "succeeded" as const, startedOn, leftOff: [], waitingFor: null }
    await ledger.setService(found, statusAfter(found.service.status, end, clock.nowMs()), job.id)
  }
}
async function lookAnew({ ledger, clock }: Pick<Parts, "ledger" | "clock">, found: Found): Promise<void> {
  const { status } = found.service
  if (ofJobs.includes(status.state))
    await ledger.setService(found, { ...status, state: "uninitialized", sinceMs: clock.nowMs(), reason: undefined })
}

const ofJobs: readonly ServiceState[] = ["starting", "stopping", "recovering"]
/** A state that only a job leaves, without a job: the last run ended between the job's end and the note of it. It is looked at anew. */
export async function findOrphans({ ledger, clock }: Pick<Parts, "ledger" | "clock">): Promise<void> {
  const locks = await ledger.locks()
  for (const cluster of ledger.clusters())
    for (const service of cluster.services)
      if (!locks.has(serviceLock(cluster.id, service.name))) await lookAnew({ ledger, clock }, { cluster, service })
}
