"use client"
import { dayTime } from "@/components/ui/age"
import { type Mark, StateMark } from "@/components/ui/state-mark"
import type { Span } from "@/lib/domain/timeline"
import type { EventView } from "@/lib/domain/views"
import { useTranslations } from "@/lib/i18n/use"
import { groupClose, percent, shareOf } from "./scale"
import { useTimelineWords } from "./words"

/** Wider than a finger's button is on the narrowest track. */
const MARK_SHARE = 0.045
const tones: Readonly<Record<Mark, string>> = {
  ok: "bg-ok-soft text-ok",
  move: "bg-accent-soft text-accent",
  off: "border bg-sunk text-ink2",
  need: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  unknown: "hatched border border-dashed text-ink2",
}
export type Piece = Span & { readonly mark: Mark; readonly short: string; readonly words: string }
type LaneProps = {
  readonly window: Span
  readonly name: string
  readonly note?: string | undefined
  readonly pieces: readonly Piece[]
  readonly marks: readonly EventView[]
  readonly onMoment: (atMs: number) => void
}
/** The name, its band, and what is to be pointed at underneath. */
export function Lane({ window, name, note, pieces, marks, onMoment }: LaneProps) {
  const pick = (event: React.MouseEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    const share = Math.min(1, Math.max(0, (event.clientX - left) / width))
    onMoment(Math.round(window.fromMs + share * (window.untilMs - window.fromMs)))
  }
  return (
    <div className="flex">
      <div
        className="sticky left-0 z-[2] w-[8.5rem] flex-none bg-panel py-1 pr-2 pl-3.5 leading-6 max-sm:w-28 max-sm:pr-1 max-sm:pl-2.5 max-sm:text-xs max-sm:leading-6"
        title={note ?? name}
      >
        <span className="block truncate">{name}</span>
        {note !== undefined && <span className="block truncate text-xs text-ink3">{note}</span>}
      </div>
      <div className="mr-3.5 min-w-0 flex-1 py-1">
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the slider above does the same by keyboard */}
        <ol className="relative h-6 cursor-crosshair" aria-label={name} onClick={pick}>
          {pieces.map((piece) => (
            <li
              key={piece.fromMs}
              title={`${dayTime(piece.fromMs)} – ${dayTime(piece.untilMs)} ${piece.words}`}
              className={`absolute inset-y-0 overflow-hidden rounded text-xs leading-6 whitespace-nowrap ${tones[piece.mark]}`}
              style={{
                left: percent(shareOf(window, piece.fromMs)),
                width: percent((piece.untilMs - piece.fromMs) / (window.untilMs - window.fromMs)),
                ...(piece.mark === "unknown" ? {} : { minWidth: "3px" }),
              }}
            >
              <span className="ml-2 inline-flex items-center gap-1.5">
                <StateMark mark={piece.mark} />
                <span aria-hidden="true">{piece.short}</span>
                <span className="sr-only">{piece.words}</span>
              </span>
            </li>
          ))}
        </ol>
        {marks.length > 0 && <Marks window={window} marks={marks} onMoment={onMoment} />}
      </div>
    </div>
  )
}
const worst: readonly Mark[] = ["bad", "need", "move", "ok", "off"]
function Marks({ window, marks, onMoment }: Pick<LaneProps, "window" | "marks" | "onMoment">) {
  const t = useTranslations("timeline")
  const words = useTimelineWords()
  return (
    <ul className="relative h-6">
      {groupClose(marks, window, MARK_SHARE).map((group) => {
        const [first] = group
        if (!first) return null
        const what = group.map((event) => [words.event(event), ...words.more(event)].join(" – ")).join("; ")
        const time = dayTime(first.atMs)
        const label = group.length === 1 ? t("mark", { time, what }) : t("marks", { n: group.length, time, what })
        return (
          <li
            key={first.id}
            className="absolute top-0 -translate-x-1/2"
            style={{ left: `clamp(12px, ${percent(shareOf(window, first.atMs))}, calc(100% - 12px))` }}
          >
            <button
              type="button"
              title={label}
              aria-label={label}
              onClick={() => onMoment(first.atMs)}
              className="flex h-6 min-w-6 items-center justify-center gap-0.5 rounded-full px-1 text-xs text-ink2 hover:bg-sunk"
            >
              <StateMark mark={worst.find((mark) => group.some(({ level }) => level === mark)) ?? "off"} />
              {group.length > 1 && <span aria-hidden="true">{group.length}</span>}
            </button>
          </li>
        )
      })}
    </ul>
  )
}
