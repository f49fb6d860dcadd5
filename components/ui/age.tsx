"use client"
import type { ReactNode } from "react"
import { useNow } from "@/lib/client/clock"
import { freshnessOf } from "@/lib/domain/observed"
import type { FactView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"

/** A length of time in the largest unit that fits. */
export function useDuration() {
  const t = useTranslations("common")
  return (ms: number): string => {
    const seconds = Math.max(0, Math.round(ms / 1_000))
    if (seconds < 90) return t("seconds", { n: seconds })
    if (seconds < 90 * 60) return t("minutes", { n: Math.round(seconds / 60) })
    if (seconds < 36 * 3_600) return t("hours", { n: Math.round(seconds / 3_600) })
    return t("days", { n: Math.round(seconds / 86_400) })
  }
}
/** How long ago, ticking. */
export function Age({ atMs, nowMs }: { readonly atMs: number; readonly nowMs: number }) {
  const now = useNow(nowMs)
  const duration = useDuration()
  return (
    <time
      dateTime={new Date(atMs).toISOString()}
      title={new Date(atMs).toISOString()}
      className="whitespace-nowrap text-ink2"
      suppressHydrationWarning
    >
      {duration(now - atMs)}
    </time>
  )
}
type FactValueProps<T> = { readonly fact: FactView<T> | null; readonly nowMs: number; readonly children: (value: T) => ReactNode }
/** A value while it may be believed: stale ones fade and say so, unknown ones give way to when they were seen last. */
export function FactValue<T>({ fact, nowMs, children }: FactValueProps<T>) {
  const now = useNow(nowMs)
  const duration = useDuration()
  const t = useTranslations("common")
  if (!fact) return <span className="text-ink2">{t("unknown")}</span>
  const freshness = freshnessOf(fact, Math.max(now, fact.atMs))
  if (freshness === "unknown")
    return (
      <span className="inline-flex items-center gap-1.5 text-ink2" title={fact.error}>
        <span aria-hidden="true" className="mark mark-unknown" />
        {t("unknown")} <span className="text-xs">({t("lastSeen", { age: duration(now - fact.atMs), from: fact.from.slice(0, 60) })})</span>
      </span>
    )
  return (
    <span className={freshness === "stale" ? "text-ink2 italic" : ""} title={fact.error ?? fact.from}>
      {children(fact.value)}
      {freshness === "stale" && <span className="ml-1.5 text-xs text-warn">{t("stale")}</span>}
    </span>
  )
}
export const clockTime = (ms: number): string => {
  const d = new Date(ms)
  return [d.getHours(), d.getMinutes(), d.getSeconds()].map((n) => String(n).padStart(2, "0")).join(":")
}
export const dayTime = (ms: number): string => {
  const d = new Date(ms)
  return `${d.getFullYear()}-${String(d.getMonth() + 1).padStart(2, "0")}-${String(d.getDate()).padStart(2, "0")} ${clockTime(ms)}`
}
