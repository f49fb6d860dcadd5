import { z } from "zod"
import type { Db } from "../../db/client"
import { Call } from "../../domain/call"
import { Fallback, Step } from "../../domain/plan"
import { Reason } from "../../domain/roles"
import { type JobStepView, type JobSummary, type JobView, jobStates } from "../../domain/views"
import { type bulk, CodedValue, Subject } from "../../jobs/store"

type JobRow = Omit<Awaited<ReturnType<Db["job"]["findUniqueOrThrow"]>>, keyof typeof bulk>
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
const Outline = z.object({
  steps: z.array(Step.pick({ sentence: true, command: true }).extend({ call: Call.pick({ node: true }) })),
  fallbacks: z.array(Fallback.pick({ node: true, sentence: true })),
})
type Outline = z.infer<typeof Outline>
const known = new Map<string, Outline>()
const KNOWN_MAX = 32
/** What a job shows of its steps, fixed when it was stored: screens ask for a running one again and again. @throws ZodError */
export async function outlineOf(db: Db, id: string): Promise<Outline> {
  const found = known.get(id)
  if (found) return found
  const outline = Outline.parse(await db.job.findUniqueOrThrow({ where: { id }, select: { steps: true, fallbacks: true } }))
  known.set(id, outline)
  const [oldest] = known.keys()
  if (known.size > KNOWN_MAX && oldest !== undefined) known.delete(oldest)
  return outline
}
export function viewOfJob(
  row: JobRow,
  { steps, fallbacks }: Outline,
  journal: readonly EntryRow[],
  followedBy: string | null,
  nowMs: number,
): JobView {
  return {
    ...summaryOfJob(row),
    nowMs,
    followedBy,
    fallbacks,
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
