"use client"
import { TextField } from "@/components/ui/field"
import { useTranslations } from "@/lib/i18n/use"
import { type CheckField, checkFields, type ResourceDraft } from "./draft"

type CheckProps = {
  readonly draft: ResourceDraft
  readonly onChange: (draft: ResourceDraft) => void
  readonly errorAt: (path: string) => string | undefined
}
const paths: Readonly<Record<CheckField, string>> = {
  every: "params.monitorEveryMs",
  deep10: "params.deepChecks",
  deep20: "params.deepChecks",
  startTimeout: "params.timeouts.startMs",
  stopTimeout: "params.timeouts.stopMs",
  monitorTimeout: "params.timeouts.monitorMs",
}
/** How often it is checked, how deep, and how long its actions may take. Empty is the default. */
export function CheckFields({ draft, onChange, errorAt }: CheckProps) {
  const t = useTranslations("services")
  const isShown = (field: CheckField) => draft.kind === "ocf" || draft.kind === "ip" || !field.startsWith("deep")
  return (
    <details open={checkFields.some((field) => draft.checks[field] !== "")}>
      <summary className="text-ink2">{t("checks")}</summary>
      <div className="mt-2 grid gap-3 sm:grid-cols-3">
        {checkFields.filter(isShown).map((field) => (
          <TextField
            key={field}
            label={t(`check.${field}`)}
            value={draft.checks[field]}
            inputMode="numeric"
            onChange={(event) => onChange({ ...draft, checks: { ...draft.checks, [field]: event.target.value } })}
            error={errorAt(paths[field])}
          />
        ))}
      </div>
    </details>
  )
}
