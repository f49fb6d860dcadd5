"use client"
import type { Report } from "@/lib/domain/report"
import { reportWith } from "@/lib/i18n/report"
import { useTranslations } from "@/lib/i18n/use"
import { Banner } from "./card"

/** A report in words. */
export const useReport = () => reportWith(useTranslations())
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
