import type { Kind } from "./draft-text"

/** One field of a form: where its value is, how it is typed, and what it may be. Its words are `balancer.field.<words>`. */
export type Spec =
  | {
      readonly as: "text"
      readonly name: string
      readonly words: string
      readonly isRequired?: boolean
      readonly isSecret?: boolean
      readonly list?: string
    }
  | {
      readonly as: "number"
      readonly name: string
      readonly words: string
      readonly kind: Kind
      readonly from: number
      readonly to: number
      readonly isTime?: boolean
    }
  | { readonly as: "list"; readonly name: string; readonly words: string; readonly kind: Kind; readonly isLong?: boolean }
  | { readonly as: "flag"; readonly name: string; readonly words: string }
  /** Absent is not "off" here: it is what the part around it says, or keepalived's default. */
  | { readonly as: "inherited"; readonly name: string; readonly words: string }
  | { readonly as: "choice"; readonly name: string; readonly words: string; readonly options: readonly string[] }
  | { readonly as: "script"; readonly name: string; readonly words: string }

const words = (name: string): string => name.split(".").join("_")
/** Short ways to say a field; `as` are its words where its name alone would not tell it from others. Limits are those of the rules. */
export const text = (name: string, as = words(name)): Spec => ({ as: "text", name, words: as })
export const required = (name: string, as = words(name)): Spec => ({ as: "text", name, words: as, isRequired: true })
export const whole = (name: string, from: number, to: number, as = words(name)) =>
  ({ as: "number", name, words: as, kind: "whole", from, to }) as const
export const wholeSeconds = (name: string, from: number, to: number, as = words(name)) =>
  ({ as: "number", name, words: as, kind: "whole", from, to, isTime: true }) as const
export const seconds = (name: string, from: number, to: number, as = words(name)): Spec => ({
  as: "number",
  name,
  words: as,
  kind: "seconds",
  from,
  to,
})
export const flag = (name: string, as = words(name)): Spec => ({ as: "flag", name, words: as })
export const inherited = (name: string, as = words(name)): Spec => ({ as: "inherited", name, words: as })
export const choice = (name: string, options: readonly string[], as = words(name)): Spec => ({ as: "choice", name, words: as, options })
export const script = (name: string, as = words(name)): Spec => ({ as: "script", name, words: as })
export const list = (name: string, kind: Kind, as = words(name)): Spec => ({
  as: "list",
  name,
  words: as,
  kind,
  isLong: kind !== "words" && kind !== "codes",
})

export const U32 = 4_294_967_295
