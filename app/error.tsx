"use client"
import { Button } from "@/components/ui/button"
import { useTranslations } from "@/lib/i18n/use"

export default function ErrorPage({ reset }: { readonly reset: () => void }) {
  const t = useTranslations("common.error")
  return (
    <div role="alert" className="mx-auto max-w-md p-10 text-center">
      <h1>{t("title")}</h1>
      <p className="my-3 text-ink2">{t("text")}</p>
      <Button onPress={reset}>{t("retry")}</Button>
    </div>
  )
}
