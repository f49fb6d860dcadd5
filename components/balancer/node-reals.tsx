"use client"
import { useQuery } from "@tanstack/react-query"
import Link from "next/link"
import { useState } from "react"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { Tag } from "@/components/ui/state-mark"
import { balancerQueries } from "@/lib/client/balancer-api"
import type { NodeReals as Reals } from "@/lib/domain/balancer-view"
import type { Role } from "@/lib/domain/roles"
import { useTranslations } from "@/lib/i18n/use"
import { DrainDialog } from "./drain-dialog"
import { realMarks } from "./marks"

type Props = { readonly clusterId: string; readonly node: string; readonly role: Role | undefined }
/** Where a node is a real server: all of a balancer is drained before the machine is worked on, and put back afterwards. */
export function NodeReals({ clusterId, node, role }: Props) {
  const t = useTranslations("balancer.ofNode")
  const { data } = useQuery(balancerQueries.ofNode(clusterId, node))
  if (!data || data.length === 0) return null
  return (
    <section aria-labelledby="node-reals">
      <h2 id="node-reals" className="mb-1.5">
        {t("title")}
      </h2>
      <Card className="divide-y">
        {data.map((one) => (
          <OneBalancer key={one.balancer} {...{ clusterId, node, one }} mayAct={role !== undefined && role !== "viewer"} />
        ))}
      </Card>
    </section>
  )
}
type OneProps = { readonly clusterId: string; readonly node: string; readonly one: Reals; readonly mayAct: boolean }
function OneBalancer({ clusterId, node, one: { balancer, reals }, mayAct }: OneProps) {
  const t = useTranslations("balancer")
  const [asked, setAsked] = useState<"drain" | "return">()
  const isIn = reals.some(({ real }) => (real.wanted?.weight ?? 0) > 0)
  const title = asked && t(`ofNode.${asked}`, { node, balancer })
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 p-3.5">
      <div className="grid min-w-0 flex-1 gap-1">
        <Link href={`/c/${clusterId}/balancers/${encodeURIComponent(balancer)}`}>
          <b>{balancer}</b>
        </Link>
        <ul className="grid gap-1">
          {reals.map(({ server, name, real }) => (
            <li key={`${server} ${real.key}`} className="flex flex-wrap items-center gap-x-2">
              <Tag mark={realMarks[real.state]}>
                {real.state === "draining"
                  ? t("drainingLeft", { n: (real.live?.active ?? 0) + (real.live?.inactive ?? 0) })
                  : t(`realState.${real.state}`)}
              </Tag>
              <span>{name ?? server}</span>
              <span className="font-mono text-[12px] text-ink2">{real.key}</span>
            </li>
          ))}
        </ul>
      </div>
      {mayAct && <Button onPress={() => setAsked(isIn ? "drain" : "return")}>{t(isIn ? "drain" : "undrain")}</Button>}
      {asked && title && (
        <DrainDialog
          {...{ clusterId, balancer, action: asked, title }}
          reals={reals.map(({ server, real }) => ({ server, real: real.key }))}
          onClose={() => setAsked(undefined)}
        />
      )}
    </div>
  )
}
