"use client"
import { useDuration } from "@/components/ui/age"
import { Mono } from "@/components/ui/card"
import { StateMark } from "@/components/ui/state-mark"
import { useNow } from "@/lib/client/clock"
import type { PowerTest } from "@/lib/domain/fencing"
import { useTranslations } from "@/lib/i18n/use"
import { powerMark } from "./words"

const words = { on: "saidOn", off: "saidOff", error: "saidError" } as const
/** What a device said last, in its own words where it could not say; how long ago. */
export function PowerTestText({ test, nowMs }: { readonly test: PowerTest | null; readonly nowMs: number }) {
  const t = useTranslations("fencing")
  if (test === null)
    return (
      <span className="inline-flex items-center gap-1.5 text-ink2">
        <StateMark mark="unknown" />
        {t("neverTested")}
      </span>
    )
  return (
    <span className={`inline-flex flex-wrap items-center gap-x-1.5 ${test.says === "error" ? "text-bad" : "text-ink2"}`}>
      <StateMark mark={powerMark[test.says]} />
      {t(words[test.says])}
      {test.detail !== "" && <Mono>{test.detail}</Mono>}
      <span className="text-xs">
        <Ago atMs={test.atMs} nowMs={nowMs} />
      </span>
    </span>
  )
}
function Ago({ atMs, nowMs }: { readonly atMs: number; readonly nowMs: number }) {
  const t = useTranslations("common")
  const duration = useDuration()
  const now = useNow(nowMs)
  return (
    <time dateTime={new Date(atMs).toISOString()} title={new Date(atMs).toISOString()} suppressHydrationWarning>
      ({t("seenAgo", { age: duration(now - atMs) })})
    </time>
  )
}
