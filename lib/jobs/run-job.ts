import type { Bound } from "../../agents/contract"
import type { Call } from "../domain/call"
import type { Coded } from "../domain/views"
import { isOutcomeUnknown, type NodeSession } from "../node/session"
import { attempt, type Result } from "./attempt"
import { type Entry, fallbackJob, type Job, type JobStore } from "./job"

/** What a running job tells the rest of the panel; nothing depends on anybody listening. */
export type JobHooks = {
  readonly stepBegins?: (job: Job, index: number) => void
  readonly output?: (job: Job, index: number, line: string) => void
  readonly journalled?: (job: Job, entry: Entry) => void
  readonly handedOver?: (job: Job, next: Job) => void
}
export type World = JobHooks & {
  readonly session: (clusterId: string, node: string) => NodeSession
  readonly bind: (call: Call) => Bound
  readonly store: JobStore
  readonly sleep: (ms: number) => Promise<void>
  readonly nowMs: () => number
  /** True once the panel goes down: no further step is begun, the job stays as it is and is taken up at the next start. */
  readonly isStopping?: () => boolean
}
/** A job that waits is run again when its reason may be gone. "parked": the panel is going down. */
export type Outcome = { readonly job: Job } & (
  | { readonly state: "succeeded" | "parked" }
  | { readonly state: "failed"; readonly reason: Coded }
  | { readonly state: "waiting"; readonly waitingFor: Coded }
)

/** Call it again after a crash: what the journal calls ended is skipped, what it calls started is asked for on the node. */
export async function runJob(world: World, job: Job): Promise<Outcome> {
  await world.store.setRunning(job.id)
  const journal = [...(await world.store.journal(job.id))]
  for (const [index, step] of job.steps.entries()) {
    if (world.isStopping?.()) return { job, state: "parked" }
    const result = await runStep(world, job, index, journal)
    if (result.state === "succeeded") continue
    if (result.state === "waiting") return wait(world, job, result.waitingFor)
    const reason: Coded = { code: "stepFailed", params: { ...step.sentence.params, step: step.sentence.code, reason: result.reason } }
    const next = step.ifItFails === "fallBack" ? fallbackJob(job) : undefined
    if (!next) return step.ifItFails === "wait" ? wait(world, job, waitingFor(step.call, reason)) : fail(world, job, reason)
    await world.store.handOver(job, next, reason)
    world.handedOver?.(job, next)
    return runJob(world, next)
  }
  await world.store.end(job.id, "succeeded", null)
  return { job, state: "succeeded" }
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

async function runStep(world: World, job: Job, index: number, journal: Entry[]): Promise<Result> {
  const step = job.steps[index]
  const last = journal.filter((entry) => entry.step === index).at(-1)
  if (!step || last?.state === "succeeded") return { state: "succeeded", output: "" }
  const operation = world.bind(step.call)
  // A check may be asked again when a person has seen to it; a command may not.
  if (last?.state === "failed" && !operation.isCheck && step.ifItFails === "fallBack") return { ...last, output: "" }
  const isAgain = last?.state === "failed" && !operation.isCheck
  const append = async (entry: Entry) => {
    journal.push(entry)
    await world.store.append(job.id, entry)
    world.journalled?.(job, entry)
  }
  const begin = async () => {
    world.stepBegins?.(job, index)
    if (last?.state !== "started") await append({ step: index, atMs: world.nowMs(), state: "started" })
  }
  // Each try that a person asked for after a failure is a claim of its own.
  const tries = journal.filter((entry) => entry.step === index && entry.state === "failed").length
  try {
    const result = await attempt({
      claimName: `${job.id}.${index}${tries > 0 ? `.r${tries}` : ""}`,
      operation,
      session: world.session(job.clusterId, step.call.node),
      sleep: world.sleep,
      mayHaveRun: last?.state === "started" && !isAgain,
      begin,
      ...(world.output ? { onLine: (line: string) => world.output?.(job, index, line) } : {}),
    })
    if (result.state !== "waiting") await append({ step: index, atMs: world.nowMs(), ...result })
    return result
  } catch (error) {
    if (!isOutcomeUnknown(error)) throw error
    if (step.ifItFails === "giveUp") return { state: "failed", reason: error.message, output: "" }
    return { state: "waiting", waitingFor: { code: "nodeSilent", params: { ...step.sentence.params, node: step.call.node, why: error.message } } }
  }
}
