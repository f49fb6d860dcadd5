"use client"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { Button } from "@/components/ui/button"
import { Card, Empty, Mono } from "@/components/ui/card"
import { Reports } from "@/components/ui/reports"
import { Tag } from "@/components/ui/state-mark"
import { api, client } from "@/lib/client/api"
import type { ChannelSettings, ChannelView, Delivery } from "@/lib/domain/alert-channel"
import { useTranslations } from "@/lib/i18n/use"
import { Ago } from "./ago"
import { ChannelDialog } from "./channel-dialog"
import { useOutcome } from "./words"

type Editing = { readonly kind: ChannelSettings["kind"]; readonly was: ChannelView | null }
/** Where alerts go, and how the last message to each went. */
export function ChannelList({ channels, nowMs }: { readonly channels: readonly ChannelView[]; readonly nowMs: number }) {
  const t = useTranslations("alerts")
  const [editing, setEditing] = useState<Editing>()
  return (
    <section aria-labelledby="alert-channels">
      <div className="mb-1.5 flex flex-wrap items-center justify-between gap-2">
        <h2 id="alert-channels">{t("channels")}</h2>
        <span className="flex flex-wrap gap-2">
          <Button onPress={() => setEditing({ kind: "webhook", was: null })}>{t("addWebhook")}</Button>
          <Button onPress={() => setEditing({ kind: "email", was: null })}>{t("addEmail")}</Button>
        </span>
      </div>
      <Card>
        {channels.length === 0 && <Empty>{t("noChannels")}</Empty>}
        <ul className="divide-y">
          {channels.map((channel) => (
            <Channel
              key={channel.name}
              channel={channel}
              nowMs={nowMs}
              onEdit={() => setEditing({ kind: channel.settings.kind, was: channel })}
            />
          ))}
        </ul>
      </Card>
      {editing && <ChannelDialog {...editing} onClose={() => setEditing(undefined)} />}
    </section>
  )
}

const goesTo = (settings: ChannelSettings): string =>
  settings.kind === "webhook" ? settings.url : `${settings.to.join(", ")} (${settings.host}:${settings.port})`
type ChannelProps = { readonly channel: ChannelView; readonly nowMs: number; readonly onEdit: () => void }
function Channel({ channel, nowMs, onEdit }: ChannelProps) {
  const { name, settings, last } = channel
  const t = useTranslations()
  const queries = useQueryClient()
  const onSettled = () => queries.invalidateQueries({ queryKey: api.alert.key() })
  const testing = useMutation({ mutationFn: () => client.alert.testChannel({ name }), onSettled })
  const removing = useMutation({ mutationFn: () => client.alert.removeChannel({ name }), onSettled })
  const error = testing.error ?? removing.error
  return (
    <li className="grid gap-2 px-3.5 py-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <span className="min-w-0 flex-1 basis-56">
          <b>{name}</b> <span className="text-ink2">{t(`alerts.kindsOfChannel.${settings.kind}`)}</span>
          <span className="block">
            <Mono>{goesTo(settings)}</Mono>
          </span>
          <span className="block text-xs text-ink2">
            {last === null ? t("alerts.neverUsed") : <Outcome {...last} />}
            {last !== null && (
              <>
                {" "}
                <Ago atMs={last.atMs} nowMs={nowMs} />
              </>
            )}
          </span>
        </span>
        <span className="flex flex-wrap gap-2">
          <Button label={t("alerts.testOf", { name })} isBusy={testing.isPending} onPress={() => testing.mutate()}>
            {t("alerts.test")}
          </Button>
          <Button label={t("alerts.editOf", { name })} onPress={onEdit}>
            {t("common.edit")}
          </Button>
          <Button label={t("alerts.removeOf", { name })} isBusy={removing.isPending} onPress={() => removing.mutate()}>
            {t("common.remove")}
          </Button>
        </span>
      </div>
      <div role="status">
        {testing.isPending && <span className="text-ink2">{t("alerts.testing")}</span>}
        {testing.data && !testing.isPending && (
          <span className="flex flex-wrap items-center gap-2">
            {t("alerts.testResult")} <Outcome {...testing.data} />
          </span>
        )}
      </div>
      {error && <Reports reports={reportsOf(error)} />}
    </li>
  )
}
function Outcome({ ok, detail }: Delivery) {
  const say = useOutcome()
  const t = useTranslations("alerts")
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      <Tag mark={ok ? "ok" : "bad"}>{ok ? t("arrived") : t("notArrived")}</Tag>
      {!ok && <span className="min-w-0">{say(detail)}</span>}
    </span>
  )
}
