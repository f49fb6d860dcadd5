"use client"
import Link from "next/link"
import { FactValue } from "@/components/ui/age"
import { Card, Mono } from "@/components/ui/card"
import { Tag } from "@/components/ui/state-mark"
import type { DirectorView } from "@/lib/domain/balancer-view"
import { useCoded, useTranslations } from "@/lib/i18n/use"
import { Drift } from "./drift"
import { roleMarks } from "./marks"
import { useEditing } from "./use-draft"

type Props = { readonly director: DirectorView; readonly nowMs: number }
/** One director as it was seen: its role is proved by the addresses on its interfaces. */
export function DirectorCard({ director, nowMs }: Props) {
  const t = useTranslations("balancer")
  const coded = useCoded("balancer")
  const state = useTranslations("common.nodeStates")
  const { place } = useEditing()
  const { node, nodeState, role, holds, keepalived, keepalivedVersion, kernel, drift, driftWhy, isTableOther } = director
  return (
    <Card className="grid content-start gap-3 p-4">
      <h2 className="flex flex-wrap items-center gap-2">
        <Link href={`/c/${place.clusterId}/nodes/${encodeURIComponent(node)}`} className="no-underline hover:underline">
          {node}
        </Link>
        <Tag mark={roleMarks[role]}>{t(`role.${role}`)}</Tag>
        {nodeState !== "online" && <Tag mark="need">{state(nodeState)}</Tag>}
      </h2>
      <dl className="grid grid-cols-[120px_minmax(0,1fr)] gap-x-3 gap-y-1.5">
        <dt className="text-ink2">{t("proof")}</dt>
        <dd>{holds === null ? t("role.unknown") : holds.length === 0 ? t("holdsNone") : <Mono>{holds.join(", ")}</Mono>}</dd>
        <dt className="text-ink2">keepalived</dt>
        <dd>
          <FactValue fact={keepalived} nowMs={nowMs}>
            {({ isInstalled, active, isEnabled }) =>
              isInstalled ? `${active} · ${t(isEnabled ? "atBoot" : "notAtBoot")}` : t("notInstalled")
            }
          </FactValue>
          {keepalived?.value.isInstalled && (
            <FactValue fact={keepalivedVersion} nowMs={nowMs}>
              {(version) => ` · ${version ?? t("versionUnknown")}`}
            </FactValue>
          )}
        </dd>
        <dt className="text-ink2">{t("kernel")}</dt>
        <dd>
          <FactValue fact={kernel} nowMs={nowMs}>
            {({ isLoaded, isThere, schedulers }) =>
              `${t(isLoaded ? "ipvsLoaded" : isThere ? "ipvsThere" : "ipvsMissing")} · ${schedulers.join(" ")}`
            }
          </FactValue>
        </dd>
        <dt className="text-ink2">{t("syncDaemon")}</dt>
        <dd>
          <FactValue fact={kernel} nowMs={nowMs}>
            {({ sync }) =>
              sync.length === 0 ? t("syncNone") : sync.map((one) => `${one.role}, ${one.interface}, id ${one.id}`).join(" · ")
            }
          </FactValue>
        </dd>
        <dt className="text-ink2">{t("drift")}</dt>
        <dd>
          {drift === null
            ? driftWhy
              ? coded(`why.${driftWhy.code}`, driftWhy.params)
              : t("driftUnknown")
            : drift.length > 0
              ? t("driftCount", { n: drift.length })
              : t(isTableOther ? "driftTable" : "driftNone")}
          {isTableOther && (
            <Link
              href={`/c/${place.clusterId}/balancers/${encodeURIComponent(place.name)}/doctor`}
              className="block w-fit text-accent underline"
            >
              {t("driftLook")}
            </Link>
          )}
        </dd>
      </dl>
      {drift !== null && drift.length > 0 && <Drift director={director} drift={drift} />}
    </Card>
  )
}
