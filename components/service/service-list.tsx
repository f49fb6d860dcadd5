"use client"
import { useQuery } from "@tanstack/react-query"
import Link from "next/link"
import { useState } from "react"
import { serviceMark } from "@/components/cluster/marks"
import { LockPlanDialog } from "@/components/plan/plan-dialog"
import { Age } from "@/components/ui/age"
import { Button, LinkButton } from "@/components/ui/button"
import { Card, Empty, Mono, PageHead } from "@/components/ui/card"
import { Tag } from "@/components/ui/state-mark"
import { api } from "@/lib/client/api"
import type { ServiceRow } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"

type ListProps = { readonly clusterId: string; readonly initial: readonly ServiceRow[]; readonly nowMs: number }
export function ServiceList({ clusterId, initial, nowMs }: ListProps) {
  const t = useTranslations()
  const [asked, setAsked] = useState<"lock" | "unlock">()
  const isLocked = useQuery(api.overview.get.queryOptions({ input: { clusterId } })).data?.isLocked ?? false
  const { data: rows } = useQuery({ ...api.service.list.queryOptions({ input: { clusterId } }), initialData: initial })
  return (
    <>
      <PageHead title={t("services.title")}>
        <LinkButton href={`/c/${clusterId}/resources`}>{t("services.sharedResources")}</LinkButton>
        <LinkButton href={`/c/${clusterId}/import`}>{t("conf.link")}</LinkButton>
        <Button onPress={() => setAsked(isLocked ? "unlock" : "lock")}>{t(isLocked ? "services.unlock" : "services.lock")}</Button>
        <LinkButton href={`/c/${clusterId}/services/new`} look="primary">
          {t("services.add")}
        </LinkButton>
      </PageHead>
      <Card>
        {rows.length === 0 && <Empty>{t("services.none")}</Empty>}
        <ul className="divide-y">
          {rows.map(({ name, address, domain, status }) => (
            <li key={name} className="grid grid-cols-4 items-center gap-3 px-3.5 py-2.5 max-md:grid-cols-2">
              <Link href={`/c/${clusterId}/services/${name}`} className="font-semibold no-underline hover:underline">
                {name}
              </Link>
              <span>
                <Tag mark={serviceMark[status.state]}>{t(`common.states.${status.state}`)}</Tag>
                {status.isFrozen && <Tag mark="move">{t("services.frozen")}</Tag>}
                {status.off.length > 0 && <Tag mark="need">{t("services.partial", { resources: status.off.join(", ") })}</Tag>}
              </span>
              <span className="text-ink2">
                {status.owner
                  ? t("services.owner", { node: status.owner })
                  : status.lastOwner
                    ? t("services.lastOwner", { node: status.lastOwner })
                    : ""}{" "}
                <Age atMs={status.sinceMs} nowMs={nowMs} />
              </span>
              <span className="text-ink2">
                <Mono>{[address, domain].filter(Boolean).join(" · ")}</Mono>
              </span>
            </li>
          ))}
        </ul>
      </Card>
      {asked && <LockPlanDialog clusterId={clusterId} action={asked} onClose={() => setAsked(undefined)} />}
    </>
  )
}
