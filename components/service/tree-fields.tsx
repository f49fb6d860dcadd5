"use client"
import { SelectField, TextField } from "@/components/ui/field"
import { independence } from "@/lib/domain/service"
import { useTranslations } from "@/lib/i18n/use"
import type { ResourceDraft } from "./draft"

type TreeProps = {
  readonly draft: ResourceDraft
  /** Those that stand before it: one of them may be its parent. */
  readonly before: readonly ResourceDraft[]
  readonly onChange: (draft: ResourceDraft) => void
  readonly errorAt: (path: string) => string | undefined
}
/** Where a resource stands in the service's tree, and what its failure means. */
export function TreeFields({ draft, before, onChange, errorAt }: TreeProps) {
  const t = useTranslations("services")
  const number = (name: "maxRestarts" | "restartExpire" | "maxFailures" | "failureExpire", path: string) => ({
    label: t(name),
    value: draft[name],
    inputMode: "numeric" as const,
    onChange: (event: { target: { value: string } }) => onChange({ ...draft, [name]: event.target.value }),
    error: errorAt(path),
  })
  return (
    <details open={draft.parent !== "" || draft.independentSubtree !== "no"}>
      <summary className="text-ink2">{t("inTree")}</summary>
      <div className="mt-2 grid gap-3 sm:grid-cols-2">
        <SelectField
          label={t("parent")}
          hint={t("parentHint")}
          value={draft.parent}
          options={[{ value: "", label: t("parentService") }, ...before.map(({ key, name }) => ({ value: key, label: name }))]}
          onChange={(event) => onChange({ ...draft, parent: event.target.value })}
          error={errorAt("parent")}
        />
        <SelectField
          label={t("ifItFails")}
          value={draft.independentSubtree}
          options={independence.map((value) => ({ value, label: t(`independence.${value}`) }))}
          onChange={(event) =>
            onChange({ ...draft, independentSubtree: independence.find((value) => value === event.target.value) ?? "no" })
          }
          error={errorAt("independentSubtree")}
        />
        {draft.independentSubtree !== "no" && (
          <>
            <TextField {...number("maxRestarts", "maxRestarts")} hint={t("maxRestartsHint")} />
            <TextField {...number("restartExpire", "restartExpireMs")} />
            <TextField {...number("maxFailures", "maxFailures")} hint={t("maxFailuresHint")} />
            <TextField {...number("failureExpire", "failureExpireMs")} />
          </>
        )}
      </div>
    </details>
  )
}
