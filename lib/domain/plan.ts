import { z } from "zod"
import { Call } from "./call"

/**
 * What happens when the step fails: the next fallback of its service is taken, a person is waited for, the job ends (nothing was
 * touched yet, or the keeper sees to the rest), or, for a part that the service can do without, the job goes on. `tryNext` is a
 * fallback that is taken as well when nobody can say what became of the step: another way to switch a machine off does no harm.
 */
export const IfItFails = z.enum(["fallBack", "wait", "giveUp", "goOn", "tryNext"])

/** A coded sentence: its words live in the catalogue under `steps.<code>`. */
export const Sentence = z.object({ code: z.string(), params: z.record(z.string(), z.string()) })
export type Sentence = z.infer<typeof Sentence>

export const Step = z.object({
  call: Call,
  /** The service that it is about; a job may be about several. */
  service: z.string().optional(),
  sentence: Sentence,
  ifItFails: IfItFails,
  /** The exact command, secrets masked: shown on request, never run from here. */
  command: z.string(),
})
export type Step = z.infer<typeof Step>

export const changeKinds = [
  "start",
  "stop",
  "disable",
  "relocate",
  "restart",
  "recover",
  "repair",
  "leaveOff",
  "convalesce",
  "reconfigure",
  "freeze",
  "unfreeze",
] as const
export const ChangeKind = z.enum(changeKinds)
export type ChangeKind = z.infer<typeof ChangeKind>
/** What a plan does to a service: for its state before, while it runs, and after. */
export const Change = z.object({
  service: z.string(),
  kind: ChangeKind,
  from: z.string().optional(),
  to: z.string().optional(),
  /** The topmost resources of the subtrees that are touched, when it is not the whole service. */
  resources: z.array(z.string()).optional(),
})
export type Change = z.infer<typeof Change>

/** What is done, in this order, when the target tried before could not start the service. */
export const Fallback = z.object({
  node: z.string(),
  sentence: Sentence,
  steps: z.array(Step),
  /** Of several services in a job, the one that falls back; the others are left as they are then. */
  service: z.string().optional(),
  /** The change that it makes instead of the one planned first. */
  kind: ChangeKind.optional(),
})
export type Fallback = z.infer<typeof Fallback>

/** The service is down from the first step to the end of the last, counted from 0. */
export const Interruption = z.object({ service: z.string(), fromStep: z.int(), untilStep: z.int() })
export type Interruption = z.infer<typeof Interruption>

export const Plan = z.object({
  steps: z.array(Step),
  changes: z.array(Change),
  interrupted: z.array(Interruption),
  fallbacks: z.array(Fallback),
  /** Of the facts that the plan rests on. */
  digest: z.string(),
})
export type Plan = z.infer<typeof Plan>

const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, canonical(v)]),
  )
}
/** The facts themselves in one spelling: no hash to collide, and a difference can be named. Times stay out. */
export const digestOf = (facts: unknown): string => JSON.stringify(canonical(facts))
