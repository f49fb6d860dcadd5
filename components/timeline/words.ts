import { useEventWords } from "@/components/cluster/event-list"
import { dayTime } from "@/components/ui/age"
import type { NodeSegment, ServiceSegment } from "@/lib/domain/timeline"
import type { ReportWords } from "@/lib/domain/timeline-report"
import type { EventView } from "@/lib/domain/views"
import { useCoded, useTranslations } from "@/lib/i18n/use"

/** Words of lanes and events, for the screen and for the report. */
export function useTimelineWords() {
  const t = useTranslations()
  const event = useEventWords()
  const coded = useCoded("events")
  const serviceState = ({ state }: ServiceSegment) => (state === "unknown" ? t("timeline.unknown") : t(`common.states.${state}`))
  const node = ({ state }: NodeSegment) => t(`common.nodeStates.${state}`)
  const service = (segment: ServiceSegment) =>
    segment.node === null ? serviceState(segment) : t("timeline.on", { state: serviceState(segment), node: segment.node })
  /** Why, as the event has it; "" where it does not say. */
  const why = ({ code, params }: EventView): string => {
    if (code.startsWith("service.")) return params.reason === undefined ? "" : coded(`reasons.${params.reason}`, params)
    if (code.startsWith("job.")) return params.from && params.to && params.from !== params.to ? `${params.from} → ${params.to}` : ""
    return params.detail ?? ""
  }
  /** Why, unless the words of the event say so themselves. */
  const more = (of: EventView): readonly string[] => [why(of)].filter((w) => w !== "" && !event(of).includes(w))
  return { event, why, more, service, serviceState, node }
}
type About = {
  readonly cluster: string
  readonly fromMs: number
  readonly untilMs: number
  readonly nowMs: number
  readonly cut: string | null
}
export function useReportWords() {
  const t = useTranslations("timeline")
  const { event, why, service, node } = useTimelineWords()
  return ({ cluster, fromMs, untilMs, nowMs, cut }: About): ReportWords => ({
    ...{ event, why, service, node, time: dayTime },
    title: t("report.title", { cluster }),
    preface: [
      t("report.window", { from: dayTime(fromMs), until: dayTime(untilMs), zone: Intl.DateTimeFormat().resolvedOptions().timeZone }),
      t("report.made", { time: dayTime(nowMs) }),
      ...(cut === null ? [] : [cut]),
    ],
    headings: { facts: t("report.facts"), services: t("services"), addresses: t("addresses"), nodes: t("nodes") },
    columns: { time: t("report.time"), what: t("report.what"), why: t("report.why"), job: t("report.job") },
    nothing: t("report.nothing"),
  })
}
