"use client"
import { useReport } from "@/components/ui/reports"
import { StateMark } from "@/components/ui/state-mark"
import type { LostView } from "@/lib/domain/fencing"
import { useTranslations } from "@/lib/i18n/use"

/** Those that are started elsewhere once the node is known to be off. */
export const recoverable = ({ services }: Pick<LostView, "services">): number => services.filter(({ to }) => to !== null).length

/** Each service of the node: where it goes and for how long it is away, or why it stays stopped. */
export function ServicesAfter({ view: { node, services } }: { readonly view: Pick<LostView, "node" | "services"> }) {
  const t = useTranslations("lost")
  const why = useReport()
  if (services.length === 0) return <p className="text-ink2">{t("servicesNone", { node })}</p>
  return (
    <ul className="divide-y rounded-lg border bg-panel">
      {services.map(({ service, to, why: because, expectedPauseMs }) => (
        <li key={service} className="flex flex-wrap items-baseline gap-x-2.5 gap-y-0.5 px-3 py-1.5">
          <StateMark mark={to === null ? "off" : "move"} />
          <b>{service}</b>
          {to === null ? (
            <span className="min-w-0 text-ink2">{because ? t("staysStopped", { why: why(because) }) : t("staysStoppedPlain")}</span>
          ) : (
            <>
              <span>{t("goesTo", { node, to })}</span>
              <span className="ml-auto text-ink2">
                {expectedPauseMs === null
                  ? t("pauseUnknown")
                  : t("pauseAbout", { seconds: Math.max(1, Math.round(expectedPauseMs / 1_000)) })}
              </span>
            </>
          )}
        </li>
      ))}
    </ul>
  )
}
