import { createTranslator } from "use-intl/core"
import type { Sentence } from "../lib/domain/plan"
import type { Report } from "../lib/domain/report"
import type { Coded, JobSubject } from "../lib/domain/views"
import { en } from "../lib/i18n/messages"

type Params = Readonly<Record<string, string>>
const translate = createTranslator({ locale: "en", messages: en, onError: () => undefined })
/** The words that the screen has for a code; the code and its parameters where there are none. */
export function say(key: string, params: Params = {}): string {
  const known = key as "common.none" // any key: asked by has
  // Without parameters it is plain text: no formatter is made for it.
  if (translate.has(known)) return Object.keys(params).length === 0 ? translate(known) : translate(known, params)
  return [key.slice(key.lastIndexOf(".") + 1), ...Object.entries(params).map(([k, v]) => `${k}=${v}`)].join(" ")
}
/** Parameters that are codes themselves, in words. */
const inWords = (params: Params): Params => ({
  ...params,
  ...(params.because === undefined ? {} : { because: say(`common.score.${params.because}`) }),
  ...(params.state === undefined ? {} : { state: say(`common.states.${params.state}`) }),
})
export const sayReport = ({ code, params }: Pick<Report, "code" | "params"> | Coded): string => say(`reports.${code}`, inWords(params))
export const sayStep = ({ code, params }: Sentence): string => say(`plans.step.${code}`, params)
export const sayNote = ({ code, params }: Sentence): string => say(`plans.note.${code}`, inWords(params))
export const sayChoice = ({ code, params }: Sentence): string => say(`plans.choice.${code}`, params)
export const sayReason = ({ code, params }: Coded): string => {
  const key = `events.reasons.${code}`
  return translate.has(key as "common.none") ? say(key, params) : sayReport({ code, params })
}
export const sayTitle = ({ kind, ...about }: JobSubject): string => say(`plans.titles.${kind}`, subjectOf(about))
/** Every parameter that a title or a question may have. */
export const subjectOf = (about: Omit<JobSubject, "kind">): Readonly<Record<string, string>> => ({
  ...{ service: "", node: "", domain: "", balancer: "", from: "", to: "" },
  ...Object.fromEntries(Object.entries(about).filter((entry): entry is [string, string] => typeof entry[1] === "string")),
})
