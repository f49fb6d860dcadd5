"use client"
import { useState } from "react"
import { Button } from "@/components/ui/button"
import { Card, Empty } from "@/components/ui/card"
import { client } from "@/lib/client/api"
import { isCarriedByVrrp } from "@/lib/domain/balancer-live-view"
import { useTranslations } from "@/lib/i18n/use"
import { DirectorCard } from "./director-card"
import { DirectorForm } from "./director-form"
import type { BodyProps } from "./editor"
import { OtherProblems } from "./other-problems"
import { BalancerPlanDialog } from "./plan-dialog"
import { PlanPane } from "./plan-pane"
import { RemoveBalancer } from "./remove-balancer"
import { useEditing } from "./use-draft"

/** The pair: what each is and has now, and what is written into each one's file. */
export function DirectorsBody({ view, live, changes, why, make, onRefused }: BodyProps) {
  const t = useTranslations("balancer")
  const { draft, place, canDrain, canEdit } = useEditing()
  const [to, setTo] = useState<string>()
  const [wish, setWish] = useState(0)
  const { directors } = live ?? view
  const standby = directors.find(({ role }) => role === "standby")
  const hasActive = directors.some(({ role }) => role === "active")
  const isCarried = isCarriedByVrrp(view.model, view.engine)
  const forms = draft.model.directors
  const at = Math.min(wish, forms.length - 1)
  const shown = forms[at]
  return (
    <>
      <div className="grid gap-3.5 lg:grid-cols-2">
        {directors.map((one) => (
          <DirectorCard key={one.node} director={one} nowMs={(live ?? view).nowMs} />
        ))}
      </div>
      {canDrain && isCarried && directors.length > 1 && (
        <span>
          <Button why={standby && hasActive ? undefined : t("handOverWhy")} onPress={() => setTo(standby?.node)}>
            {t("handOver", { node: standby?.node ?? "" })}
          </Button>
        </span>
      )}
      <OtherProblems except={`directors.${at}`} />
      <div className="grid gap-3.5 xl:grid-cols-[minmax(0,1fr)_minmax(0,0.8fr)]">
        <Card className="grid content-start gap-3.5 p-4">
          <div role="tablist" aria-label={t("fileOf")} className="flex gap-1">
            {forms.map((_, d) => (
              <button
                // biome-ignore lint/suspicious/noArrayIndexKey: directors[i] is nodes[i]'s
                key={d}
                type="button"
                role="tab"
                aria-selected={d === at}
                onClick={() => setWish(d)}
                className="rounded-md px-3 py-1.5 text-ink2 hover:bg-sunk aria-selected:bg-accent-soft aria-selected:font-medium aria-selected:text-accent"
              >
                {place.nodes[d] ?? d + 1}
              </button>
            ))}
          </div>
          {shown ? <DirectorForm key={at} at={`directors.${at}`} director={shown} /> : <Empty>{t("noVrrp")}</Empty>}
        </Card>
        <PlanPane {...{ changes, why, make, onRefused, of: draft, isLarge: draft.model.virtualServers.length > 200 }} />
      </div>
      {canEdit && <RemoveBalancer />}
      {to !== undefined && (
        <BalancerPlanDialog
          clusterId={place.clusterId}
          title={t("handOver", { node: to })}
          confirm={t("handOver", { node: to })}
          make={() => client.plan.handOver({ clusterId: place.clusterId, handOver: place.name, to })}
          onClose={() => setTo(undefined)}
          onDone={() => setTo(undefined)}
        />
      )}
    </>
  )
}
