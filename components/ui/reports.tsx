"use client"
import type { Report } from "@/lib/domain/report"
import { useCoded, useTranslations } from "@/lib/i18n/use"
import { Banner } from "./card"

/** A report in words; parameters that are codes themselves are put into words first. */
export function useReport() {
  const reports = useCoded("reports")
  const t = useTranslations("common")
  return ({
    code,
    params,
  }: Pick<Report, "code" | "params"> | { readonly code: string; readonly params: Readonly<Record<string, string>> }): string => {
    const { state, because, why } = params
    const stateKey = `states.${state}` as "states.started" // any state: asked by has
    const becauseKey = `score.${because}` as "score.offline"
    const whyKey = `why.${why}` as "why.noAnswer"
    return reports(code, {
      ...params,
      ...(state && t.has(stateKey) ? { state: t(stateKey) } : {}),
      ...(because && t.has(becauseKey) ? { because: t(becauseKey) } : {}),
      ...(why && t.has(whyKey) ? { why: t(whyKey) } : {}),
    })
  }
}
/** What the server refused with, where it was asked. */
export function Reports({ reports }: { readonly reports: readonly Report[] }) {
  const words = useReport()
  if (reports.length === 0) return null
  return (
    <Banner mark="bad" isAlert>
      <ul className="min-w-0 flex-1">
        {reports.map((r) => (
          <li key={`${r.code}${r.field ?? ""}`}>{words(r)}</li>
        ))}
      </ul>
    </Banner>
  )
}
