import type { Bound } from "../../agents/contract"
import type { Bus } from "../bus"
import type { Clock } from "../clock"
import type { Db } from "../db/client"
import type { Call } from "../domain/call"
import type { Coded } from "../domain/views"
import type { NodeSession } from "../node/session"
import type { Job } from "./job"
import { type Outcome, runJob, voidStarted, type World } from "./run-job"
import { bulk, createJobStore, jobFromRow } from "./store"

/** What the keeper learns of jobs: it writes the states of services by it. */
export type JobListener = {
  readonly stepBegins: (job: Job, index: number) => void
  readonly rests: (outcome: Outcome) => Promise<void>
  /** All of it is over: from now on the job can be taken up again, or given up. */
  readonly rested: (outcome: Outcome) => Promise<void>
  readonly overtaken: (job: Job) => Coded | undefined
}
export type Runner = {
  /** Takes a submitted, waiting or recovered job up; a job that runs already is left alone. */
  readonly take: (jobId: string, isRetry?: boolean) => void
  /** Every job that was queued or running when the panel went down. */
  readonly recover: () => Promise<void>
  /** Jobs that wait because this node was silent, or whose command is still running; or only this one, if it does. */
  readonly resumeFor: (clusterId: string, node: string, jobId?: string) => Promise<void>
  /** A waiting job ends as failed by a person's word; its locks go. False when it does not wait. */
  readonly giveUp: (jobId: string) => Promise<boolean>
  /** Ends the jobs that wait for this node, which is known to be off: nobody will answer them. */
  readonly giveUpFor: (clusterId: string, node: string) => Promise<void>
  readonly isBusy: (jobId: string) => boolean
  /** A person's word about the delays of a running job, from now on. False when it does not run. */
  readonly endDelays: (jobId: string, how: "goOn" | "stop") => boolean
  /** Begins no further step and waits for those under way, at most so long, ms. */
  readonly stop: (patienceMs: number) => Promise<void>
}
type Outside = {
  readonly db: Db
  readonly clock: Clock
  readonly bus: Bus
  readonly session: (clusterId: string, node: string) => NodeSession
  readonly bind: (call: Call, clusterId: string) => Bound
  readonly hush: (clusterId: string, node: string) => () => void
  readonly listener: JobListener
  readonly onError: (error: unknown) => void
}

export function createRunner(outside: Outside): Runner {
  const { db, clock, bus, listener } = outside
  const store = createJobStore(db, clock.nowMs)
  const running = new Map<string, Promise<void>>()
  const delays = new Map<string, "goOn" | "stop">()
  let isStopping = false
  const changed = (jobId: string) => {
    bus.publish({ type: "changed", what: "job", key: jobId })
    bus.publish({ type: "changed", what: "overview", key: null })
  }
  /** By job, how to end the quiet on each node where it moves thousands of rows. */
  const hushed = new Map<string, Map<string, () => void>>()
  const world: World = {
    store,
    session: outside.session,
    bind: outside.bind,
    sleep: (ms) => clock.sleep(ms),
    nowMs: clock.nowMs,
    isStopping: () => isStopping,
    overtaken: listener.overtaken,
    delaysOf: (jobId) => delays.get(jobId),
    stepBegins: (job, index) => {
      listener.stepBegins(job, index)
      changed(job.id)
    },
    journalled: (job) => changed(job.id),
    output: (job, step, line) => bus.publish({ type: "output", jobId: job.id, step, line }),
    hush: ({ id, clusterId }, node) => {
      const nodes = hushed.get(id) ?? new Map<string, () => void>()
      hushed.set(id, nodes)
      if (!nodes.has(node)) nodes.set(node, outside.hush(clusterId, node))
    },
    speak: ({ id }) => speak(id),
    handedOver: (job, next) => {
      changed(job.id)
      changed(next.id)
    },
  }
  /** Its fallbacks are of the same run. */
  function speak(jobId: string) {
    for (const [id, nodes] of [...hushed]) {
      if (id !== jobId && !id.startsWith(`${jobId}.f`)) continue
      hushed.delete(id)
      for (const end of nodes.values()) end()
    }
  }
  async function run(jobId: string, isRetry: boolean): Promise<Outcome | undefined> {
    const row = await db.job.findUnique({ where: { id: jobId } })
    if (!row || !["queued", "running", "waiting"].includes(row.state)) return undefined
    const outcome = await runJob(world, jobFromRow(row), isRetry).finally(() => speak(jobId))
    if (outcome.state !== "parked") await listener.rests(outcome)
    changed(outcome.job.id)
    return outcome
  }
  const take = (jobId: string, isRetry = false) => {
    if (running.has(jobId) || isStopping) return
    const done = run(jobId, isRetry)
      .finally(() => {
        running.delete(jobId)
        delays.delete(jobId)
      })
      .then((outcome) => (outcome === undefined || isStopping ? undefined : listener.rested(outcome)))
      .catch(outside.onError)
    running.set(jobId, done)
  }
  async function giveUp(jobId: string, code: string): Promise<boolean> {
    const state = (await db.job.findUnique({ where: { id: jobId }, select: { state: true } }))?.state
    if (state !== "waiting" || running.has(jobId)) return false
    const row = await db.job.findUniqueOrThrow({ where: { id: jobId } })
    const reason: Coded = { code, params: {} }
    // Nobody else takes it up, or gives it up, meanwhile. A node that is no longer the panel's keeps nobody from giving it up.
    const voided = code === "givenUp" ? voidStarted(world, jobFromRow(row)).catch(outside.onError) : Promise.resolve()
    const ending = voided.then(() => store.end(jobId, "failed", reason)).finally(() => running.delete(jobId))
    running.set(
      jobId,
      ending.catch(() => undefined),
    )
    await ending
    await listener.rests({ job: jobFromRow(row), state: "failed", reason })
    changed(jobId)
    return true
  }
  return {
    take,
    recover: async () => {
      const rows = await db.job.findMany({
        where: { state: { in: ["queued", "running"] } },
        orderBy: { createdAt: "asc" },
        select: { id: true },
      })
      for (const { id } of rows) take(id)
    },
    resumeFor: async (clusterId, node, jobId) => {
      const only = jobId === undefined ? {} : { id: jobId }
      const rows = await db.job.findMany({ where: { clusterId, state: "waiting", ...only }, omit: bulk })
      for (const { id, waitingFor } of rows) if (isAboutNode(waitingFor, node)) take(id)
    },
    giveUp: (jobId) => giveUp(jobId, "givenUp"),
    giveUpFor: async (clusterId, node) => {
      const rows = await db.job.findMany({ where: { clusterId, state: "waiting" }, omit: bulk })
      for (const { id, waitingFor } of rows) if (isAboutNode(waitingFor, node)) await giveUp(id, "nodeIsOff")
    },
    isBusy: (jobId) => running.has(jobId),
    endDelays: (jobId, how) => {
      if (running.has(jobId)) delays.set(jobId, how)
      return running.has(jobId)
    },
    stop: async (patienceMs) => {
      isStopping = true
      await Promise.race([Promise.all(running.values()), clock.sleep(patienceMs)])
    },
  }
}

const resumable = ["nodeSilent", "stillRunning", "didNotArrive"]
function isAboutNode(waitingFor: unknown, node: string): boolean {
  if (typeof waitingFor !== "object" || waitingFor === null || !("code" in waitingFor) || !("params" in waitingFor)) return false
  const { code, params } = waitingFor
  return resumable.some((c) => c === code) && typeof params === "object" && params !== null && "node" in params && params.node === node
}
