"use client"
import { StateMark } from "@/components/ui/state-mark"
import { useIsLive, useStream } from "@/lib/client/stream"
import { useTranslations } from "@/lib/i18n/use"

/** Whether what is on the screen is being told as it happens. */
export function Live() {
  useStream()
  const isLive = useIsLive()
  const t = useTranslations("shell")
  return (
    <span role="status" className="flex items-center gap-1.5 text-[12px] text-ink2" title={isLive ? t("live") : t("notLive")}>
      <StateMark mark={isLive ? "ok" : "need"} />
      <span className={isLive ? "max-sm:sr-only" : "text-warn"}>{isLive ? t("live") : t("notLive")}</span>
    </span>
  )
}
