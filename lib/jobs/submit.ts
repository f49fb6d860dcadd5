import type { Db } from "../db/client"
import { type Report, refuse, report, type Verdict } from "../domain/report"
import type { Job } from "./job"
import { insertJob } from "./store"

const isTaken = (error: unknown): boolean => typeof error === "object" && error !== null && "code" in error && error.code === "P2002"

export type Submission = {
  readonly job: Job
  readonly verb: string
  readonly input: object
  readonly planId?: string
  /** What the panel is told together with the job: in the same transaction, or not at all. */
  readonly also?: (tx: Tx) => Promise<void>
}
export type Tx = Parameters<Parameters<Db["$transaction"]>[0]>[0]

/**
 * One transaction: the job, its locks as unique rows, its audit row, and the plan marked as applied.
 * Refused with `lockedByJob` while another job holds a lock, with `planApplied` when the plan was applied before.
 */
export async function submit(db: Db, { job, verb, input, planId, also }: Submission): Promise<Verdict<Job>> {
  try {
    return await db.$transaction(async (tx): Promise<Verdict<Job>> => {
      if (planId !== undefined) {
        const { count } = await tx.planRow.updateMany({ where: { id: planId, jobId: null }, data: { jobId: job.id } })
        if (count === 0) return refuse(report("planApplied"))
      }
      await insertJob(tx, job, "queued", { verb, input })
      await also?.(tx)
      return { allowed: true, value: job }
    })
  } catch (error) {
    if (!isTaken(error)) throw error
    return refuse(await lockedBy(db, job))
  }
}

async function lockedBy(db: Db, job: Job): Promise<Report> {
  const held = await db.lock.findFirst({ where: { key: { in: [...job.locks] } } })
  return report("lockedByJob", { job: held?.jobId ?? "", lock: held?.key ?? job.locks.join(", ") })
}
