"use client"
import Link from "next/link"
import type { ReactNode } from "react"
import { nodeMark, serviceMark } from "@/components/cluster/marks"
import { dayTime } from "@/components/ui/age"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { TextField } from "@/components/ui/field"
import { type Mark, StateMark, Tag } from "@/components/ui/state-mark"
import { stateAt, type Timeline } from "@/lib/domain/timeline"
import type { EventView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"
import { fieldTime, ofField } from "./scale"
import { useTimelineWords } from "./words"

const LED = 8
type MomentProps = {
  readonly clusterId: string
  readonly timeline: Timeline
  readonly atMs: number
  readonly onMoment: (atMs: number) => void
}
/** The cluster as it was at the chosen moment, and what led there. */
export function MomentPanel({ clusterId, timeline, atMs, onMoment }: MomentProps) {
  const t = useTranslations("timeline")
  const words = useTimelineWords()
  const { services, nodes } = stateAt(timeline, atMs)
  const { events } = timeline
  const previous = events.findLast((e) => e.atMs < atMs)
  const next = events.find((e) => e.atMs > atMs)
  const led = events.filter((e) => e.atMs <= atMs).slice(-LED)
  const row = (name: string, mark: Mark, state: string, node: string | null, event: EventView | null) => (
    <tr key={`${node === null} ${name}`} className="border-t align-baseline">
      <th scope="row" className="px-3.5 py-1.5 text-left font-medium">
        {name}
      </th>
      <td className="px-2 py-1.5">
        <Tag mark={mark}>{state}</Tag>
      </td>
      <td className="px-2 py-1.5">{node}</td>
      <td className="px-2 py-1.5 font-mono text-[11.5px] whitespace-nowrap text-ink2">{event ? dayTime(event.atMs) : t("sinceUnknown")}</td>
      <td className="px-3.5 py-1.5 text-ink2">{event && words.why(event)}</td>
    </tr>
  )
  return (
    <section aria-label={t("at", { time: dayTime(atMs) })} className="mt-4">
      <div className="mb-2 flex flex-wrap items-end justify-between gap-2">
        <h2 aria-live="polite">{t("at", { time: dayTime(atMs) })}</h2>
        <div className="flex flex-wrap items-end gap-2">
          <TextField
            label={t("moment")}
            type="datetime-local"
            step={1}
            min={fieldTime(timeline.window.fromMs)}
            max={fieldTime(timeline.window.untilMs)}
            value={fieldTime(atMs)}
            onChange={({ target }) => {
              const ms = ofField(target.value)
              // The field knows seconds only: all of this one has happened.
              if (ms !== undefined) onMoment(ms + 999)
            }}
          />
          <Button why={previous ? undefined : t("noPrevious")} onPress={() => previous && onMoment(previous.atMs)}>
            {t("previous")}
          </Button>
          <Button why={next ? undefined : t("noNext")} onPress={() => next && onMoment(next.atMs)}>
            {t("next")}
          </Button>
        </div>
      </div>
      <div className="grid gap-3 xl:grid-cols-2">
        <div className="grid content-start gap-3">
          <StateTable label={t("services")} hasNode>
            {services.map(({ name, segment: s }) =>
              row(name, s.state === "unknown" ? "unknown" : serviceMark[s.state], words.serviceState(s), s.node ?? "", s.event),
            )}
          </StateTable>
          <StateTable label={t("nodes")}>
            {nodes.map(({ name, segment: s }) => row(name, nodeMark[s.state], words.node(s), null, s.event))}
          </StateTable>
        </div>
        <Card>
          <h3 className="px-3.5 pt-2.5 font-medium">{t("led")}</h3>
          {led.length === 0 ? <p className="p-3.5 text-ink2">{t("ledNone")}</p> : <FactList clusterId={clusterId} events={led} />}
        </Card>
      </div>
    </section>
  )
}
type StateTableProps = { readonly label: string; readonly hasNode?: boolean; readonly children: readonly ReactNode[] }
function StateTable({ label, hasNode = false, children }: StateTableProps) {
  const t = useTranslations("timeline")
  const head = [label, t("state"), hasNode ? t("node") : "", t("since"), t("why")]
  if (children.length === 0) return null
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard (WCAG 2.1.1)
    <section aria-label={label} tabIndex={0} className="overflow-x-auto rounded-lg border bg-panel">
      <table className="w-full">
        <thead>
          <tr className="text-left text-xs text-ink3">
            {head.map((words, i) =>
              words === "" ? (
                <td key="node" />
              ) : (
                <th key={words} scope="col" className={`py-1.5 font-normal whitespace-nowrap ${i === 0 || i === 4 ? "px-3.5" : "px-2"}`}>
                  {words}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  )
}
/** Facts in time order: day and time, shape, words, why. */
export function FactList({ clusterId, events }: { readonly clusterId: string; readonly events: readonly EventView[] }) {
  const words = useTimelineWords()
  return (
    <ol className="grid gap-1 p-3.5 text-[12.5px]">
      {events.map((event) => (
        <li key={event.id} className="flex flex-wrap items-baseline gap-x-2">
          <time dateTime={new Date(event.atMs).toISOString()} className="font-mono text-[11.5px] text-ink3">
            {dayTime(event.atMs)}
          </time>
          <StateMark mark={event.level} />
          <span className="min-w-0 flex-1 basis-48">
            {event.jobId ? (
              <Link href={`/c/${clusterId}/jobs/${event.jobId}`} className="no-underline hover:underline">
                {words.event(event)}
              </Link>
            ) : (
              words.event(event)
            )}{" "}
            <span className="text-ink2">{words.more(event)}</span>
          </span>
        </li>
      ))}
    </ol>
  )
}
