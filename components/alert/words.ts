import { type AlertKind, alertPath } from "@/lib/domain/alerts"
import type { Coded } from "@/lib/domain/views"
import { useCoded, useTranslations } from "@/lib/i18n/use"

/** How a delivery ended, in words. */
export function useOutcome() {
  const coded = useCoded("alerts")
  return ({ code, params }: Coded): string => coded(`outcomes.${code}`, params)
}
/** What a message was about, and the page where something can be done about it. */
export function useAbout(clusterId: string) {
  const t = useTranslations("alerts")
  return (kind: AlertKind, subject: string) => ({ words: t(`about.${kind}`, { subject }), href: alertPath(clusterId, kind, subject) })
}
