"use client"
import { LinkButton } from "@/components/ui/button"
import { Banner, PageHead } from "@/components/ui/card"
import { useTranslations } from "@/lib/i18n/use"

/** For who may not define devices. */
export function MayNot({ clusterId }: { readonly clusterId: string }) {
  const t = useTranslations()
  return (
    <>
      <PageHead title={t("fencing.deviceNew")} />
      <Banner mark="off">
        <span className="min-w-0 flex-1">{t("fencing.readOnly")}</span>
        <LinkButton href={`/c/${clusterId}/fencing`}>{t("common.back")}</LinkButton>
      </Banner>
    </>
  )
}
