import type { Bound } from "../../agents/contract"
import type { Call } from "../domain/call"
import type { Step } from "../domain/plan"
import type { Coded } from "../domain/views"
import { claimed } from "../node/claim"
import { isOutcomeUnknown, type NodeSession } from "../node/session"
import { sh } from "../node/sh"
import { attempt, type Result } from "./attempt"
import { type Entry, fallbackJob, type Job, type JobStore } from "./job"

const LOOK_TIMEOUT_MS = 10_000
/** A slow node that is read all the time is not silent yet: asked for longer where no service and no fencing waits for the answer. */
const PATIENT_LOOK_TIMEOUT_MS = 30_000
const NO_LONGER_TRUE = "noLongerTrue"

/** What a running job tells the rest of the panel; nothing depends on anybody listening. */
export type JobHooks = {
  readonly stepBegins?: (job: Job, index: number) => void
  readonly output?: (job: Job, index: number, line: string) => void
  readonly journalled?: (job: Job, entry: Entry) => void
  /** From now on, until the job rests or waits for its time, bulky facts of this node are not read beside it. */
  readonly hush?: (job: Job, node: string) => void
  /** They are read again, at once: the job only waits for its time. */
  readonly speak?: (job: Job) => void
  readonly handedOver?: (job: Job, next: Job) => void
}
export type World = JobHooks & {
  readonly session: (clusterId: string, node: string) => NodeSession
  readonly bind: (call: Call, clusterId: string) => Bound
  readonly store: JobStore
  readonly sleep: (ms: number) => Promise<void>
  readonly nowMs: () => number
  /** True once the panel goes down: no further step is begun, the job stays as it is and is taken up at the next start. */
  readonly isStopping?: () => boolean
  /** Why a job that was under way may not go on: what it works on is no longer where it was. */
  readonly overtaken?: (job: Job) => Coded | undefined
  /** What a person has said of the job's delays: go on without them, or end the job at one. */
  readonly delaysOf?: (jobId: string) => "goOn" | "stop" | undefined
}
/** A job that waits is run again when its reason may be gone. "parked": the panel is going down. */
export type Outcome = { readonly job: Job } & (
  | { readonly state: "parked" }
  /** `passed`: the steps that failed and that the job went on without. */
  | { readonly state: "succeeded"; readonly passed: readonly number[] }
  | { readonly state: "failed"; readonly reason: Coded }
  | { readonly state: "waiting"; readonly waitingFor: Coded }
)

/**
 * Call it again after a crash: what the journal calls ended is skipped, what it calls started is asked for on the node.
 * A step that failed stays failed; only with `isRetry`, which is a person's word, it is done once more, under a claim of its own.
 */
export async function runJob(world: World, job: Job, isRetry = false): Promise<Outcome> {
  await world.store.setRunning(job.id)
  const journal = [...(await world.store.journal(job.id))]
  const forgotten = await noLongerTrue(world, job, journal)
  if (forgotten.waitingFor) return wait(world, job, forgotten.waitingFor)
  const passed: number[] = []
  for (const [index, step] of job.steps.entries()) {
    const ended = await endsBefore(world, job)
    if (ended) return ended
    const result = await runStep(world, job, index, journal, isRetry)
    if (result.state === "succeeded") continue
    if (result.state === "parked") return { job, state: "parked" }
    if (result.state === "cancelled") return cancel(world, job)
    if (result.state === "waiting") return wait(world, job, result.waitingFor)
    if (step.ifItFails !== "goOn") return afterFailure(world, job, step, result.reason)
    passed.push(index)
  }
  await world.store.end(job.id, "succeeded", null)
  return { job, state: "succeeded", passed }
}

/** What keeps the job from its next step. */
async function endsBefore(world: World, job: Job): Promise<Outcome | undefined> {
  if (world.isStopping?.()) return { job, state: "parked" }
  const overtaken = world.overtaken?.(job)
  return overtaken && fail(world, job, overtaken)
}

