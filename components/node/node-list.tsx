"use client"
import { useQuery } from "@tanstack/react-query"
import Link from "next/link"
import { useEffect, useState } from "react"
import { nodeMark } from "@/components/cluster/marks"
import { Age, FactValue } from "@/components/ui/age"
import { Button, LinkButton } from "@/components/ui/button"
import { Card, Empty, Mono, PageHead } from "@/components/ui/card"
import { Tag } from "@/components/ui/state-mark"
import { api } from "@/lib/client/api"
import { setServerNow } from "@/lib/client/clock"
import type { NodeSummary, OverviewView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"
import { Memory } from "./fact-text"
import { Rolling, StartRolling } from "./rolling"

const heads = ["state", "name", "address", "load", "memory", "heard"] as const
const cell = "px-3.5 py-2 max-md:block max-md:py-0.5"
export function NodeList({ initial }: { readonly initial: OverviewView }) {
  const t = useTranslations()
  const clusterId = initial.cluster.id
  const { data: view } = useQuery({ ...api.overview.get.queryOptions({ input: { clusterId } }), initialData: initial })
  const [isStarting, setStarting] = useState(false)
  useEffect(() => setServerNow(view.nowMs), [view.nowMs])
  return (
    <>
      <PageHead title={t("nodes.title")}>
        {view.nodes.length > 1 && <Button onPress={() => setStarting(true)}>{t("nodes.rolling")}</Button>}
        <LinkButton href={`/c/${clusterId}/nodes/add`} look="primary">
          {t("nodes.add")}
        </LinkButton>
      </PageHead>
      <Rolling clusterId={clusterId} />
      {isStarting && (
        <StartRolling
          clusterId={clusterId}
          nodes={view.nodes.filter((n) => n.isMember).map((n) => n.name)}
          onClose={() => setStarting(false)}
        />
      )}
      <Card>
        {view.nodes.length === 0 ? (
          <Empty>{t("overview.noNodes")}</Empty>
        ) : (
          <table className="w-full text-left max-md:block">
            <thead className="max-md:sr-only">
              <tr>
                {heads.map((head) => (
                  <th key={head} scope="col" className="px-3.5 py-2 font-medium text-ink2">
                    {t(`nodes.${head}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="max-md:block max-md:divide-y">
              {view.nodes.map((node) => (
                <NodeRow key={node.name} clusterId={clusterId} node={node} nowMs={view.nowMs} />
              ))}
            </tbody>
          </table>
        )}
      </Card>
    </>
  )
}
const Small = ({ children }: { readonly children: string }) => <span className="text-ink2 md:hidden">{children}: </span>
function NodeRow({ clusterId, node, nowMs }: { readonly clusterId: string; readonly node: NodeSummary; readonly nowMs: number }) {
  const t = useTranslations()
  return (
    <tr className="border-t max-md:block max-md:py-2 max-md:first:border-t-0">
      <td className={cell}>
        <Tag mark={nodeMark[node.state]}>{t(`common.nodeStates.${node.state}`)}</Tag>
      </td>
      <th scope="row" className={cell}>
        <Link href={`/c/${clusterId}/nodes/${node.name}`} className="font-semibold break-all no-underline hover:underline">
          {node.name}
        </Link>
      </th>
      <td className={`${cell} text-ink2`}>
        <Mono>
          {node.host}:{node.port}
        </Mono>
      </td>
      <td className={cell}>
        <Small>{t("nodes.load")}</Small>
        <FactValue fact={node.load} nowMs={nowMs}>
          {({ one }) => one.toFixed(2)}
        </FactValue>
      </td>
      <td className={cell}>
        <Small>{t("nodes.memory")}</Small>
        <FactValue fact={node.memory} nowMs={nowMs}>
          {(memory) => <Memory {...memory} node={node.name} />}
        </FactValue>
      </td>
      <td className={`${cell} text-ink2`}>
        <Small>{t("nodes.heard")}</Small>
        {node.lastHeardMs === null ? t("nodes.never") : <Age atMs={node.lastHeardMs} nowMs={nowMs} />}
      </td>
    </tr>
  )
}
