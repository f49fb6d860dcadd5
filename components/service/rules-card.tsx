"use client"
import type { ReactNode } from "react"
import { useDuration } from "@/components/ui/age"
import { Card, Mono } from "@/components/ui/card"
import type { ResourceView, ServiceView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"

const Row = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <>
    <dt className="text-ink2">{title}</dt>
    <dd className="min-w-0 break-words">{children}</dd>
  </>
)
/** The order in which it starts and stops, what depends on it, and what is done when it fails. */
export function RulesCard({ view }: { readonly view: ServiceView }) {
  const t = useTranslations("services")
  const duration = useDuration()
  const { recovery, maxRestarts, restartExpireMs, dependsOn, dependMode, status } = view
  const limit =
    maxRestarts === 0
      ? undefined
      : restartExpireMs === 0
        ? t("limitForEver", { n: maxRestarts })
        : t("limitWithin", { n: maxRestarts, time: duration(restartExpireMs) })
  const special = view.resources.filter((r) => r.independentSubtree !== "no")
  return (
    <Card className="px-3.5 py-2.5">
      <h2 className="mb-1">{t("rules")}</h2>
      <dl className="grid grid-cols-[150px_minmax(0,1fr)] gap-x-3 gap-y-1 max-sm:grid-cols-1">
        <Row title={t("startOrder")}>
          <Mono>{view.startOrder.join(" → ")}</Mono>
        </Row>
        <Row title={t("stopOrder")}>
          <Mono>{view.stopOrder.join(" → ")}</Mono>
        </Row>
        <Row title={t("recovery")}>
          {t(`recoveries.${recovery}`)}
          {limit !== undefined && ` · ${limit}`}
          {status.restarts > 0 && ` · ${t("restartsSoFar", { n: status.restarts })}`}
        </Row>
        {dependsOn !== null && <Row title={t("dependsOn")}>{`${dependsOn} (${t(`dependModes.${dependMode}`)})`}</Row>}
        {view.dependents.length > 0 && <Row title={t("dependents")}>{view.dependents.join(", ")}</Row>}
        {special.map((r) => (
          <Row key={r.name} title={r.name}>
            <Independence resource={r} />
          </Row>
        ))}
      </dl>
    </Card>
  )
}
function Independence({ resource: r }: { readonly resource: ResourceView }) {
  const t = useTranslations("services")
  const duration = useDuration()
  return [
    t(`independence.${r.independentSubtree}`),
    r.maxRestarts > 0 && t("limitWithin", { n: r.maxRestarts, time: duration(r.restartExpireMs) }),
    r.maxFailures > 0 && t("toleratedWithin", { n: r.maxFailures, time: duration(r.failureExpireMs) }),
  ]
    .filter(Boolean)
    .join(" · ")
}
