"use client"
import { Card } from "@/components/ui/card"
import { useTranslations } from "@/lib/i18n/use"
import type { SettingsView } from "./fencing-page"
import { TieBreakerSeen } from "./settings-form"

/** For who may look only. */
export function SettingsTable({ saved }: { readonly saved: SettingsView }) {
  const t = useTranslations()
  const { settings, members } = saved
  const seconds = (ms: number) => t("fencing.seconds", { n: ms / 1_000 })
  const rows: readonly (readonly [string, string])[] = [
    [t("fencing.lostAfter"), seconds(settings.lostAfterMs)],
    [t("fencing.postFailDelay"), seconds(settings.postFailDelayMs)],
    [t("fencing.postJoinDelay"), seconds(settings.postJoinDelayMs)],
    [t("fencing.afterFencing"), t(`fencing.after.${settings.afterFencing}`)],
    [t("fencing.needsTwo"), settings.needsTwo ? t("common.yes") : t("common.no")],
    ...(members.length === 2 || settings.tieBreaker !== null
      ? [[t("fencing.tieBreaker"), settings.tieBreaker ?? t("fencing.none")] as const]
      : []),
  ]
  return (
    <section aria-labelledby="fence-settings">
      <h2 id="fence-settings" className="mb-1.5">
        {t("fencing.settings")}
      </h2>
      <Card className="grid gap-3 p-4">
        <dl className="grid gap-x-4 gap-y-1.5 sm:grid-cols-[minmax(0,18rem)_minmax(0,1fr)]">
          {rows.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-ink2">{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <TieBreakerSeen saved={saved} />
        <p className="text-xs text-ink3">{t("fencing.readOnly")}</p>
      </Card>
    </section>
  )
}
