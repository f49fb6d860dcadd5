"use client"
import { Checkbox, SelectField, TextField } from "@/components/ui/field"
import { dependModes, recoveries } from "@/lib/domain/service"
import { useTranslations } from "@/lib/i18n/use"
import type { ServiceDraft } from "./draft"

type PolicyProps = {
  readonly draft: ServiceDraft
  readonly others: readonly string[]
  readonly onChange: (draft: ServiceDraft) => void
  readonly errorAt: (path: string) => string | undefined
}
/** What the keeper does with it: when it fails, what it depends on, and in which order it is taken. */
export function PolicyFields({ draft, others, onChange, errorAt }: PolicyProps) {
  const t = useTranslations("services")
  const number = (name: "maxRestarts" | "restartExpire" | "priority", path: string) => ({
    value: draft[name],
    inputMode: "numeric" as const,
    onChange: (event: { target: { value: string } }) => onChange({ ...draft, [name]: event.target.value }),
    error: errorAt(path),
  })
  const counts = draft.recovery === "restart" || draft.recovery === "restart-disable"
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1 text-[14px] font-semibold">{t("policy")}</legend>
      <Checkbox
        checked={draft.autostart}
        hint={t("autostartHint")}
        onChange={(event) => onChange({ ...draft, autostart: event.target.checked })}
      >
        {t("autostart")}
      </Checkbox>
      <Checkbox
        checked={draft.isExclusive}
        hint={t("exclusiveHint")}
        onChange={(event) => onChange({ ...draft, isExclusive: event.target.checked })}
      >
        {t("exclusive")}
      </Checkbox>
      <SelectField
        label={t("recovery")}
        hint={t(`recoveryHints.${draft.recovery}`)}
        value={draft.recovery}
        options={recoveries.map((value) => ({ value, label: t(`recoveries.${value}`) }))}
        onChange={(event) => onChange({ ...draft, recovery: recoveries.find((r) => r === event.target.value) ?? "restart" })}
      />
      {counts && (
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField label={t("maxRestarts")} hint={t("maxRestartsHint")} {...number("maxRestarts", "maxRestarts")} />
          <TextField label={t("restartExpire")} hint={t("expireHint")} {...number("restartExpire", "restartExpireMs")} />
        </div>
      )}
      <details open={draft.dependsOn !== "" || draft.priority !== "" || draft.ties !== "order"}>
        <summary className="text-ink2">{t("more")}</summary>
        <div className="mt-2 grid gap-3 sm:grid-cols-2">
          <SelectField
            label={t("dependsOn")}
            value={draft.dependsOn}
            options={[{ value: "", label: t("nothing") }, ...others.map((name) => ({ value: name, label: name }))]}
            onChange={(event) => onChange({ ...draft, dependsOn: event.target.value })}
            error={errorAt("dependsOn")}
          />
          <SelectField
            label={t("dependMode")}
            value={draft.dependMode}
            options={dependModes.map((value) => ({ value, label: t(`dependModes.${value}`) }))}
            onChange={(event) => onChange({ ...draft, dependMode: event.target.value === "soft" ? "soft" : "hard" })}
          />
          <TextField label={t("priority")} hint={t("priorityHint")} {...number("priority", "priority")} />
          <SelectField
            label={t("ties")}
            hint={t("tiesHint")}
            value={draft.ties}
            options={[
              { value: "order", label: t("tieRules.order") },
              { value: "fewest", label: t("tieRules.fewest") },
            ]}
            onChange={(event) => onChange({ ...draft, ties: event.target.value === "fewest" ? "fewest" : "order" })}
          />
        </div>
      </details>
    </fieldset>
  )
}
