import type { Change, Fallback, Interruption, Plan, Step } from "../domain/plan"
import type { Reason } from "../domain/roles"
import type { Coded, JobState, JobSubject } from "../domain/views"

/** A durable list of calls with what made it; everything but its state is fixed when it is stored. */
export type Job = {
  readonly id: string
  readonly clusterId: string
  readonly follows?: string | undefined
  readonly subject: JobSubject
  readonly reason: Reason
  readonly steps: readonly Step[]
  readonly fallbacks: readonly Fallback[]
  /** What it does to which service. */
  readonly changes: readonly Change[]
  readonly interrupted: readonly Interruption[]
  /** Held from submission to the end: "service:<cluster>/<name>". */
  readonly locks: readonly string[]
}
export type Entry = { readonly step: number; readonly atMs: number } & (
  | { readonly state: "started" }
  | { readonly state: "succeeded"; readonly output?: string | undefined }
  | { readonly state: "failed"; readonly reason: string; readonly output?: string | undefined }
)
export type JobEndState = Extract<JobState, "succeeded" | "failed" | "cancelled">

/** What survives the panel. */
export interface JobStore {
  journal(jobId: string): Promise<readonly Entry[]>
  append(jobId: string, entry: Entry): Promise<void>
  /** One transaction: this job ends as failed and the next one stands in its place, with its locks. Twice is once. */
  handOver(job: Job, next: Job, reason: Coded): Promise<void>
  setRunning(jobId: string): Promise<void>
  setWaiting(jobId: string, waitingFor: Coded): Promise<void>
  end(jobId: string, state: JobEndState, waitingFor: Coded | null): Promise<void>
}

export const nodeLock = (clusterId: string, node: string): string => `node:${clusterId}/${node}`
export const serviceLock = (clusterId: string, service: string): string => `service:${clusterId}/${service}`

/** A job of a plan. */
export const jobOf = (
  id: string,
  clusterId: string,
  { steps, fallbacks, changes, interrupted }: Pick<Plan, "steps" | "fallbacks" | "changes" | "interrupted">,
  about: Pick<Job, "subject" | "reason" | "locks">,
): Job => ({ id, clusterId, steps, fallbacks, changes, interrupted, ...about })

/**
 * Follows from the job and the service whose step failed alone, so that a crash between its failure and the hand-over loses nothing.
 * What was planned for other services is not gone on with: they are left as they are.
 */
export function fallbackJob(job: Job, service: string | undefined): Job | undefined {
  const own = job.fallbacks.filter((f) => f.service === undefined || f.service === service)
  const [next, ...fallbacks] = own
  if (!next) return undefined
  const { steps, node: to, kind } = next
  const changes = job.changes.map((change) =>
    change.service === service ? { ...change, to, ...(kind === undefined ? {} : { kind }) } : change,
  )
  // One of several services falls back: from now on the job is about it alone.
  const alone = service === job.subject.service ? undefined : changes.find((change) => change.service === service)
  const subject = alone ? { kind: alone.kind, service: alone.service, from: alone.from, to } : { ...job.subject, to }
  const interrupted = service === undefined ? [] : [{ service, fromStep: 0, untilStep: steps.length - 1 }]
  return { ...job, id: `${job.id}.f`, follows: job.id, subject, steps, fallbacks, changes, interrupted }
}
