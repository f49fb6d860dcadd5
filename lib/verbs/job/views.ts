import { z } from "zod"
import type { Db } from "../../db/client"
import { Fallback, Step } from "../../domain/plan"
import { Reason } from "../../domain/roles"
import { type JobStepView, type JobSummary, type JobView, jobStates } from "../../domain/views"
import { CodedValue, Subject } from "../../jobs/store"

export type JobRow = Awaited<ReturnType<Db["job"]["findUniqueOrThrow"]>>
type EntryRow = Awaited<ReturnType<Db["journalEntry"]["findFirstOrThrow"]>>
const State = z.enum(jobStates).catch("failed")
const ms = (at: Date | null | undefined): number | null => at?.getTime() ?? null

export const summaryOfJob = (row: JobRow): JobSummary => ({
  id: row.id,
  subject: Subject.parse(row.subject),
  reason: Reason.parse(row.reason),
  state: State.parse(row.state),
  waitingFor: CodedValue.safeParse(row.waitingFor).data ?? null,
  createdMs: row.createdAt.getTime(),
  startedMs: ms(row.startedAt),
  endedMs: ms(row.endedAt),
  pauseMs: row.pauseMs,
  follows: row.follows,
  seenBy: row.seenBy,
})

function stateOf(job: JobRow["state"], last: EntryRow | undefined): JobStepView["state"] {
  const isOver = job === "succeeded" || job === "failed" || job === "cancelled"
  if (!last) return isOver ? "skipped" : "pending"
  if (last.state === "started") return job === "waiting" || isOver ? "unknown" : "running"
  return last.state === "succeeded" ? "succeeded" : "failed"
}
export function viewOfJob(row: JobRow, journal: readonly EntryRow[], followedBy: string | null, nowMs: number): JobView {
  const steps = z.array(Step).parse(row.steps)
  return {
    ...summaryOfJob(row),
    nowMs,
    followedBy,
    fallbacks: z
      .array(Fallback)
      .parse(row.fallbacks)
      .map(({ node, sentence }) => ({ node, sentence })),
    steps: steps.map(({ call, sentence, command }, index) => {
      const entries = journal.filter(({ step }) => step === index)
      const last = entries.at(-1)
      return {
        ...{ index, node: call.node, sentence, command },
        state: stateOf(row.state, last),
        startedMs: ms(entries.find(({ state }) => state === "started")?.at),
        endedMs: last && last.state !== "started" ? ms(last.at) : null,
        reason: last?.reason ?? null,
        output: last?.output ?? "",
      }
    }),
  }
}
