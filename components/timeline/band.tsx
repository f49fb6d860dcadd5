"use client"
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef } from "react"
import { nodeMark, serviceMark } from "@/components/cluster/marks"
import { dayTime } from "@/components/ui/age"
import { Scroll } from "@/components/ui/card"
import type { NodeSegment, ServiceSegment, Span, Timeline } from "@/lib/domain/timeline"
import type { EventView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"
import { Lane, type Piece } from "./lane"
import { percent, shareOf, ticksOf, tickWords } from "./scale"
import { useTimelineWords } from "./words"

type BandProps = {
  readonly timeline: Timeline
  readonly atMs: number
  readonly onlyChanged: boolean
  readonly onMoment: (atMs: number) => void
}
const NOTHING: readonly EventView[] = []
/** Whose lane a mark belongs to: its service's, else its node's, else the cluster's. */
function marksByLane(marks: readonly EventView[]): ReadonlyMap<string, readonly EventView[]> {
  const found = new Map<string, EventView[]>()
  for (const mark of marks) {
    const key = mark.service !== null ? `service ${mark.service}` : mark.node !== null ? `node ${mark.node}` : "cluster"
    found.set(key, [...(found.get(key) ?? []), mark])
  }
  return found
}
/** Lanes of services, of their addresses and of nodes under one scale, with the chosen moment across them. */
export function Band({ timeline, atMs, onlyChanged, onMoment }: BandProps) {
  const { window } = timeline
  const t = useTranslations("timeline")
  const words = useTimelineWords()
  const marks = useMemo(() => marksByLane(timeline.marks), [timeline])
  const isShown = ({ segments }: { readonly segments: readonly Span[] }) => !onlyChanged || segments.length > 1
  const servicePiece = (s: ServiceSegment): Piece => ({
    ...{ fromMs: s.fromMs, untilMs: s.untilMs, words: words.service(s), mark: s.state === "unknown" ? "unknown" : serviceMark[s.state] },
    short: s.node === null ? words.serviceState(s) : s.state === "started" ? s.node : `${s.node} · ${words.serviceState(s)}`,
  })
  const nodePiece = (s: NodeSegment): Piece => ({
    ...{ fromMs: s.fromMs, untilMs: s.untilMs, words: words.node(s), short: words.node(s), mark: nodeMark[s.state] },
  })
  const shared = { window, onMoment }
  const clusterMarks = marks.get("cluster") ?? NOTHING
  return (
    <Scroll label={t("band")}>
      <div className="relative min-w-[640px] pt-6 pb-2">
        <Axis window={window} atMs={atMs} onMoment={onMoment} />
        <Room words={t("services")}>
          {timeline.services.filter(isShown).map(({ name, segments, isDefined }) => (
            <Lane
              key={name}
              {...{ ...shared, name, pieces: segments.map(servicePiece), marks: marks.get(`service ${name}`) ?? NOTHING }}
              note={isDefined ? undefined : t("removed")}
            />
          ))}
        </Room>
        <Room words={t("addresses")}>
          {timeline.addresses.filter(isShown).map(({ name, service, segments }) => (
            <Lane key={`${service} ${name}`} {...{ ...shared, name, pieces: segments.map(servicePiece), marks: NOTHING }} />
          ))}
        </Room>
        <Room words={t("nodes")}>
          {timeline.nodes.filter(isShown).map(({ name, segments, isDefined }) => (
            <Lane
              key={name}
              {...{ ...shared, name, pieces: segments.map(nodePiece), marks: marks.get(`node ${name}`) ?? NOTHING }}
              note={isDefined ? undefined : t("removed")}
            />
          ))}
        </Room>
        {clusterMarks.length > 0 && <Lane {...{ ...shared, name: t("cluster"), pieces: [], marks: clusterMarks }} />}
      </div>
    </Scroll>
  )
}
const Room = ({ words, children }: { readonly words: string; readonly children: readonly ReactNode[] }) =>
  children.length === 0 ? null : (
    <>
      <h2 className="sticky left-0 z-[2] w-[8.5rem] bg-panel px-3.5 pt-2 text-xs text-ink3 max-sm:w-28 max-sm:px-2.5">{words}</h2>
      {children}
    </>
  )

const ROOM_PX = 48
/** Scrolls the box of the lanes sideways, and nothing else. */
function bringIntoSight(handle: HTMLElement | null, share: number) {
  const axis = handle?.offsetParent
  const box = handle?.closest("section")
  if (!(axis instanceof HTMLElement) || !box) return
  const x = axis.offsetLeft + share * axis.clientWidth
  const isHidden = x < box.scrollLeft + axis.offsetLeft || x > box.scrollLeft + box.clientWidth
  if (isHidden) box.scrollLeft = x - Math.max(axis.offsetLeft + ROOM_PX, box.clientWidth - ROOM_PX)
}
const KEYS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }
/** Times, and the handle that moves the chosen moment by keyboard; its line runs through all lanes. */
function Axis({ window, atMs, onMoment }: { readonly window: Span } & Pick<BandProps, "atMs" | "onMoment">) {
  const t = useTranslations("timeline")
  const { fromMs, untilMs } = window
  const handle = useRef<HTMLDivElement>(null)
  // In a narrow window the lanes scroll: the chosen moment is kept in sight. Also when only the window changed.
  const share = shareOf(window, atMs)
  useEffect(() => bringIntoSight(handle.current, share), [share])
  const { stepMs, atMs: ticks } = ticksOf(window, -new Date(fromMs).getTimezoneOffset() * 60_000)
  const move = (event: KeyboardEvent) => {
    const steps = KEYS[event.key]
    const edge = event.key === "Home" ? fromMs : event.key === "End" ? untilMs - 1 : undefined
    if (steps === undefined && edge === undefined) return
    event.preventDefault()
    const byMs = (steps ?? 0) * (event.shiftKey ? 1_000 : (untilMs - fromMs) / 100)
    onMoment(edge ?? Math.round(Math.min(untilMs - 1, Math.max(fromMs, atMs + byMs))))
  }
  return (
    <div className="pointer-events-none absolute inset-y-0 right-3.5 left-[8.5rem] max-sm:left-28">
      {ticks
        .filter((ms) => shareOf(window, ms) < 0.93)
        .map((ms) => (
          <span
            key={ms}
            className="absolute inset-y-0 border-l pl-1 font-mono text-[11px] text-ink3"
            style={{ left: percent(shareOf(window, ms)) }}
          >
            {tickWords(ms, stepMs)}
          </span>
        ))}
      <div
        ref={handle}
        role="slider"
        tabIndex={0}
        aria-label={t("moment")}
        aria-description={t("momentHelp")}
        aria-valuemin={fromMs}
        aria-valuemax={untilMs}
        aria-valuenow={atMs}
        aria-valuetext={dayTime(atMs)}
        onKeyDown={move}
        className="pointer-events-auto absolute inset-y-0 z-[1] w-0 border-l-2 border-ink"
        style={{ left: percent(share) }}
      >
        <span className="absolute -top-px -left-[6px] size-0 border-x-[5px] border-t-[8px] border-x-transparent border-t-ink" />
      </div>
    </div>
  )
}
