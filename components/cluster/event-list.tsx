"use client"
import Link from "next/link"
import { clockTime } from "@/components/ui/age"
import { StateMark } from "@/components/ui/state-mark"
import type { EventView } from "@/lib/domain/views"
import { useCoded, useTranslations } from "@/lib/i18n/use"

/** What an event says, in words. */
export function useEventWords() {
  const say = useCoded("events")
  const t = useTranslations("common")
  return ({ code, params, service, node }: EventView): string => {
    const kind = `actions.${params.kind}` as "actions.start" // any action: asked by has
    return say(code, {
      ...params,
      service: service ?? params.balancer ?? node ?? "",
      node: node ?? "",
      kind: params.kind && t.has(kind) ? t(kind) : (params.kind ?? ""),
    })
  }
}
/** Newest first: time, shape, words. */
export function EventList({ clusterId, events }: { readonly clusterId: string; readonly events: readonly EventView[] }) {
  const words = useEventWords()
  const t = useTranslations("events")
  const reason = useCoded("events")
  if (events.length === 0) return <p className="p-4 text-ink2">{t("none")}</p>
  return (
    <ol className="grid gap-1 p-3.5 text-[12.5px]">
      {events.map((event) => (
        <li key={event.id} className="grid grid-cols-[64px_14px_minmax(0,1fr)] items-baseline gap-x-2">
          <time
            dateTime={new Date(event.atMs).toISOString()}
            title={new Date(event.atMs).toISOString()}
            className="font-mono text-[11.5px] text-ink3"
            suppressHydrationWarning
          >
            {clockTime(event.atMs)}
          </time>
          <StateMark mark={event.level} />
          <span>
            {event.jobId ? (
              <Link href={`/c/${clusterId}/jobs/${event.jobId}`} className="no-underline hover:underline">
                {words(event)}
              </Link>
            ) : (
              words(event)
            )}
            {event.params.reason !== undefined && event.code.startsWith("service.") && (
              <span className="ml-1.5 font-mono text-[11.5px] text-ink2">{reason(`reasons.${event.params.reason}`, event.params)}</span>
            )}
          </span>
        </li>
      ))}
    </ol>
  )
}
