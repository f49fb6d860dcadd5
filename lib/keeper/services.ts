import { bind } from "../../agents/registry"
import type { Clock } from "../clock"
import type { Db } from "../db/client"
import { decide, statusAfter } from "../domain/keeper"
import type { ServiceState } from "../domain/service"
import { type Describe, planService } from "../domain/service-plan"
import type { Inventory } from "../inventory/inventory"
import { type Job, jobOf, serviceLock } from "../jobs/job"
import type { Outcome } from "../jobs/run-job"
import { submit } from "../jobs/submit"
import type { Found, Ledger } from "./ledger"
import { situationOf } from "./situation"

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
  readonly take: (jobId: string) => void
  readonly newId: () => string
}

/** One look at one service, and what follows from it. A job that came in between has the last word. */
export async function lookAtService(parts: Parts, clusterId: string, name: string, busy: ReadonlySet<string>): Promise<void> {
  const { ledger, inventory, clock } = parts
  const found = ledger.find(clusterId, name)
  const lock = serviceLock(clusterId, name)
  if (!found || busy.has(lock)) return
  const { cluster, service } = found
  const { states, off, isQuorate } = situationOf(cluster, service, inventory.facts, describe)
  const missing = cluster.nodes.filter((n) => n.isMember && !(n.name in states) && !off.includes(n.name)).map((n) => n.name)
  const look = { service, status: service.status, states, missing, isQuorate, isBusy: false, nowMs: clock.nowMs() }
  const { status, action } = decide(look)
  if (status === service.status && action === undefined) return
  if ((await ledger.locks()).has(lock)) return
  await ledger.setService(found, status)
  if (action) await act(parts, clusterId, name, action)
}

/** The keeper asks like anybody: a plan by the same planner, a job with its reason. */
async function act({ db, ledger, inventory, take, newId }: Parts, clusterId: string, name: string, action: "start" | "recover") {
  const found = ledger.find(clusterId, name)
  if (!found) return
  const verdict = planService(situationOf(found.cluster, found.service, inventory.facts, describe), action)
  if (!verdict.allowed) {
    const [why] = verdict.reports
    const { status } = found.service
    if (why && status.reason?.code !== why.code)
      await ledger.setService(found, { ...status, reason: { code: why.code, params: why.params } })
    return
  }
  const { from, to } = verdict.value
  const subject = { kind: action, service: name, from, to }
  const reason = { who: "keeper", through: "keeper" as const, why: action === "start" ? "autostart" : "checkFailed" }
  const job = jobOf(newId(), clusterId, verdict.value, { subject, reason, locks: [serviceLock(clusterId, name)] })
  const submitted = await submit(db, { job, verb: `keeper.${action}`, input: subject })
  if (submitted.allowed) take(job.id)
}

/** Only a job that holds the service's lock says anything of its state; one about its unit's boot does not. */
export const heldBy = (ledger: Ledger, { clusterId, subject, locks }: Job): Found | undefined =>
  locks.includes(serviceLock(clusterId, subject.service ?? "")) ? ledger.find(clusterId, subject.service) : undefined

/** A job has come to rest: it is noted, and the state that it leaves is written by what the nodes say now. */
export async function afterJob({ ledger, inventory, clock }: Parts, outcome: Outcome): Promise<void> {
  if (outcome.state === "parked") return
  const { job, state } = outcome
  const { kind, service, from, to } = job.subject
  const params = { kind, who: job.reason.who, ...(from ? { from } : {}), ...(to ? { to } : {}) }
  await ledger.note(job.clusterId, `job.${state}`, state === "succeeded" ? "ok" : "need", {
    jobId: job.id,
    params,
    ...(service ? { service } : {}),
  })
  if (!heldBy(ledger, job)) return
  await inventory.readNow(job.clusterId, [...new Set(job.steps.map(({ call }) => call.node))])
  const found = heldBy(ledger, job)
  if (!found) return
  const startedOn = job.steps.findLast(({ call }) => call.op === "start")?.call.node
  const waitingFor = outcome.state === "waiting" ? outcome.waitingFor : null
  const end = { subject: job.subject, state, startedOn, waitingFor }
  await ledger.setService(found, statusAfter(found.service.status, end, clock.nowMs()), job.id)
}

const ofJobs: readonly ServiceState[] = ["starting", "stopping", "recovering"]
/** A state that only a job leaves, without a job: the last run ended between the job's end and the note of it. It is looked at anew. */
export async function findOrphans({ ledger, clock }: Parts): Promise<void> {
  const locks = await ledger.locks()
  for (const cluster of ledger.clusters())
    for (const service of cluster.services)
      if (ofJobs.includes(service.status.state) && !locks.has(serviceLock(cluster.id, service.name)))
        await ledger.setService(
          { cluster, service },
          { ...service.status, state: "uninitialized", sinceMs: clock.nowMs(), reason: undefined },
        )
}
