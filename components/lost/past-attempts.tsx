"use client"
import { dayTime } from "@/components/ui/age"
import { StateMark } from "@/components/ui/state-mark"
import type { FencingOutcome, FencingView } from "@/lib/domain/fencing"
import { useTranslations } from "@/lib/i18n/use"

const SHOWN = 5
const marks: Readonly<Record<FencingOutcome, "move" | "ok" | "bad" | "need" | "off">> = {
  running: "move",
  succeeded: "ok",
  failed: "bad",
  contradicted: "bad",
  secondPerson: "need",
  refused: "off",
}
/** What was done about this node before, newest first. */
export function PastAttempts({ history }: { readonly history: readonly FencingView[] }) {
  const t = useTranslations("lost")
  if (history.length === 0) return null
  return (
    <section aria-label={t("history")}>
      <h2 className="mb-1">{t("history")}</h2>
      <ul className="grid gap-0.5">
        {history.slice(0, SHOWN).map(({ id, atMs, action, outcome, who, why, through }) => (
          <li key={id} className="flex flex-wrap items-baseline gap-x-2">
            <StateMark mark={marks[outcome]} />
            <time dateTime={new Date(atMs).toISOString()} className="text-ink2" suppressHydrationWarning>
              {dayTime(atMs)}
            </time>
            <span>
              {t("historyOf", {
                what: t(`action.${action}`),
                outcome: t(`outcome.${outcome}`),
                who: through === "keeper" ? t("thePanel") : who,
              })}
            </span>
            {through !== "keeper" && why !== "" && <q className="min-w-0 break-words text-ink2">{why}</q>}
          </li>
        ))}
      </ul>
    </section>
  )
}
