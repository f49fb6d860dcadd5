"use client"
import { useQuery } from "@tanstack/react-query"
import Link from "next/link"
import { nodeMark } from "@/components/cluster/marks"
import { Age, FactValue } from "@/components/ui/age"
import { LinkButton } from "@/components/ui/button"
import { Card, Empty, Meter, Mono, PageHead } from "@/components/ui/card"
import { Tag } from "@/components/ui/state-mark"
import { api } from "@/lib/client/api"
import type { NodeSummary, OverviewView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"

const GIB = 1024 ** 3
export function NodeList({ initial }: { readonly initial: OverviewView }) {
  const t = useTranslations()
  const clusterId = initial.cluster.id
  const { data: view } = useQuery({ ...api.overview.get.queryOptions({ input: { clusterId } }), initialData: initial })
  return (
    <>
      <PageHead title={t("nodes.title")}>
        <LinkButton href={`/c/${clusterId}/nodes/add`} look="primary">
          {t("nodes.add")}
        </LinkButton>
      </PageHead>
      <Card>
        {view.nodes.length === 0 && <Empty>{t("overview.noNodes")}</Empty>}
        <ul className="divide-y">
          {view.nodes.map((node) => (
            <NodeRow key={node.name} clusterId={clusterId} node={node} nowMs={view.nowMs} />
          ))}
        </ul>
      </Card>
    </>
  )
}
function NodeRow({ clusterId, node, nowMs }: { readonly clusterId: string; readonly node: NodeSummary; readonly nowMs: number }) {
  const t = useTranslations()
  return (
    <li className="grid grid-cols-[1fr_1fr_1fr_1fr] items-center gap-3 px-3.5 py-2.5 max-md:grid-cols-2">
      <span>
        <Link href={`/c/${clusterId}/nodes/${node.name}`} className="font-semibold no-underline hover:underline">
          {node.name}
        </Link>
        <span className="block text-ink3">
          <Mono>
            {node.host}:{node.port}
          </Mono>
        </span>
      </span>
      <span>
        <Tag mark={nodeMark[node.state]}>{t(`common.nodeStates.${node.state}`)}</Tag>
      </span>
      <span>
        <FactValue fact={node.memory} nowMs={nowMs}>
          {({ totalBytes, availableBytes }) => {
            const [used, total] = [totalBytes - availableBytes, totalBytes].map((b) => (b / GIB).toFixed(1))
            return (
              <>
                {t("nodes.memoryOf", { used: used ?? "", total: total ?? "" })}
                <Meter share={1 - availableBytes / totalBytes} label={`${node.name}: ${t("nodes.memory")}`} />
              </>
            )
          }}
        </FactValue>
      </span>
      <span className="text-ink2">
        {t("nodes.heard")}: {node.lastHeardMs === null ? t("nodes.never") : <Age atMs={node.lastHeardMs} nowMs={nowMs} />}
      </span>
    </li>
  )
}
