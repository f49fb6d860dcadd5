import { z } from "zod"

export const text = z.string()
export const whole = z.number().int()
/** Seconds, down to microseconds. */
const seconds = z.number().nonnegative()
export const optional = {
  text: text.optional(),
  whole: whole.optional(),
  seconds: seconds.optional(),
  flag: z.boolean().optional(),
} as const

/** Statements that the model does not have, and comments, as written; before which statement of their block, "" is its end. */
const keptSchema = z.object({ text, before: text }).readonly()
export const kept = z.array(keptSchema).readonly().default([])
const scriptSchema = z.object({ command: text, user: optional.text, group: optional.text }).readonly()
export const script = scriptSchema.optional()

/** Whose rights a script has. */
export const runAs = z.object({ user: text, group: optional.text }).readonly().optional()
