"use client"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useRouter } from "next/navigation"
import { useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { Button, LinkButton } from "@/components/ui/button"
import { Card, PageHead } from "@/components/ui/card"
import { Checkbox, TextField } from "@/components/ui/field"
import { Reports } from "@/components/ui/reports"
import { api, client } from "@/lib/client/api"
import type { FenceDeviceView } from "@/lib/domain/fencing"
import { useTranslations } from "@/lib/i18n/use"
import { AgentFields } from "./agent-fields"
import { type DeviceDraft, draftOfDevice, inputOfDevice } from "./device-draft"
import { DeviceParameters } from "./device-parameters"
import { type Metadata, useMetadata } from "./metadata"
import { useFieldWords } from "./words"

/** The fields that stand on the form: what the server says of others stands above them all. */
const fieldsOn = (metadata: Metadata | undefined, was: FenceDeviceView | null): readonly string[] => [
  ...["device.name", "device.agent"],
  ...[...(metadata?.parameters.map(({ name }) => name) ?? []), ...Object.keys(was?.params ?? {}), ...(was?.secrets ?? [])].flatMap(
    (name) => [`device.params.${name}`, `secrets.${name}`],
  ),
]
type FormProps = { readonly clusterId: string; readonly was: FenceDeviceView | null }
export function DeviceForm({ clusterId, was }: FormProps) {
  const t = useTranslations()
  const words = useFieldWords()
  const router = useRouter()
  const queries = useQueryClient()
  const [draft, setDraft] = useState<DeviceDraft>(() => draftOfDevice(was))
  const change = (part: Partial<DeviceDraft>) => setDraft((old) => ({ ...old, ...part }))
  const { runsOn, agent } = draft
  const { data: metadata, error: unread, isFetching } = useMetadata({ clusterId, runsOn, agent })
  const back = `/c/${clusterId}/fencing`
  const saving = useMutation({
    mutationFn: () => client.fence.saveDevice({ clusterId, was: was?.name ?? null, ...inputOfDevice(draft, was, metadata) }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: api.fence.key() })
      router.push(back)
    },
  })
  const reports = reportsOf(saving.error)
  const unreadReports = reportsOf(unread)
  const errorAt = (field: string) => words(reports.find((r) => r.field === field))
  const fields = fieldsOn(metadata, was)
  const unfences = draft.unfences ?? metadata?.unfences ?? false
  return (
    <>
      <PageHead title={was ? t("fencing.deviceEdit", { name: was.name }) : t("fencing.deviceNew")} sub={t("fencing.deviceText")} />
      <Card className="max-w-3xl p-4">
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            saving.mutate()
          }}
        >
          <Reports reports={reports.filter(({ field }) => field === undefined || !fields.includes(field))} />
          <TextField
            label={t("fencing.name")}
            value={draft.name}
            required
            onChange={(event) => change({ name: event.target.value })}
            error={errorAt("device.name")}
          />
          <AgentFields
            {...{ clusterId, runsOn, agent }}
            error={errorAt("device.agent") ?? words(unreadReports.find(({ field }) => field === "agent"))}
            onRunsOn={(next) => change({ runsOn: next })}
            onAgent={(next) => change({ agent: next, unfences: next === was?.agent ? was.unfences : undefined })}
          />
          <Reports reports={unreadReports.filter(({ field }) => field !== "agent")} />
          {agent !== "" && isFetching && !metadata && <p role="status">{t("common.loading")}</p>}
          {agent !== "" && (metadata !== undefined || unread !== null) && (
            <DeviceParameters key={agent} {...{ was, draft, metadata, errorAt }} onChange={change} />
          )}
          {agent !== "" && (
            <Checkbox
              checked={unfences}
              hint={`${t("fencing.unfencesHint")}${metadata?.unfences ? ` ${t("fencing.unfencesByAgent")}` : ""}`}
              onChange={(event) => change({ unfences: event.target.checked })}
            >
              {t("fencing.unfences")}
            </Checkbox>
          )}
          {was && was.nodes.length > 0 && <p className="text-xs text-ink3">{t("fencing.testsForgotten")}</p>}
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
