"use client"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { useDuration } from "@/components/ui/age"
import { Button } from "@/components/ui/button"
import { Card, Empty } from "@/components/ui/card"
import { Checkbox, SelectField, TextField } from "@/components/ui/field"
import { useFieldError } from "@/components/ui/field-error"
import { Reports } from "@/components/ui/reports"
import { api, client } from "@/lib/client/api"
import type { AlertRuleInput } from "@/lib/domain/alert-channel"
import { alertKinds } from "@/lib/domain/alerts"
import { useTranslations } from "@/lib/i18n/use"

/** For who may look only. */
export function RulesTable({ rules }: { readonly rules: readonly AlertRuleInput[] }) {
  const t = useTranslations("alerts")
  const duration = useDuration()
  return (
    <section aria-labelledby="alert-rules">
      <h2 id="alert-rules" className="mb-1.5">
        {t("rules")}
      </h2>
      <Card>
        {rules.length === 0 && <Empty>{t("noRules")}</Empty>}
        <ul className="divide-y">
          {rules.map(({ kind, afterMs, channels }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rules have no name but their place
            <li key={i} className="flex flex-wrap gap-x-3 px-3.5 py-2">
              <span className="min-w-0 flex-1">{t(`kinds.${kind}`)}</span>
              <span>{t("afterTime", { time: duration(afterMs) })}</span>
              <span className="text-ink2">{channels.join(", ")}</span>
            </li>
          ))}
        </ul>
      </Card>
    </section>
  )
}

type Draft = { readonly key: number; readonly kind: AlertRuleInput["kind"]; readonly seconds: string; readonly channels: readonly string[] }
const DEFAULT_SECONDS = "60"
const draftsOf = (rules: readonly AlertRuleInput[]): readonly Draft[] =>
  rules.map(({ kind, afterMs, channels }, key) => ({ key, kind, seconds: String(afterMs / 1_000), channels }))
/** What is no number is refused where it stands. */
const inputOf = ({ kind, seconds, channels }: Draft): AlertRuleInput => ({
  ...{ kind, channels: [...channels] },
  afterMs: /^\d{1,9}(\.\d{1,3})?$/.test(seconds.trim()) ? Math.round(Number(seconds) * 1_000) : -1,
})

type FormProps = { readonly clusterId: string; readonly saved: readonly AlertRuleInput[]; readonly channels: readonly string[] }
export function RulesForm({ clusterId, saved, channels }: FormProps) {
  const t = useTranslations()
  const queries = useQueryClient()
  const [edited, setEdited] = useState<readonly Draft[]>()
  const drafts = edited ?? draftsOf(saved)
  const saving = useMutation({
    mutationFn: () => client.alert.saveRules({ clusterId, rules: drafts.map(inputOf) }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: api.alert.key() })
      setEdited(undefined)
    },
  })
  const reports = reportsOf(saving.error)
  const errorAt = (i: number, field: string) =>
    reports.find((r) => r.code === "invalid" && r.field === `rules.${i}.${field}`)?.params.detail
  const change = (next: Draft) => setEdited(drafts.map((draft) => (draft.key === next.key ? next : draft)))
  const add = () => {
    const key = Math.max(-1, ...drafts.map((draft) => draft.key)) + 1
    setEdited([...drafts, { key, kind: "nodeLost", seconds: DEFAULT_SECONDS, channels: channels.slice(0, 1) }])
  }
  return (
    <section aria-labelledby="alert-rules">
      <div className="mb-1.5 flex flex-wrap items-center justify-between gap-2">
        <h2 id="alert-rules">{t("alerts.rules")}</h2>
        <Button onPress={add} why={channels.length === 0 ? t("alerts.channelFirst") : undefined}>
          {t("alerts.addRule")}
        </Button>
      </div>
      <Card>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            saving.mutate()
          }}
        >
          {drafts.length === 0 && <Empty>{t("alerts.noRules")}</Empty>}
          <ol className="divide-y">
            {drafts.map((draft, i) => (
              <RuleFields
                key={draft.key}
                {...{ draft, channels }}
                number={i + 1}
                errorAt={(field) => errorAt(i, field)}
                onChange={change}
                onRemove={() => setEdited(drafts.filter(({ key }) => key !== draft.key))}
              />
            ))}
          </ol>
          <div className="grid gap-2 px-3.5 py-2.5 empty:hidden">
            <Reports reports={reports.filter((r) => r.code !== "invalid")} />
            {edited && (
              <span className="flex flex-wrap items-center justify-end gap-2">
                <span className="text-ink2">{t("alerts.notSaved")}</span>
                <Button
                  look="quiet"
                  onPress={() => {
                    setEdited(undefined)
                    saving.reset()
                  }}
                >
                  {t("common.cancel")}
                </Button>
                <Button type="submit" look="primary" isBusy={saving.isPending}>
                  {t("alerts.saveRules")}
                </Button>
              </span>
            )}
            {!edited && saving.isSuccess && <span role="status">{t("alerts.saved")}</span>}
          </div>
        </form>
      </Card>
    </section>
  )
}

type RuleProps = {
  readonly draft: Draft
  readonly number: number
  readonly channels: readonly string[]
  readonly errorAt: (field: string) => string | undefined
  readonly onChange: (draft: Draft) => void
  readonly onRemove: () => void
}
function RuleFields({ draft, number, channels, errorAt, onChange, onRemove }: RuleProps) {
  const t = useTranslations()
  const missing = useFieldError(errorAt("channels"))
  const all = [...new Set([...channels, ...draft.channels])]
  const choose = (name: string, isChosen: boolean) =>
    onChange({ ...draft, channels: all.filter((other) => (other === name ? isChosen : draft.channels.includes(other))) })
  return (
    <li className="px-3.5 py-3">
      <fieldset className="grid items-start gap-3 sm:grid-cols-[minmax(0,2fr)_8rem_minmax(0,1fr)_auto]">
        <legend className="sr-only">{t("alerts.ruleNumber", { n: number })}</legend>
        <SelectField
          label={t("alerts.when")}
          value={draft.kind}
          options={alertKinds.map((value) => ({ value, label: t(`alerts.kinds.${value}`) }))}
          hint={t(`alerts.kindHints.${draft.kind}`)}
          onChange={(event) => onChange({ ...draft, kind: alertKinds.find((kind) => kind === event.target.value) ?? draft.kind })}
        />
        <TextField
          label={t("alerts.afterSeconds")}
          inputMode="decimal"
          value={draft.seconds}
          error={errorAt("afterMs")}
          onChange={(event) => onChange({ ...draft, seconds: event.target.value })}
        />
        <fieldset>
          <legend className="mb-1 text-ink2">{t("alerts.tell")}</legend>
          {all.map((name) => (
            <Checkbox key={name} checked={draft.channels.includes(name)} onChange={(event) => choose(name, event.target.checked)}>
              {name}
            </Checkbox>
          ))}
          {missing !== undefined && (
            <p role="alert" className="text-xs text-bad">
              {missing}
            </p>
          )}
        </fieldset>
        <span className="sm:pt-6">
          <Button label={t("alerts.removeRule", { n: number })} onPress={onRemove}>
            {t("common.remove")}
          </Button>
        </span>
      </fieldset>
    </li>
  )
}
