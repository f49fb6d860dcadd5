"use client"
import { useTranslations } from "@/lib/i18n/use"

/** Statements that the form has no fields for: they are written back as they are. */
export function KeptLines({ kept }: { readonly kept: readonly { readonly text: string }[] }) {
  const t = useTranslations("balancer")
  if (kept.length === 0) return null
  return (
    <details className="rounded-md border">
      <summary className="px-3 py-1.5 text-ink2">{t("keptLines", { n: kept.length })}</summary>
      <pre className="overflow-x-auto border-t p-3 font-mono text-[12px]">{kept.map(({ text }) => text).join("\n")}</pre>
    </details>
  )
}
