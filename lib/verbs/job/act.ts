import { z } from "zod"
import { report } from "../../domain/report"
import { jobFromRow } from "../../jobs/store"
import { defineVerb, notFound, Refused } from "../verb"
import { JobId } from "./read"

const input = z.object({ id: JobId })

/** A failure stays on the overview until somebody says that they have seen it. */
export const seen = defineVerb({
  name: "job.seen",
  kind: "command",
  role: "operator",
  input,
  run: async ({ db, user, engine, nowMs }, { id }) => {
    const { count } = await db.job.updateMany({ where: { id }, data: { seenAt: new Date(nowMs()), seenBy: user?.name ?? "" } })
    if (count === 0) throw notFound(`job ${id}`)
    engine.bus.publish({ type: "changed", what: "job", key: id })
    engine.bus.publish({ type: "changed", what: "overview", key: null })
    return {}
  },
})

/** Takes a waiting job up again at the step where it waits; a step that failed is tried once more. */
export const resume = defineVerb({
  name: "job.resume",
  kind: "command",
  role: "operator",
  input,
  run: async ({ db, engine }, { id }) => {
    const row = await db.job.findUnique({ where: { id }, select: { state: true } })
    if (!row) throw notFound(`job ${id}`)
    if (row.state !== "waiting") throw new Refused(409, [report("jobNotWaiting", { job: id, state: row.state })])
    engine.runner.take(id, true)
    return {}
  },
})

/** Ends a waiting job where it stands; the keeper then looks where the service really is. */
export const giveUp = defineVerb({
  name: "job.giveUp",
  kind: "command",
  role: "operator",
  input,
  run: async ({ db, engine }, { id }) => {
    const row = await db.job.findUnique({ where: { id }, select: { state: true } })
    if (!row) throw notFound(`job ${id}`)
    if (!(await engine.runner.giveUp(id))) throw new Refused(409, [report("jobNotWaiting", { job: id, state: row.state })])
    return {}
  },
})

/** A running slow start: the whole weight now, or an end where it stands. What is done already stays in both. */
export const endDelays = defineVerb({
  name: "job.endDelays",
  kind: "command",
  role: "operator",
  input: input.extend({ how: z.enum(["goOn", "stop"]) }),
  run: async ({ db, engine }, { id, how }) => {
    const row = await db.job.findUnique({ where: { id } })
    if (!row) throw notFound(`job ${id}`)
    const over = await db.journalEntry.findMany({ where: { jobId: id, state: "succeeded" }, select: { step: true } })
    const hasDelay = jobFromRow(row).steps.some(({ call }, i) => call.op === "delay" && !over.some(({ step }) => step === i))
    if (!hasDelay || !engine.runner.endDelays(id, how)) throw new Refused(409, [report("jobHasNoDelay", { job: id, state: row.state })])
    return {}
  },
})
