"use client"
import { useQuery } from "@tanstack/react-query"
import Link from "next/link"
import { useEffect, useState } from "react"
import { nodeMark, serviceMark } from "@/components/cluster/marks"
import { NodePlanDialog } from "@/components/plan/plan-dialog"
import { Age } from "@/components/ui/age"
import { Button } from "@/components/ui/button"
import { Banner, Card, Mono, PageHead } from "@/components/ui/card"
import { Tag } from "@/components/ui/state-mark"
import { api } from "@/lib/client/api"
import { setServerNow } from "@/lib/client/clock"
import type { NodeView } from "@/lib/domain/views"
import { useCoded, useTranslations } from "@/lib/i18n/use"
import { ConfirmOff } from "./confirm-off"
import { FactTable } from "./fact-table"
import { KeyChanged } from "./key-changed"
import { RemoveNode } from "./remove-node"

export function NodePage({ clusterId, initial }: { readonly clusterId: string; readonly initial: NodeView }) {
  const t = useTranslations()
  const reason = useCoded("events")
  const input = { clusterId, name: initial.name }
  const { data: view } = useQuery({ ...api.node.get.queryOptions({ input }), initialData: initial })
  const [asked, setAsked] = useState<"remove" | "confirm" | "maintain" | "return">()
  const close = () => setAsked(undefined)
  useEffect(() => setServerNow(view.nowMs), [view.nowMs])
  return (
    <>
      <PageHead
        title={
          <>
            {view.name} <Tag mark={nodeMark[view.state]}>{t(`common.nodeStates.${view.state}`)}</Tag>
            {view.isInMaintenance && <Tag mark="need">{t("nodes.inMaintenance")}</Tag>}
          </>
        }
        sub={
          <>
            <Mono>
              {view.user}@{view.host}:{view.port}
            </Mono>{" "}
            · {t("nodes.heard")}: {view.lastHeardMs === null ? t("nodes.never") : <Age atMs={view.lastHeardMs} nowMs={view.nowMs} />}
          </>
        }
      >
        {view.state === "lost" && (
          <Button look="danger" onPress={() => setAsked("confirm")}>
            {t("nodes.confirm", { name: view.name })}
          </Button>
        )}
        {view.isMember && (
          <Button onPress={() => setAsked(view.isInMaintenance ? "return" : "maintain")}>
            {t(view.isInMaintenance ? "nodes.return" : "nodes.maintain")}
          </Button>
        )}
        <Button onPress={() => setAsked("remove")}>{t("nodes.remove")}</Button>
      </PageHead>
      <div className="grid gap-3.5">
        {view.offeredFingerprint !== null && <KeyChanged clusterId={clusterId} view={view} offered={view.offeredFingerprint} />}
        {view.state !== "online" && view.reason !== null && view.offeredFingerprint === null && (
          <Banner mark={nodeMark[view.state]}>
            <span className="min-w-0 break-words">{reason(`reasons.${view.reason.code}`, view.reason.params)}</span>
          </Banner>
        )}
        {view.services.length > 0 && (
          <Card className="px-3.5 py-2.5">
            <h2 className="mb-1">{t("nodes.services")}</h2>
            <ul className="flex flex-wrap gap-2">
              {view.services.map(({ name, state }) => (
                <li key={name}>
                  <Link href={`/c/${clusterId}/services/${name}`}>{name}</Link>{" "}
                  <Tag mark={serviceMark[state]}>{t(`common.states.${state}`)}</Tag>
                </li>
              ))}
            </ul>
          </Card>
        )}
        <section>
          <h2 className="mb-1.5">{t("nodes.facts")}</h2>
          <FactTable view={view} />
        </section>
        <p className="text-ink2">
          {t("nodes.fingerprint")}: <Mono>{view.fingerprint}</Mono>
        </p>
      </div>
      {asked === "remove" && <RemoveNode clusterId={clusterId} name={view.name} onClose={close} />}
      {asked === "confirm" && <ConfirmOff clusterId={clusterId} view={view} onClose={close} />}
      {(asked === "maintain" || asked === "return") && (
        <NodePlanDialog clusterId={clusterId} node={view.name} action={asked} onClose={close} />
      )}
    </>
  )
}
