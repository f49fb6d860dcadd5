"use client"
import { useMutation } from "@tanstack/react-query"
import { useRouter } from "next/navigation"
import { useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { draftOfShared, inputOfShared, kinds, newResource, type ResourceDraft } from "@/components/service/draft"
import { ResourceFields } from "@/components/service/resource-fields"
import { Button, LinkButton } from "@/components/ui/button"
import { Card, PageHead } from "@/components/ui/card"
import { SelectField, TextField } from "@/components/ui/field"
import { Reports, useReport } from "@/components/ui/reports"
import { client } from "@/lib/client/api"
import { useTranslations } from "@/lib/i18n/use"
import type { SharedView } from "./shared-list"

type FormProps = { readonly clusterId: string; readonly was: SharedView | null }
export function SharedForm({ clusterId, was }: FormProps) {
  const t = useTranslations()
  const say = useReport()
  const router = useRouter()
  const [draft, setDraft] = useState<ResourceDraft>(() => (was ? draftOfShared(was) : { ...newResource("ip", "", []), name: "" }))
  const back = `/c/${clusterId}/resources`
  const saving = useMutation({
    mutationFn: () => client.resource.save({ clusterId, was: was?.name ?? null, resource: inputOfShared(draft) }),
    onSuccess: () => router.push(back),
  })
  const reports = reportsOf(saving.error).map((r) => ({ ...r, field: (r.field ?? "").replace(/^resource\./, "") }))
  const errorAt = (field: string): string | undefined => {
    const found = reports.find((r) => r.field === field)
    return found && (found.code === "invalid" ? found.params.detail : say(found))
  }
  return (
    <>
      <PageHead title={was ? t("resources.editTitle", { name: was.name }) : t("resources.newTitle")} sub={t("resources.formText")} />
      <Card className="max-w-3xl p-4">
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            saving.mutate()
          }}
        >
          <Reports reports={reports.filter((r) => r.field === "" || r.field === "resource")} />
          <SelectField
            label={t("resources.kind")}
            value={draft.kind}
            options={kinds.map((value) => ({ value, label: t(`services.kinds.${value}`) }))}
            onChange={(event) => {
              const kind = kinds.find((k) => k === event.target.value) ?? "ip"
              setDraft({ ...newResource(kind, "", []), name: draft.name })
            }}
          />
          <TextField
            label={t("services.resourceName")}
            value={draft.name}
            required
            onChange={(event) => setDraft({ ...draft, name: event.target.value })}
            error={errorAt("name")}
          />
          <ResourceFields clusterId={clusterId} draft={draft} onChange={setDraft} errorAt={errorAt} />
          <div className="flex justify-end gap-2">
            <LinkButton href={back} look="quiet">
              {t("common.cancel")}
            </LinkButton>
            <Button type="submit" look="primary" isBusy={saving.isPending}>
              {t("common.save")}
            </Button>
          </div>
        </form>
      </Card>
    </>
  )
}
