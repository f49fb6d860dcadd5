"use client"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { Checkbox, SelectField, TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { StateMark } from "@/components/ui/state-mark"
import { api, client } from "@/lib/client/api"
import type { FencingSettings } from "@/lib/domain/fencing"
import { useTranslations } from "@/lib/i18n/use"
import type { SettingsView } from "./fencing-page"
import { msOf, secondsOf, useFieldWords } from "./words"

const times = ["lostAfter", "postFailDelay", "postJoinDelay"] as const
type Draft = Readonly<Record<(typeof times)[number], string>> & {
  readonly afterFencing: "on" | "off"
  readonly tieBreaker: string
  readonly needsTwo: boolean
}
const draftOf = (s: FencingSettings): Draft => ({
  lostAfter: secondsOf(s.lostAfterMs),
  postFailDelay: secondsOf(s.postFailDelayMs),
  postJoinDelay: secondsOf(s.postJoinDelayMs),
  ...{ afterFencing: s.afterFencing, tieBreaker: s.tieBreaker ?? "", needsTwo: s.needsTwo },
})
const settingsOf = (d: Draft): FencingSettings => ({
  lostAfterMs: msOf(d.lostAfter),
  postFailDelayMs: msOf(d.postFailDelay),
  postJoinDelayMs: msOf(d.postJoinDelay),
  ...{ afterFencing: d.afterFencing, tieBreaker: d.tieBreaker.trim() || null, needsTwo: d.needsTwo },
})
const fields = [...times.map((time) => `settings.${time}Ms`), "settings.tieBreaker"]

/** When a node counts as lost, how long it is spared, and who decides between two. */
export function SettingsForm({ clusterId, saved }: { readonly clusterId: string; readonly saved: SettingsView }) {
  const t = useTranslations()
  const words = useFieldWords()
  const queries = useQueryClient()
  const [edited, setEdited] = useState<Draft>()
  const draft = edited ?? draftOf(saved.settings)
  const saving = useMutation({
    mutationFn: () => client.fence.saveSettings({ clusterId, settings: settingsOf(draft) }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: api.fence.key() })
      setEdited(undefined)
    },
  })
  const change = (part: Partial<Draft>) => {
    saving.reset()
    setEdited({ ...draft, ...part })
  }
  const reports = reportsOf(saving.error)
  const at = (field: string) => reports.find((r) => r.field === field)
  const hasTieBreaker = saved.members.length === 2 || saved.settings.tieBreaker !== null
  return (
    <section aria-labelledby="fence-settings">
      <h2 id="fence-settings" className="mb-1.5">
        {t("fencing.settings")}
      </h2>
      <Card className="p-4">
        <form
          className="grid max-w-3xl gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            saving.mutate()
          }}
        >
          <Reports reports={reports.filter(({ field }) => field === undefined || !fields.includes(field))} />
          <div className="grid gap-3 sm:grid-cols-3">
            {times.map((time) => (
              <TextField
                key={time}
                label={t(`fencing.${time}`)}
                hint={t(`fencing.${time}Hint`)}
                inputMode="decimal"
                required
                value={draft[time]}
                onChange={(event) => change({ [time]: event.target.value })}
                error={words(at(`settings.${time}Ms`), time === "lostAfter" ? "lostAfterMs" : "delay")}
              />
            ))}
          </div>
          <SelectField
            label={t("fencing.afterFencing")}
            hint={t(`fencing.afterHint.${draft.afterFencing}`)}
            value={draft.afterFencing}
            options={(["on", "off"] as const).map((value) => ({ value, label: t(`fencing.after.${value}`) }))}
            onChange={(event) => change({ afterFencing: event.target.value === "off" ? "off" : "on" })}
          />
          {hasTieBreaker && (
            <div className="grid gap-1">
              <TextField
                label={t("fencing.tieBreaker")}
                hint={
                  saved.members.length === 2
                    ? t("fencing.tieBreakerTwo", { members: saved.members.join(", ") })
                    : t("fencing.tieBreakerOther", { n: saved.members.length })
                }
                value={draft.tieBreaker}
                onChange={(event) => change({ tieBreaker: event.target.value })}
                error={words(at("settings.tieBreaker"), "tieBreaker")}
              />
              <TieBreakerSeen saved={saved} />
            </div>
          )}
          <Checkbox
            checked={draft.needsTwo}
            hint={t("fencing.needsTwoHint")}
            onChange={(event) => change({ needsTwo: event.target.checked })}
          >
            {t("fencing.needsTwo")}
          </Checkbox>
          <div className="flex flex-wrap items-center justify-end gap-3">
            <span role="status" className="text-ink2">
              {saving.isSuccess && !edited ? t("fencing.saved") : ""}
            </span>
            {edited && (
              <Button look="quiet" onPress={() => setEdited(undefined)}>
                {t("common.cancel")}
              </Button>
            )}
            <Button type="submit" look="primary" isBusy={saving.isPending}>
              {t("common.save")}
            </Button>
          </div>
        </form>
      </Card>
    </section>
  )
}
/** Whether the panel reaches the stored address now. */
export function TieBreakerSeen({ saved }: { readonly saved: SettingsView }) {
  const t = useTranslations("fencing")
  const { settings, tieBreakerSeen, members } = saved
  if (members.length !== 2 && settings.tieBreaker === null) return null
  if (settings.tieBreaker === null) return <p className="text-ink2">{t("tieBreakerNone")}</p>
  return (
    <p role="status" className="flex flex-wrap items-center gap-1.5">
      <StateMark mark={tieBreakerSeen ? "ok" : "need"} />
      {t("seesIt", { address: settings.tieBreaker })} <b>{tieBreakerSeen ? t("seenYes") : t("seenNo")}</b>
    </p>
  )
}
