import type { JobStepView, JobView } from "../../lib/domain/views"
import { Ended, exits } from "../exit"
import type { Io } from "../io"
import type { Panel } from "../panel"
import { plain } from "../table"
import { say, sayReason, sayStep, sayTitle } from "../words"

const POLL_MS = 500
const over: readonly JobView["state"][] = ["succeeded", "failed", "cancelled", "waiting"]
const settled: readonly JobStepView["state"][] = ["succeeded", "failed", "unknown", "skipped"]

const tookOf = ({ startedMs, endedMs }: JobStepView): string =>
  startedMs === null || endedMs === null ? "" : ` (${((endedMs - startedMs) / 1_000).toFixed(1)} s)`
const stepLine = (step: JobStepView, of: number): string => {
  const state = say(`common.stepStates.${step.state}`)
  const reason = step.reason === null ? "" : `: ${step.reason}`
  return `[${step.index + 1}/${of}] ${plain(`${sayStep(step.sentence)}: ${state}${tookOf(step)}${reason}`)}\n`
}
/** Tells of every step as it ends; the job as it was when it ended or came to wait for a person. */
export async function follow(panel: Panel, io: Pick<Io, "sleep">, jobId: string, tell: (line: string) => void): Promise<JobView> {
  const told = new Map<number, string>()
  for (;;) {
    const job = await panel.job.get({ id: jobId })
    for (const step of job.steps) {
      if (told.get(step.index) === step.state || !settled.includes(step.state)) continue
      told.set(step.index, step.state)
      tell(stepLine(step, job.steps.length))
    }
    if (over.includes(job.state)) return job
    await io.sleep(POLL_MS)
  }
}
/** The end of a job as the end of a command. @throws Ended unless it succeeded */
export function judge(job: JobView): string {
  const title = sayTitle(job.subject)
  if (job.state === "succeeded")
    return `${title}: done${job.pauseMs === null ? "" : `; the service was away for ${(job.pauseMs / 1_000).toFixed(1)} s`}\n`
  const why = job.waitingFor ? `: ${sayReason(job.waitingFor)}` : ""
  if (job.state === "waiting") throw new Ended(exits.waits, `${title}: job ${job.id} waits for a person${why}`, { code: "waiting", job })
  throw new Ended(exits.failed, `${title}: job ${job.id} ${say(`common.jobStates.${job.state}`)}${why}`, { code: job.state, job })
}