async function afterFailure(world: World, job: Job, step: Step, why: string): Promise<Outcome> {
  const reason: Coded = { code: "stepFailed", params: { ...step.sentence.params, step: step.sentence.code, reason: why } }
  const next = step.ifItFails === "fallBack" || step.ifItFails === "tryNext" ? fallbackJob(job, step.service) : undefined
  if (!next) return step.ifItFails === "wait" ? wait(world, job, waitingFor(step.call, reason)) : fail(world, job, reason)
  await world.store.handOver(job, next, reason)
  world.handedOver?.(job, next)
  return runJob(world, next)
}

/** A failed stop leaves rgmanager's `failed`; any other step that must not be passed waits under its own name. */
const waitingFor = ({ op }: Call, { params }: Coded): Coded => ({ code: op === "stop" ? "stopFailed" : "stepFailed", params })
async function wait(world: World, job: Job, waitingFor: Coded): Promise<Outcome> {
  await world.store.setWaiting(job.id, waitingFor)
  return { job, state: "waiting", waitingFor }
}
async function fail(world: World, job: Job, reason: Coded): Promise<Outcome> {
  await world.store.end(job.id, "failed", reason)
  return { job, state: "failed", reason }
}

/** By a person's word, between two steps: what was done stays. */
async function cancel(world: World, job: Job): Promise<Outcome> {
  const reason: Coded = { code: DELAY_STOPPED, params: {} }
  await world.store.end(job.id, "cancelled", reason)
  return { job, state: "failed", reason }
}

/**
 * A job that is taken up again looks at what it started before: a node that was rebooted meanwhile has lost it.
 * Such a step is noted as failed and done again under a claim of its own.
 */
async function noLongerTrue(world: World, job: Job, journal: Entry[]): Promise<{ readonly waitingFor?: Coded }> {
  for (const [index, step] of job.steps.entries()) {
    const last = journal.filter((entry) => entry.step === index).at(-1)
    if (last?.state !== "succeeded" || step.call.op !== "start" || isUndone(job, index, journal)) continue
    const { look, isSettled } = world.bind(step.call, job.clusterId)
    try {
      const [seen] = await world.session(job.clusterId, step.call.node).read([look], { timeoutMs: LOOK_TIMEOUT_MS })
      if (seen && isSettled(seen)) continue
    } catch (error) {
      if (!isOutcomeUnknown(error)) throw error
      return { waitingFor: { code: "nodeSilent", params: { ...step.sentence.params, node: step.call.node, why: error.message } } }
    }
    const entry: Entry = { step: index, atMs: world.nowMs(), state: "failed", reason: NO_LONGER_TRUE }
    journal.push(entry)
    await world.store.append(job.id, entry)
  }
  return {}
}

/** A later step of the job has begun to stop it again: that it does not run is as it should be. */
function isUndone(job: Job, index: number, journal: readonly Entry[]): boolean {
  const started = job.steps[index]?.call
  return job.steps.some(
    ({ call }, i) =>
      i > index &&
      call.op === "stop" &&
      call.node === started?.node &&
      nameOf(call.params) === nameOf(started.params) &&
      journal.some((entry) => entry.step === i),
  )
}
const nameOf = (params: unknown): unknown => (typeof params === "object" && params !== null && "name" in params ? params.name : undefined)

function claimNameOf({ id }: Job, index: number, journal: readonly Entry[]): string {
  const tries = journal.filter((entry) => entry.step === index && entry.state === "failed").length
  return `${id}.${index}${tries > 0 ? `.r${tries}` : ""}`
}
const DELAY_STOPPED = "delayStopped"
const VOID_TRIES = 3
const VOID_TIMEOUT_MS = 3_000 // a person waits for it
/**
 * A command whose answer was lost may still be on its way. Its claim is taken by one that does nothing: whatever arrives later finds it
 * taken. A node that does not answer is not waited for: nothing is decided about it before it does.
 */
