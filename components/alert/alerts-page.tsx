"use client"
import { useQuery } from "@tanstack/react-query"
import { Banner, PageHead } from "@/components/ui/card"
import { api } from "@/lib/client/api"
import type { AlertRuleInput, ChannelView, SentView } from "@/lib/domain/alert-channel"
import { useTranslations } from "@/lib/i18n/use"
import { ChannelList } from "./channel-list"
import { RulesForm, RulesTable } from "./rules-card"
import { SentList } from "./sent-list"

const REFRESH_MS = 5_000
type Props = {
  readonly clusterId: string
  readonly initial: {
    readonly rules: { readonly rules: readonly AlertRuleInput[]; readonly canLink: boolean }
    readonly sent: readonly SentView[]
    /** null: only admins see where alerts go. */
    readonly channels: readonly ChannelView[] | null
    readonly nowMs: number
  }
}
/** Who is told what: rules of this cluster, channels of the panel, and what was sent. */
export function AlertsPage({ clusterId, initial }: Props) {
  const t = useTranslations("alerts")
  const input = { clusterId }
  const isAdmin = initial.channels !== null
  const fresh = { refetchInterval: REFRESH_MS }
  const { data: rules } = useQuery({ ...api.alert.rules.queryOptions({ input }), initialData: initial.rules })
  const { data: sent } = useQuery({ ...api.alert.sent.queryOptions({ input }), initialData: initial.sent, ...fresh })
  const { data: channels } = useQuery({
    ...api.alert.channels.queryOptions({ input: {} }),
    ...(initial.channels ? { initialData: initial.channels } : {}),
    ...fresh,
    enabled: isAdmin,
  })
  return (
    <>
      <PageHead title={t("title")} sub={t("text")} />
      <div className="grid gap-4">
        {!rules.canLink && (
          <Banner mark="need">
            <span className="min-w-0 flex-1">{t("noLink")}</span>
          </Banner>
        )}
        {isAdmin && <ChannelList channels={channels ?? []} nowMs={initial.nowMs} />}
        {isAdmin ? (
          <RulesForm clusterId={clusterId} saved={rules.rules} channels={(channels ?? []).map(({ name }) => name)} />
        ) : (
          <RulesTable rules={rules.rules} />
        )}
        <SentList clusterId={clusterId} sent={sent} nowMs={initial.nowMs} />
      </div>
    </>
  )
}
