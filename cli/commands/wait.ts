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
/** The jobs that became of one: itself, and each fallback that was taken when the one before failed. The last has the word. */
export type Followed = { readonly first: JobView; readonly last: JobView }

/** Tells of every step as it ends, until all is over or waits for a person; goes on with the fallbacks. */
export async function follow(panel: Panel, io: Pick<Io, "sleep">, jobId: string, tell: (line: string) => void): Promise<Followed> {
  const first = await followOne(panel, io, jobId, tell)
  let last = first
  while (last.state === "failed" && last.followedBy !== null) {
    tell(
      `${plain(last.waitingFor ? sayReason(last.waitingFor) : sayTitle(last.subject))}\n${sayTitle(last.subject)}: the fallback is taken\n`,
    )
    last = await followOne(panel, io, last.followedBy, tell)
  }
  return { first, last }
}
async function followOne(panel: Panel, io: Pick<Io, "sleep">, jobId: string, tell: (line: string) => void): Promise<JobView> {
  const told = new Set<number>()
  for (;;) {
    const job = await panel.job.get({ id: jobId })
    for (const step of job.steps.filter(({ index, state }) => settled.includes(state) && !told.has(index))) {
      told.add(step.index)
      tell(stepLine(step, job.steps.length))
    }
    if (over.includes(job.state)) return job
    await io.sleep(POLL_MS)
  }
}
/** The end of a job as the end of a command: a fallback is not what was asked for. @throws Ended unless it succeeded */
export function judge({ first, last }: Followed): string {
  const title = sayTitle(first.subject)
  const why = last.waitingFor ? `: ${sayReason(last.waitingFor)}` : ""
  if (last.state === "waiting")
    throw new Ended(exits.waits, `${title}: job ${last.id} waits for a person${why}`, { code: "waiting", job: last })
  if (last.state !== "succeeded")
    throw new Ended(exits.failed, `${title}: job ${last.id} ${say(`common.jobStates.${last.state}`)}${why}`, {
      code: last.state,
      job: last,
    })
  if (last.id !== first.id) {
    const at = last.subject.to === undefined ? "it is stopped" : `it went to ${last.subject.to}`
    throw new Ended(exits.failed, `${title}: it did not start where it should; ${at}`, { code: "fallback", job: last })
  }
  return `${title}: done${last.pauseMs === null ? "" : `; the service was away for ${(last.pauseMs / 1_000).toFixed(1)} s`}\n`
}

const JUDGED_WITHIN = 60
/** What the panel made of a fencing whose devices said off: a witness that still sees the node contradicts them. */
export async function isBelieved(panel: Panel, io: Pick<Io, "sleep">, clusterId: string, node: string, jobId: string): Promise<boolean> {
  for (let i = 0; i < JUDGED_WITHIN; i++) {
    const row = (await panel.fence.history({ clusterId, node })).find((one) => one.jobId === jobId)
    if (row === undefined || row.outcome !== "running") return row?.outcome !== "contradicted"
    await io.sleep(POLL_MS)
  }
  return false
}
