"use client"
import { Card } from "@/components/ui/card"
import { StateMark } from "@/components/ui/state-mark"
import type { ServiceView } from "@/lib/domain/views"
import { useCoded, useTranslations } from "@/lib/i18n/use"

/** Why here, and why not there: each node as a place for the service, best first, by the rules that the keeper follows. */
export function PlacementTable({ view }: { readonly view: ServiceView }) {
  const t = useTranslations("services")
  const score = useCoded("common")
  return (
    <Card className="px-3.5 py-2.5">
      <h2 className="mb-1">{t("placement")}</h2>
      <ul className="grid gap-1">
        {view.placement
          .toSorted((a, b) => Number(b.node === view.status.owner) - Number(a.node === view.status.owner))
          .map(({ node, score: points, because, tie, startsByItself }) => (
            <li key={node} className="flex flex-wrap items-baseline gap-x-2">
              <StateMark mark={node === view.status.owner ? "ok" : points === 0 ? "off" : "move"} />
              <b className="min-w-10">{node}</b>
              <span>
                {score(`score.${because}`)}
                {tie !== null && <span className="text-ink2"> · {t(`tie.${tie}`)}</span>}
                {startsByItself && node !== view.status.owner && <span className="text-ink2"> · {t("startsByItself")}</span>}
              </span>
            </li>
          ))}
      </ul>
    </Card>
  )
}
