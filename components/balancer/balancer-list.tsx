"use client"
import { useQuery } from "@tanstack/react-query"
import Link from "next/link"
import { reportsOf } from "@/components/node/refusals"
import { LinkButton } from "@/components/ui/button"
import { Card, PageHead } from "@/components/ui/card"
import { Reports } from "@/components/ui/reports"
import { Tag } from "@/components/ui/state-mark"
import { balancerQueries } from "@/lib/client/balancer-api"
import type { BalancerRow } from "@/lib/domain/balancer-view"
import { mayAct, type Role } from "@/lib/domain/roles"
import { useTranslations } from "@/lib/i18n/use"
import { roleMarks, serverMarks } from "./marks"
import { ThreeWays } from "./three-ways"

type Props = { readonly clusterId: string; readonly role: Role | undefined }
export function BalancerList({ clusterId, role }: Props) {
  const t = useTranslations("balancer")
  const { data: rows, error } = useQuery(balancerQueries.list(clusterId))
  const mayAdd = mayAct(role, "admin")
  return (
    <>
      <PageHead title={t("title")} sub={t("titleText")}>
        {mayAdd && rows !== undefined && rows.length > 0 && (
          <>
            <LinkButton href={`/c/${clusterId}/balancers/adopt`}>{t("adopt")}</LinkButton>
            <LinkButton href={`/c/${clusterId}/balancers/new`} look="primary">
              {t("add")}
            </LinkButton>
          </>
        )}
      </PageHead>
      <Reports reports={reportsOf(error)} />
      {rows?.length === 0 && <ThreeWays clusterId={clusterId} mayAdd={mayAdd} />}
      {rows !== undefined && rows.length > 0 && (
        <Card>
          <ul className="divide-y">
            {rows.map((row) => (
              <Row key={row.name} clusterId={clusterId} row={row} />
            ))}
          </ul>
        </Card>
      )}
    </>
  )
}
const SHOWN = 6
function Row({ clusterId, row }: { readonly clusterId: string; readonly row: BalancerRow }) {
  const t = useTranslations("balancer")
  const { name, directors, virtualServers, serving, realServers, hasDrift, engine } = row
  const home = `/c/${clusterId}/balancers/${encodeURIComponent(name)}`
  const isSeen = virtualServers.every(({ state }) => state !== "unknown")
  const active = virtualServers.reduce((sum, one) => sum + one.active, 0)
  const rate = virtualServers.reduce((sum, one) => sum + (one.rate?.connections ?? 0), 0)
  // What does not work is shown before what does, however many there are.
  const order = { down: 0, sorry: 1, unknown: 2, up: 3 }
  const shown = virtualServers.toSorted((a, b) => order[a.state] - order[b.state]).slice(0, SHOWN)
  return (
    <li className="grid gap-2 px-3.5 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <Link href={home} className="text-[14px] font-semibold no-underline hover:underline">
          {name}
        </Link>
        {isSeen ? (
          <Tag mark={serving === realServers ? "ok" : serving === 0 ? "bad" : "need"}>
            {t("servingOf", { n: serving, of: realServers })}
          </Tag>
        ) : (
          <Tag mark="unknown">{t("servingUnknown", { of: realServers })}</Tag>
        )}
        {hasDrift && (
          <Link href={`${home}/directors`}>
            <Tag mark="need">{t("drift")}</Tag>
          </Link>
        )}
        {isSeen && (
          <span className="text-ink2 tabular-nums">
            {t("connections", { n: active })} · {t("perSecondIn", { n: Math.round(rate) })}
          </span>
        )}
        <span className="flex flex-wrap gap-1.5 sm:ml-auto">
          {directors.map(({ node, role }) => (
            <Tag key={node} mark={roleMarks[role]}>
              {node}: {t(`role.${role}`)}
            </Tag>
          ))}
          {engine === "ipvsadm" && <span className="text-xs text-ink3">ipvsadm</span>}
        </span>
      </div>
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-ink2">
        {shown.map((one) => (
          <li key={one.key} className="inline-flex items-center gap-1.5">
            <Tag mark={serverMarks[one.state]}>{t(`serverState.${one.state}`)}</Tag>
            <span className="font-mono text-[12px] break-all">{one.name ?? one.key}</span>
            <span className="tabular-nums">{one.rate ? t("perSecond", { n: Math.round(one.rate.connections) }) : ""}</span>
          </li>
        ))}
        {virtualServers.length > SHOWN && <li>{t("moreServers", { n: virtualServers.length - SHOWN })}</li>}
      </ul>
    </li>
  )
}
