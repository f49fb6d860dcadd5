import type { z } from "zod"
import type { Report } from "../domain/report"
import { report } from "../domain/report"
import { mayAct, type Reason, type RequiredRole } from "../domain/roles"
import type { Ctx } from "./context"

/**
 * One thing that may be asked of the panel. Queries change nothing; a command leaves an audit row before it acts
 * and completes it afterwards. `audit: "job"`: the job's submission writes the row, and the job's end completes it.
 */
export type Verb<I extends z.ZodType = z.ZodType, O = unknown> = {
  readonly name: string
  readonly kind: "query" | "command"
  readonly role: RequiredRole
  readonly input: I
  readonly audit?: "job" | "none"
  /** The answer holds a secret that is shown once: nothing keeps it for a repetition. */
  readonly hasSecretAnswer?: true
  /** What the record has of an input, parsed or not, where a secret may stand in a field of another name. */
  readonly record?: (input: unknown) => unknown
  readonly run: (ctx: Ctx, input: z.output<I>) => Promise<O>
}
export const defineVerb = <I extends z.ZodType, O>(verb: Verb<I, O>): Verb<I, O> => verb

/** The verb says no. `status` is HTTP's; the reports say why, in codes. */
export class Refused extends Error {
  override readonly name = "Refused"
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 502
  readonly reports: readonly Report[]
  readonly extra: object
  constructor(status: Refused["status"], reports: readonly Report[], extra: object = {}) {
    super(reports.map(({ code }) => code).join(", "))
    this.status = status
    this.reports = reports
    this.extra = extra
  }
}
export const isRefused = (error: unknown): error is Refused => error instanceof Error && error.name === "Refused"
export const notFound = (what: string): Refused => new Refused(404, [report("notFound", { what })])

/** At least what the drivers' forms refuse as a secret (agents/ocf/schema.ts): a refused input is on record as well. */
const SECRET = /pass|secret|token|(?<!^host|^public)key$|^next$|^current$/i
const TEXT_MAX = 1_000
const LIST_MAX = 100
/** For the audit row: secrets never reach it, nor endless text. */
export const masked = (value: unknown): object | string | number | boolean | null => {
  if (Array.isArray(value)) return value.slice(0, LIST_MAX).map(masked)
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, SECRET.test(k) && v !== undefined ? "***" : masked(v)]))
  if (typeof value === "string") return value.slice(0, TEXT_MAX)
  return typeof value === "number" || typeof value === "boolean" ? value : null
}

const recordOf = ({ record }: Pick<Verb, "record">, input: unknown): unknown => (record ? record(input) : input)

/** Throws Refused for somebody without the role; the attempt is on record. Asked before the input is even looked at. */
export async function authorise(ctx: Ctx, verb: Verb, input: unknown): Promise<void> {
  if (ctx.deadToken) {
    const { code, name } = ctx.deadToken
    await audit(ctx, verb, { refused: code, name }, "refused")
    throw new Refused(401, [report(code, name === "" ? {} : { name })])
  }
  if (mayAct(ctx.user?.role, verb.role)) return
  // Strangers leave that they were here, and no more: the record is not theirs to fill.
  await audit(ctx, verb, ctx.user ? recordOf(verb, input) : {}, "refused")
  throw ctx.user
    ? new Refused(403, [report("roleMissing", { role: verb.role, has: ctx.user.role })])
    : new Refused(401, [report("loginNeeded")])
}

/** The only way to a verb: role, audit, run. Throws Refused. */
export async function callVerb<I extends z.ZodType, O>(verb: Verb<I, O>, ctx: Ctx, input: z.output<I>): Promise<O> {
  await authorise(ctx, verb, input)
  if (verb.kind === "query" || verb.audit === "none") return verb.run(ctx, input)
  if (verb.audit === "job") {
    // Its job's row is written with the job; a refusal has no job.
    return verb.run(ctx, input).catch(async (error: unknown) => {
      if (isRefused(error)) await audit(ctx, verb, recordOf(verb, input), "refused")
      throw error
    })
  }
  const id = await audit(ctx, verb, recordOf(verb, input), "pending")
  const complete = (outcome: string, reports?: readonly Report[]) =>
    ctx.db.audit.update({
      where: { id },
      data: { outcome, endedAt: new Date(ctx.nowMs()), ...(reports ? { reports: masked(reports) ?? [] } : {}) },
    })
  try {
    const output = await verb.run(ctx, input)
    await complete("done")
    return output
  } catch (error) {
    await complete(isRefused(error) ? "refused" : "failed", isRefused(error) ? error.reports : undefined)
    throw error
  }
}

async function audit(ctx: Ctx, verb: Verb, input: unknown, outcome: "pending" | "refused"): Promise<number> {
  const { id } = await ctx.db.audit.create({
    data: {
      userName: ctx.user?.name ?? ctx.deadToken?.userName ?? "",
      through: ctx.through,
      verb: verb.name,
      input: masked(input) ?? {},
      outcome,
      ...(outcome === "refused" ? { endedAt: new Date(ctx.nowMs()) } : {}),
    },
  })
  return id
}
/** Who asked, for a job. */
export const reasonOf = (ctx: Ctx, why: string): Reason => ({ who: ctx.user?.name ?? "", through: ctx.through, why })