export async function voidStarted(world: World, job: Job): Promise<void> {
  const journal = await world.store.journal(job.id)
  for (const [index, step] of job.steps.entries()) {
    if (journal.filter((entry) => entry.step === index).at(-1)?.state !== "started") continue
    const nothing = claimed(claimNameOf(job, index, journal), sh`true`)
    for (let i = 0; i < VOID_TRIES; i++) {
      const answer = world.session(job.clusterId, step.call.node).run(nothing, { timeoutMs: VOID_TIMEOUT_MS })
      const isTaken = await answer.then(
        () => true,
        (error: unknown) => {
          if (isOutcomeUnknown(error)) return false
          throw error
        },
      )
      if (isTaken) break
      await world.sleep(1_000)
    }
  }
}
/** What an earlier run has noted of a step. */
function endedBefore(last: Entry | undefined, isRetry: boolean): Result | Delayed | undefined {
  if (last?.state === "succeeded") return { state: "succeeded", output: "" }
  if (last?.state !== "failed") return undefined
  // A person has stopped it there, and the panel ended before it could say so.
  if (last.reason === DELAY_STOPPED) return { state: "cancelled" }
  return last.reason === NO_LONGER_TRUE || isRetry ? undefined : { ...last, output: "" }
}
async function runStep(world: World, job: Job, index: number, journal: Entry[], isRetry: boolean): Promise<Result | Delayed> {
  const step = job.steps[index]
  const last = journal.filter((entry) => entry.step === index).at(-1)
  const before = endedBefore(last, isRetry)
  if (!step || before) return before ?? { state: "succeeded", output: "" }
  const operation = world.bind(step.call, job.clusterId)
  if (operation.isBulky) world.hush?.(job, step.call.node)
  const append = async (entry: Entry) => {
    journal.push(entry)
    await world.store.append(job.id, entry)
    world.journalled?.(job, entry)
  }
  const begin = async () => {
    world.stepBegins?.(job, index)
    if (last?.state !== "started") await append({ step: index, atMs: world.nowMs(), state: "started" })
  }
  if (operation.delayMs !== undefined) {
    world.speak?.(job)
    await begin()
    const delayed = await delay(world, job, last?.atMs ?? world.nowMs(), operation.delayMs)
    if (delayed.state !== "parked") await append({ step: index, atMs: world.nowMs(), ...entryOf(delayed) })
    return delayed
  }
  const seen = await attempt({
    claimName: claimNameOf(job, index, journal),
    operation,
    session: world.session(job.clusterId, step.call.node),
    sleep: world.sleep,
    lookMs: step.service === undefined && !operation.alwaysRun ? PATIENT_LOOK_TIMEOUT_MS : LOOK_TIMEOUT_MS,
    mayHaveRun: last?.state === "started",
    begin,
    ...(world.output ? { onLine: (line: string) => world.output?.(job, index, line) } : {}),
  }).catch((error: unknown) => {
    if (isOutcomeUnknown(error)) return error
    throw error
  })
  if (seen instanceof Error && step.ifItFails === "giveUp") return { state: "failed", reason: seen.message, output: "" }
  const over = given(step, seen instanceof Error ? silent(step, seen) : seen)
  if (over.state !== "waiting") await append({ step: index, atMs: world.nowMs(), ...over })
  return over
}
/** Nobody can say what became of it: it counts as failed from now on, also after a crash, where there is another way. */
const given = ({ ifItFails }: Step, result: Result): Result =>
  result.state === "waiting" && ifItFails === "tryNext"
    ? { state: "failed", reason: result.waitingFor.params.why ?? result.waitingFor.code, output: "" }
    : result
type Delayed = { readonly state: "succeeded" } | { readonly state: "parked" } | { readonly state: "cancelled" }
const TICK_MS = 500
const entryOf = ({ state }: Exclude<Delayed, { readonly state: "parked" }>) =>
  state === "succeeded" ? { state } : { state: "failed" as const, reason: DELAY_STOPPED }
/** What is left of it since it began; a clock that was set back does not make it longer. */
async function delay(world: World, { id }: Job, beganMs: number, delayMs: number): Promise<Delayed> {
  let leftMs = Math.min(Math.max(beganMs + delayMs - world.nowMs(), 0), delayMs)
  while (leftMs > 0) {
    const word = world.delaysOf?.(id)
    if (word === "stop") return { state: "cancelled" }
    if (word === "goOn") break
    if (world.isStopping?.()) return { state: "parked" }
    await world.sleep(Math.min(TICK_MS, leftMs))
    leftMs -= TICK_MS
  }
  return { state: "succeeded" }
}
const silent = ({ call: { node }, sentence }: Step, { message }: Error): Result => ({
  state: "waiting",
  waitingFor: { code: "nodeSilent", params: { ...sentence.params, node, why: message } },
})
