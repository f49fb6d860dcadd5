"use client"
import { reportsOf } from "@/components/node/refusals"
import { TextField } from "@/components/ui/field"
import { useReport } from "@/components/ui/reports"
import type { Report } from "@/lib/domain/report"
import { useTranslations } from "@/lib/i18n/use"

/** What was refused: the words of a field's own report, and all reports that belong to none. */
export function useErrors(error: unknown, fields: readonly string[]) {
  const t = useTranslations("lost")
  const words = useReport()
  const reports = reportsOf(error)
  const say = (report: Report): string | undefined => {
    if (report.code === "wrongPassword") return t("wrongPassword")
    return report.code === "invalid" ? report.params.detail : words(report)
  }
  const at = (field: string): string | undefined => {
    const found = reports.find((r) => r.field === field)
    return found && say(found)
  }
  return { at, reports, others: reports.filter((r) => r.field === undefined || !fields.includes(r.field)) }
}

type FieldProps = { readonly value: string; readonly onChange: (value: string) => void; readonly error: string | undefined }
export function TypedName({ node, value, onChange, error }: FieldProps & { readonly node: string }) {
  const t = useTranslations("lost")
  return (
    <TextField
      label={t("typeName", { node })}
      value={value}
      error={error}
      maxLength={64}
      autoComplete="off"
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
export function PasswordAgain({ value, onChange, error }: FieldProps) {
  const t = useTranslations("lost")
  return (
    <TextField
      label={t("password")}
      type="password"
      value={value}
      error={error}
      maxLength={256}
      autoComplete="current-password"
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
