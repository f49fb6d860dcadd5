"use client"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Dialog, DialogFoot } from "@/components/ui/dialog"
import { Checkbox, SelectField, TextField } from "@/components/ui/field"
import { Reports, useReport } from "@/components/ui/reports"
import { api, client } from "@/lib/client/api"
import { alertLanguages, type ChannelSettings, type ChannelView } from "@/lib/domain/alert-channel"
import { useTranslations } from "@/lib/i18n/use"
import { EmailFields, WebhookFields } from "./channel-fields"
import { type ChannelDraft, draftOf, emailOf, secretOf, webhookOf } from "./draft"

type DialogProps = { readonly kind: ChannelSettings["kind"]; readonly was: ChannelView | null; readonly onClose: () => void }
/** One channel: a webhook or a mailbox. The stored secret is never shown; an empty field keeps it. */
export function ChannelDialog({ kind, was, onClose }: DialogProps) {
  const t = useTranslations()
  const say = useReport()
  const queries = useQueryClient()
  const [draft, setDraft] = useState<ChannelDraft>(() => draftOf(was?.settings))
  const change = (over: Partial<ChannelDraft>) => setDraft((old) => ({ ...old, ...over }))
  const saving = useMutation({
    mutationFn: () => {
      const about = { was: was?.name ?? null }
      return kind === "webhook"
        ? client.alert.saveWebhook({ ...about, channel: webhookOf(draft), ...secretOf("secret", draft) })
        : client.alert.saveEmail({ ...about, channel: emailOf(draft), ...secretOf("password", draft) })
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: api.alert.key() })
      onClose()
    },
  })
  const reports = reportsOf(saving.error).map((r) => ({
    ...r,
    field: (r.field ?? "").replace(/^channel\./, "").replace(/^to\.\d+$/, "to"),
  }))
  const errorAt = (field: string): string | undefined => {
    const found = reports.find((r) => r.field === field)
    return found && (found.code === "invalid" ? found.params.detail : say(found))
  }
  const fields = ["name", "url", "header", "secret", "host", "port", "user", "password", "from", "to"]
  const parts = { draft, change, errorAt, hasSecret: was?.hasSecret === true }
  return (
    <Dialog title={was ? t("alerts.editTitle", { name: was.name }) : t(`alerts.newTitle.${kind}`)} onClose={onClose}>
      <form
        method="post"
        className="mt-3 grid gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          saving.mutate()
        }}
      >
        <Reports reports={reports.filter((r) => !fields.includes(r.field))} />
        <TextField
          label={t("alerts.name")}
          value={draft.name}
          required
          autoComplete="off"
          error={errorAt("name")}
          onChange={(event) => change({ name: event.target.value })}
        />
        {kind === "webhook" ? <WebhookFields {...parts} /> : <EmailFields {...parts} />}
        {was?.hasSecret === true && (
          <Checkbox checked={draft.dropsSecret} onChange={(event) => change({ dropsSecret: event.target.checked })}>
            {t("alerts.dropSecret")}
          </Checkbox>
        )}
        <SelectField
          label={t("alerts.language")}
          value={draft.language}
          options={alertLanguages.map((value) => ({ value, label: t(`alerts.languages.${value}`) }))}
          onChange={(event) => change({ language: alertLanguages.find((l) => l === event.target.value) ?? "en" })}
        />
        <Checkbox
          checked={draft.allowPrivate}
          hint={t("alerts.allowPrivateHint")}
          onChange={(event) => change({ allowPrivate: event.target.checked })}
        >
          {t("alerts.allowPrivate")}
        </Checkbox>
        <DialogFoot>
          <Button look="quiet" onPress={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" look="primary" isBusy={saving.isPending}>
            {t("common.save")}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
