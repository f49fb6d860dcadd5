"use client"
import { useQuery } from "@tanstack/react-query"
import dynamic from "next/dynamic"
import { useEffect, useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { PlanDialog } from "@/components/plan/plan-dialog"
import { LinkButton } from "@/components/ui/button"
import { Card, Empty, PageHead } from "@/components/ui/card"
import { Reports } from "@/components/ui/reports"
import { api } from "@/lib/client/api"
import { balancerQueries } from "@/lib/client/balancer-api"
import { setServerNow } from "@/lib/client/clock"
import { balancerNeeds } from "@/lib/domain/balancer-needs"
import type { OverviewView, ServiceAction } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"
import { Attention } from "./attention"
import { DragProvider } from "./drag"
import { EventList } from "./event-list"
import { MANY, Matrix, MatrixCards } from "./matrix"

const LongMatrix = dynamic(() => import("./long-matrix"), { ssr: false })

type Asked = { readonly service: string; readonly action: ServiceAction; readonly target: string }

/** @param balancers how many need somebody; undefined: not known */
function useSummary(view: OverviewView, balancers: number | undefined): string {
  const t = useTranslations("overview")
  const members = view.nodes.filter((n) => n.isMember)
  const isOnline = ({ state }: OverviewView["nodes"][number]) => state === "online"
  const online = members.filter(isOnline).length
  const started = view.services.filter((s) => s.status.state === "started").length
  return [
    members.length === 0
      ? t("noMembers", { online: view.nodes.filter(isOnline).length, nodes: view.nodes.length })
      : `${t("nodesOnline", { online, members: members.length })}, ${view.quorum.isQuorate ? t("quorate") : t("notQuorate")}`,
    t("servicesStarted", { started, all: view.services.length }),
    ...(balancers === undefined ? [] : [t("needYou", { n: view.attention.length + balancers })]),
  ].join(" · ")
}
export function Overview({ initial }: { readonly initial: OverviewView }) {
  const t = useTranslations("overview")
  const clusterId = initial.cluster.id
  const { data: view } = useQuery({ ...api.overview.get.queryOptions({ input: { clusterId } }), initialData: initial })
  const [asked, setAsked] = useState<Asked>()
  useEffect(() => setServerNow(view.nowMs), [view.nowMs])
  // Not with the page: it may ask a director for its file, and this page is not to wait for one that does not answer.
  const { data: rows, error } = useQuery(balancerQueries.list(clusterId))
  const balancers = rows?.filter((row) => balancerNeeds(row).length > 0)
  const summary = useSummary(view, error ? undefined : balancers?.length)
  const ask = (service: string, cell: OverviewView["services"][number]["cells"][number]) => {
    if (cell.kind === "can") setAsked({ service, action: cell.action, target: cell.node })
  }
  const drop = (service: string, node: string) => {
    const cell = view.services.find((row) => row.name === service)?.cells.find((c) => c.node === node)
    if (cell) ask(service, cell)
  }
  return (
    <>
      <PageHead title={t("title")} sub={summary}>
        <LinkButton href={`/c/${clusterId}/services/new`}>{t("addService")}</LinkButton>
        <LinkButton href={`/c/${clusterId}/nodes/add`} look={view.nodes.length === 0 ? "primary" : "default"}>
          {t("addNode")}
        </LinkButton>
      </PageHead>
      {error && <Reports reports={reportsOf(error)} />}
      <Attention view={view} balancers={balancers ?? []} />
      {view.services.length === 0 ? (
        <Card>
          <Empty>{view.nodes.length === 0 ? t("noNodes") : t("noServices")}</Empty>
        </Card>
      ) : (
        <DragProvider onDrop={drop}>
          <div className="max-md:hidden">
            {view.services.length > MANY ? <LongMatrix view={view} onAsk={ask} /> : <Matrix view={view} onAsk={ask} />}
          </div>
          <MatrixCards view={view} onAsk={ask} />
        </DragProvider>
      )}
      <h2 className="mt-4 mb-1.5">{t("recent")}</h2>
      <Card>
        <EventList clusterId={clusterId} events={view.events} />
      </Card>
      {asked && <PlanDialog clusterId={clusterId} {...asked} onClose={() => setAsked(undefined)} />}
    </>
  )
}
