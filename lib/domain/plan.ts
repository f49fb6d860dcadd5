import { z } from "zod"
import { Call } from "./call"

/** What happens when the step fails: the next fallback is taken, a person is waited for, or, when nothing was touched yet, the job ends. */
export const IfItFails = z.enum(["fallBack", "wait", "giveUp"])

/** A coded sentence: its words live in the catalogue under `steps.<code>`. */
export const Sentence = z.object({ code: z.string(), params: z.record(z.string(), z.string()) })
export type Sentence = z.infer<typeof Sentence>

export const Step = z.object({
  call: Call,
  sentence: Sentence,
  ifItFails: IfItFails,
  /** The exact command, secrets masked: shown on request, never run from here. */
  command: z.string(),
})
export type Step = z.infer<typeof Step>

/** What is done, in this order, when the target tried before could not start the service. */
export const Fallback = z.object({ node: z.string(), sentence: Sentence, steps: z.array(Step) })
export type Fallback = z.infer<typeof Fallback>

/** The service is down from the first step to the end of the last, counted from 0. */
export const Interruption = z.object({ service: z.string(), fromStep: z.int(), untilStep: z.int() })
export type Interruption = z.infer<typeof Interruption>

/** What a plan does to a service: for its state before, while it runs, and after. */
export const Change = z.object({
  service: z.string(),
  kind: z.enum(["start", "stop", "disable", "relocate", "restart", "recover"]),
  from: z.string().optional(),
  to: z.string().optional(),
})
export type Change = z.infer<typeof Change>

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
