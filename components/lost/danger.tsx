"use client"
import { useTranslations } from "@/lib/i18n/use"

/** What a false answer costs. */
export function Danger({ node }: { readonly node: string }) {
  const t = useTranslations("lost")
  return (
    <p className="rounded-lg bg-bad-soft px-3 py-2.5 text-bad">
      <b>{t("dangerIf", { node })}</b> {t("danger")}
    </p>
  )
}
