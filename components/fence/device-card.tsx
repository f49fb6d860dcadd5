"use client"
import { Card, Mono, PageHead } from "@/components/ui/card"
import type { FenceDeviceView } from "@/lib/domain/fencing"
import { useTranslations } from "@/lib/i18n/use"

/** For who may look only. */
export function DeviceCard({ device }: { readonly device: FenceDeviceView }) {
  const t = useTranslations()
  const { name, agent, runsOn, params, secrets, nodes, unfences } = device
  const rows: readonly (readonly [string, string])[] = [
    [t("fencing.agent"), agent],
    [t("fencing.runsOn"), t(`fencing.runs.${runsOn}`)],
    ...Object.entries(params),
    ...secrets.map((secret) => [secret, t("fencing.stored")] as const),
    [t("fencing.unfences"), unfences ? t("common.yes") : t("common.no")],
    [t("fencing.nodes"), nodes.join(", ") || t("fencing.noNodes")],
  ]
  return (
    <>
      <PageHead title={t("fencing.deviceEdit", { name })} sub={t("fencing.deviceText")} />
      <Card className="grid max-w-3xl gap-3 p-4">
        <dl className="grid gap-x-4 gap-y-1.5 sm:grid-cols-[minmax(0,18rem)_minmax(0,1fr)]">
          {rows.map(([key, value]) => (
            <div key={key} className="contents">
              <dt className="break-words text-ink2">{key}</dt>
              <dd>
                <Mono>{value}</Mono>
              </dd>
            </div>
          ))}
        </dl>
        <p className="text-xs text-ink3">{t("fencing.readOnly")}</p>
      </Card>
    </>
  )
}
