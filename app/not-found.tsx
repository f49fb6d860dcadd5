"use client"
import { LinkButton } from "@/components/ui/button"
import { useTranslations } from "@/lib/i18n/use"

export default function NotFound() {
  const t = useTranslations("common.notFound")
  return (
    <main className="mx-auto max-w-md p-10 text-center">
      <h1>{t("title")}</h1>
      <p className="my-3 text-ink2">{t("text")}</p>
      <LinkButton href="/">{t("home")}</LinkButton>
    </main>
  )
}
