"use client"
import { dayTime, useDuration } from "@/components/ui/age"
import { useNow } from "@/lib/client/clock"
import { useTranslations } from "@/lib/i18n/use"

/** "4 s ago", ticking; the moment itself on a pause of the pointer. */
export function Ago({ atMs, nowMs }: { readonly atMs: number; readonly nowMs: number }) {
  const t = useTranslations("common")
  const duration = useDuration()
  const now = useNow(nowMs)
  return (
    <time dateTime={new Date(atMs).toISOString()} title={dayTime(atMs)} className="whitespace-nowrap" suppressHydrationWarning>
      {t("seenAgo", { age: duration(now - atMs) })}
    </time>
  )
}
