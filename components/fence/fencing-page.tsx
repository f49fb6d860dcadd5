"use client"
import { useQuery } from "@tanstack/react-query"
import { PageHead } from "@/components/ui/card"
import { api } from "@/lib/client/api"
import type { FenceDeviceView, FencingSettings, FencingView, NodeFencingView } from "@/lib/domain/fencing"
import { mayAct, type Role } from "@/lib/domain/roles"
import type { OverviewView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"
import { DeviceTable } from "./device-table"
import { History } from "./history"
import { NodeCards } from "./node-cards"
import { SettingsForm } from "./settings-form"
import { SettingsTable } from "./settings-table"

const REFRESH_MS = 5_000
export type SettingsView = { readonly settings: FencingSettings; readonly members: readonly string[]; readonly tieBreakerSeen: boolean }
type Props = {
  readonly clusterId: string
  readonly initial: {
    readonly nodes: readonly NodeFencingView[]
    readonly devices: readonly FenceDeviceView[]
    readonly settings: SettingsView
    readonly history: readonly FencingView[]
    readonly view: OverviewView
    readonly role: Role | undefined
    readonly nowMs: number
  }
}
/** What may switch a node off, whether it would work, and what was switched. */
export function FencingPage({ clusterId, initial }: Props) {
  const t = useTranslations("fencing")
  const input = { clusterId }
  const { role, nowMs } = initial
  const fresh = { refetchInterval: REFRESH_MS }
  const { data: nodes } = useQuery({ ...api.fence.nodes.queryOptions({ input }), initialData: [...initial.nodes], ...fresh })
  const { data: devices } = useQuery({ ...api.fence.devices.queryOptions({ input }), initialData: [...initial.devices] })
  const { data: settings } = useQuery({ ...api.fence.settings.queryOptions({ input }), initialData: initial.settings, ...fresh })
  const { data: history } = useQuery({ ...api.fence.history.queryOptions({ input }), initialData: [...initial.history], ...fresh })
  const { data: view } = useQuery({ ...api.overview.get.queryOptions({ input }), initialData: initial.view })
  const heard = view.nodes.filter(({ state }) => state === "online").map(({ name }) => name)
  const isAdmin = mayAct(role, "admin")
  return (
    <>
      <PageHead title={t("title")} sub={t("text")} />
      <div className="grid gap-5">
        <NodeCards clusterId={clusterId} nodes={nodes} heard={heard} role={role} nowMs={nowMs} />
        <DeviceTable clusterId={clusterId} devices={devices} isAdmin={isAdmin} />
        {isAdmin ? <SettingsForm clusterId={clusterId} saved={settings} /> : <SettingsTable saved={settings} />}
        <History clusterId={clusterId} history={history} />
      </div>
    </>
  )
}
