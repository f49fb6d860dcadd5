"use client"
import { useQuery, useQueryClient } from "@tanstack/react-query"
import Link from "next/link"
import { useId, useState } from "react"
import { reportsOf } from "@/components/node/refusals"
import { Age } from "@/components/ui/age"
import { Button } from "@/components/ui/button"
import { Card, Empty, PageHead } from "@/components/ui/card"
import { Reports } from "@/components/ui/reports"
import { Tag } from "@/components/ui/state-mark"
import { client } from "@/lib/client/api"
import { balancerQueries } from "@/lib/client/balancer-api"
import type { BalancerVersionView, BalancerView } from "@/lib/domain/balancer-view"
import { mayAct, type Role } from "@/lib/domain/roles"
import { useTranslations } from "@/lib/i18n/use"
import { Changes } from "./changes"
import { BalancerPlanDialog } from "./plan-dialog"
import { BalancerTabs } from "./tabs"

type Props = { readonly clusterId: string; readonly name: string; readonly role: Role | undefined }
/** Every version that was current, newest first; each can be planned again. */
export function HistoryPage({ clusterId, name, role }: Props) {
  const t = useTranslations("balancer.history")
  const queries = useQueryClient()
  const { data: view, error: noView } = useQuery(balancerQueries.get({ clusterId, name }))
  const { data: versions, error } = useQuery(balancerQueries.history({ clusterId, name }))
  const [back, setBack] = useState<number>()
  const sorted = versions?.toSorted((a, b) => b.number - a.number)
  return (
    <>
      <BalancerTabs clusterId={clusterId} name={name} />
      <PageHead title={t("title", { name })} sub={t("text")} />
      <Reports reports={reportsOf(error ?? noView)} />
      {sorted?.length === 0 && (
        <Card>
          <Empty>{t("none")}</Empty>
        </Card>
      )}
      <ol className="grid gap-3">
        {sorted?.map((one, i) => (
          <Version
            key={one.number}
            clusterId={clusterId}
            name={name}
            isFirst={i < OPEN}
            version={one}
            nowMs={view?.nowMs ?? one.atMs}
            isCurrent={one.number === view?.version}
            onBack={mayAct(role, "admin") && view ? () => setBack(one.number) : undefined}
          />
        ))}
      </ol>
      {back !== undefined && view && (
        <BalancerPlanDialog
          clusterId={clusterId}
          title={t("backTitle", { number: back })}
          confirm={t("back")}
          initialWhy={t("backWhy", { number: back })}
          make={() => planOf(clusterId, view, back)}
          onClose={() => setBack(undefined)}
          onDone={() => {
            setBack(undefined)
            void queries.invalidateQueries({ queryKey: balancerQueries.all })
          }}
        />
      )}
    </>
  )
}
async function planOf(clusterId: string, { name, engine, nodes, version }: BalancerView, number: number) {
  const { model } = await client.balancer.version({ clusterId, name, number })
  return client.plan.balancer({ clusterId, was: name, balancer: { name, engine, nodes: [...nodes], model }, since: version })
}
const OPEN = 3
type OfVersion = { readonly clusterId: string; readonly name: string; readonly number: number }
function VersionChanges({ of }: { readonly of: OfVersion }) {
  const t = useTranslations("balancer.history")
  const loading = useTranslations("common")("loading")
  const { data, error } = useQuery(balancerQueries.changes(of))
  if (!data)
    return error ? (
      <Reports reports={reportsOf(error)} />
    ) : (
      <p role="status" className="text-ink2">
        {loading}
      </p>
    )
  return data.changes.length === 0 ? <p className="text-ink2">{t("noChanges")}</p> : <Changes changes={data.changes} more={data.more} />
}
type VersionProps = {
  readonly clusterId: string
  readonly name: string
  readonly version: BalancerVersionView
  readonly nowMs: number
  readonly isCurrent: boolean
  /** One of those that show what they changed at once. */
  readonly isFirst: boolean
  readonly onBack: (() => void) | undefined
}
function Version({ clusterId, name, version, nowMs, isCurrent, isFirst, onBack }: VersionProps) {
  const t = useTranslations("balancer.history")
  const { number, atMs, who, why, jobId } = version
  const id = useId()
  const [isOpen, setOpen] = useState(isFirst)
  return (
    <li>
      <Card className="grid gap-2 p-4">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h2 className="flex flex-wrap items-center gap-2">
            {t("version", { number })}
            {isCurrent && <Tag mark="ok">{t("current")}</Tag>}
            <span className="font-normal text-ink2">
              {who} · <Age atMs={atMs} nowMs={nowMs} />
            </span>
          </h2>
          <span className="flex items-center gap-3">
            {jobId !== null && <Link href={`/c/${clusterId}/jobs/${jobId}`}>{t("job")}</Link>}
            {!isCurrent && onBack && (
              <Button label={t("backTo", { number })} onPress={onBack}>
                {t("back")}
              </Button>
            )}
          </span>
        </div>
        {why !== "" && <p>{why}</p>}
        {number === 1 ? (
          <p className="text-ink2">{t("first")}</p>
        ) : (
          <>
            <button
              type="button"
              aria-expanded={isOpen}
              aria-controls={id}
              onClick={() => setOpen(!isOpen)}
              className="flex items-center gap-2 justify-self-start text-ink2 hover:text-ink max-sm:py-2.5"
            >
              <span aria-hidden="true" className={`inline-block transition-transform ${isOpen ? "rotate-90" : ""}`}>
                ›
              </span>
              {t("changes")}
            </button>
            <div id={id} hidden={!isOpen}>
              {isOpen && <VersionChanges of={{ clusterId, name, number }} />}
            </div>
          </>
        )}
      </Card>
    </li>
  )
}
