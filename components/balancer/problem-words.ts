"use client"
import { useReport } from "@/components/ui/reports"
import { useCoded, useTranslations } from "@/lib/i18n/use"
import type { Problem } from "./draft-errors"
import type { Kind } from "./draft-text"
import { checkFields, limits, realFields, serverFields, tunnelFields, urlFields } from "./fields"
import { globalFields, instanceFields, scriptBlockFields } from "./fields-director"
import type { Spec } from "./spec"
import { useEditing } from "./use-draft"

export type Limits = { readonly kind: Kind; readonly from?: number; readonly to?: number; readonly isTime?: boolean }
/** Why a text is no value of its kind, and what would be one. */
export function useWrong() {
  const t = useTranslations("balancer.wrong")
  return ({ kind, from = 0, to = 0, isTime = false }: Limits): string => {
    const range = { from: String(from), to: String(to) }
    if (kind === "whole") return isTime ? t("wholeSeconds", range) : t("whole", range)
    return kind === "seconds" ? t("seconds", range) : t(kind === "words" ? "list" : kind)
  }
}
/** What stands at a field, in words; undefined: it holds. */
export function useProblemAt() {
  const { problems, draft } = useEditing()
  const say = useReport()
  const wrong = useWrong()
  return (path: string, limits?: Limits): string | undefined => {
    // What was typed a moment ago and holds now: the rules are a step behind the keys.
    const found = problems.at.get(path)?.filter(({ report }) => report !== null || draft.typed[path] !== undefined)
    if (!found || found.length === 0) return undefined
    return found.map(({ report }) => (report ? say(report) : limits ? wrong(limits) : "")).join(" ")
  }
}
const specs: readonly Spec[] = [
  ...Object.values(limits),
  ...[serverFields, realFields, urlFields, ...Object.values(checkFields)].flatMap((one) => Object.values(one).flat()),
  ...[instanceFields, scriptBlockFields, globalFields].flatMap((one) => Object.values(one).flat()),
  ...tunnelFields,
]
/** Of a number by its field's name. */
const limitsOf = (path: string): Pick<Limits, "from" | "to" | "isTime"> =>
  specs.flatMap((spec) => (spec.as === "number" && path.endsWith(`.${spec.name}`) ? [spec] : []))[0] ?? {}
/** In a list of all problems: where, and what. */
export function useProblemWords() {
  const say = useReport()
  const wrong = useWrong()
  const { draft } = useEditing()
  return ({ report, path }: Problem): string => {
    if (report) return say(report)
    const kind = draft.typed[path]?.kind
    return kind ? wrong({ kind, ...limitsOf(path) }) : ""
  }
}
/** A field's label and, where there is one, its hint. */
export function useFieldWords() {
  const coded = useCoded("balancer")
  const t = useTranslations("balancer")
  return (words: string) => {
    const key = `hint.${words}` as never // asked by has
    return { label: coded(`field.${words}`), hint: t.has(key) ? t(key) : undefined }
  }
}
