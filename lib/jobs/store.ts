import { z } from "zod"
import { type Db, json } from "../db/client"
import { Change, Fallback, Interruption, Step } from "../domain/plan"
import { Reason } from "../domain/roles"
import { type Coded, type JobState, type JobSubject, jobKinds } from "../domain/views"
import type { Entry, Job, JobEndState, JobStore } from "./job"

type JobRow = Awaited<ReturnType<Db["job"]["findUniqueOrThrow"]>>
type Tx = Pick<Db, "job" | "lock" | "audit" | "journalEntry">

/** Megabytes may be in them, and they never change: who only wants to know how a job stands leaves them where they are. */
export const bulk = { steps: true, fallbacks: true, changes: true, interrupted: true, locks: true } as const

const Stored = z.object({
  steps: z.array(Step),
  fallbacks: z.array(Fallback),
  changes: z.array(Change).nullable(),
  interrupted: z.array(Interruption),
  locks: z.array(z.string()),
  reason: Reason,
})
export const Subject: z.ZodType<JobSubject> = z.object({
  kind: z.enum(jobKinds),
  service: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  node: z.string().optional(),
  domain: z.string().optional(),
  balancer: z.string().optional(),
})
export const CodedValue: z.ZodType<Coded> = z.object({ code: z.string(), params: z.record(z.string(), z.string()) })

/** @throws ZodError when the row was written by another version. */
export function jobFromRow(row: JobRow): Job {
  const { id, clusterId, follows } = row
  const subject = Subject.parse(row.subject)
  const { changes, ...stored } = Stored.parse(row)
  return { id, clusterId, follows: follows ?? undefined, subject, ...stored, changes: changes ?? [] }
}

/** Inserts the job, its locks and its audit row; the caller owns the transaction. A held lock throws the unique-constraint error. */
export async function insertJob(
  tx: Tx,
  job: Job,
  state: JobState,
  audit: { readonly verb: string; readonly input: object } | null,
): Promise<void> {
  const { id, clusterId, follows = null, subject, reason, steps, fallbacks, changes, interrupted, locks } = job
  await tx.job.create({
    data: {
      id,
      clusterId,
      follows,
      subject,
      reason,
      state,
      steps: json(steps),
      fallbacks: json(fallbacks),
      changes: json(changes),
      interrupted: json(interrupted),
      locks: json(locks),
    },
    select: { id: true },
  })
  if (audit) {
    for (const key of locks) await tx.lock.create({ data: { key, jobId: id } })
    const { who: userName, through, why } = reason
    await tx.audit.create({ data: { userName, through, why, verb: audit.verb, input: json(audit.input), outcome: "pending", jobId: id } })
  }
}

const ended: readonly JobState[] = ["succeeded", "failed", "cancelled"]
const auditOutcome = { succeeded: "done", failed: "failed", cancelled: "failed" } as const

export function createJobStore(db: Db, nowMs: () => number): JobStore {
  const journal = async (jobId: string): Promise<readonly Entry[]> => {
    const rows = await db.journalEntry.findMany({ where: { jobId }, orderBy: { id: "asc" } })
    return rows.map(({ step, state, at, reason, output }): Entry => {
      const base = { step, atMs: at.getTime(), output: output ?? undefined }
      if (state === "failed") return { ...base, state, reason: reason ?? "" }
      return state === "succeeded" ? { ...base, state } : { step, atMs: at.getTime(), state: "started" }
    })
  }
  const finish = async (tx: Tx, jobId: string, state: JobEndState, waitingFor: Coded | null) => {
    const row = await tx.job.findUniqueOrThrow({ where: { id: jobId }, select: { state: true, follows: true, interrupted: true } })
    if (ended.some((e) => e === row.state)) return
    const endedAt = new Date(nowMs())
    const entries = await tx.journalEntry.findMany({ where: { jobId }, orderBy: { id: "asc" } })
    const pauseMs = state === "succeeded" ? pauseOf(row, entries) : null
    await tx.job.update({
      where: { id: jobId },
      data: { state, endedAt, pauseMs, ...(waitingFor ? { waitingFor: json(waitingFor) } : {}) },
      select: { id: true },
    })
    await tx.audit.updateMany({
      where: { jobId, outcome: { in: ["pending", "unknown"] } },
      data: { outcome: auditOutcome[state], endedAt },
    })
  }
  return {
    journal,
    append: async (jobId, entry) => {
      const { step, state, atMs } = entry
      const reason = entry.state === "failed" ? entry.reason : null
      const output = entry.state === "started" ? null : (entry.output ?? null)
      await db.journalEntry.create({ data: { jobId, step, state, at: new Date(atMs), reason, output } })
    },
    handOver: (job, next, reason) =>
      db.$transaction(async (tx) => {
        await finish(tx, job.id, "failed", reason)
        if (await tx.job.findUnique({ where: { id: next.id }, select: { id: true } })) return
        await insertJob(tx, next, "queued", null)
        await tx.lock.updateMany({ where: { jobId: job.id }, data: { jobId: next.id } })
        const { who: userName, through, why } = next.reason
        await tx.audit.create({
          data: { userName, through, why, verb: "job.fallback", input: json(next.subject), outcome: "pending", jobId: next.id },
        })
      }),
    setRunning: async (jobId) => {
      await db.job.updateMany({ where: { id: jobId, startedAt: null }, data: { startedAt: new Date(nowMs()) } })
      await db.job.update({ where: { id: jobId }, data: { state: "running" }, select: { id: true } })
    },
    setWaiting: async (jobId, waitingFor) => {
      await db.$transaction([
        db.job.update({
          where: { id: jobId },
          data: { state: "waiting", waitingFor: json(waitingFor), seenAt: null, seenBy: null },
          select: { id: true },
        }),
        db.audit.updateMany({ where: { jobId, outcome: "pending" }, data: { outcome: "unknown" } }),
      ])
    },
    end: (jobId, state, waitingFor) =>
      db.$transaction(async (tx) => {
        await finish(tx, jobId, state, waitingFor)
        await tx.lock.deleteMany({ where: { jobId } })
      }),
  }
}

/** From the first command of the interruption to the end of its last, ms; null when the journal does not tell. */
function pauseOf(
  row: Pick<JobRow, "follows" | "interrupted">,
  entries: readonly { readonly step: number; readonly state: string; readonly at: Date }[],
): number | null {
  const [first] = Stored.shape.interrupted.parse(row.interrupted)
  if (!first || row.follows) return null
  const from = entries.find(({ step }) => step >= first.fromStep)
  const until = entries.findLast(({ step, state }) => step === first.untilStep && state === "succeeded")
  return from && until ? until.at.getTime() - from.at.getTime() : null
}
