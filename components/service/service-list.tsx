"use client"
import { useQuery } from "@tanstack/react-query"
import Link from "next/link"
import { serviceMark } from "@/components/cluster/marks"
import { Age } from "@/components/ui/age"
import { LinkButton } from "@/components/ui/button"
import { Card, Empty, Mono, PageHead } from "@/components/ui/card"
import { Tag } from "@/components/ui/state-mark"
import { api } from "@/lib/client/api"
import type { ServiceRow } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"

type ListProps = { readonly clusterId: string; readonly initial: readonly ServiceRow[]; readonly nowMs: number }
export function ServiceList({ clusterId, initial, nowMs }: ListProps) {
  const t = useTranslations()
  const { data: rows } = useQuery({ ...api.service.list.queryOptions({ input: { clusterId } }), initialData: initial })
  return (
    <>
      <PageHead title={t("services.title")}>
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
    </>
  )
}
