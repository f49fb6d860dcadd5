import type { Span } from "@/lib/domain/timeline"

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const spans = { hour: HOUR, day: DAY, week: 7 * DAY } as const
const steps = [
  ...[SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE],
  ...[HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 5 * DAY, 10 * DAY],
]
const TICKS = 6

/** Where a moment lies in the window, 0 to 1. */
export const shareOf = ({ fromMs, untilMs }: Span, atMs: number): number => (atMs - fromMs) / (untilMs - fromMs)
export const percent = (share: number): string => `${Math.round(share * 100_000) / 1_000}%`

/** Round moments of the reader's own clock, at most about six; `zoneMs` is that clock's lead over UTC. */
export function ticksOf({ fromMs, untilMs }: Span, zoneMs: number): { readonly stepMs: number; readonly atMs: readonly number[] } {
  const stepMs = steps.find((step) => (untilMs - fromMs) / step <= TICKS) ?? 10 * DAY
  const first = Math.ceil((fromMs + zoneMs) / stepMs) * stepMs - zoneMs
  const count = Math.max(0, Math.ceil((untilMs - first) / stepMs))
  return { stepMs, atMs: Array.from({ length: count }, (_, i) => first + i * stepMs) }
}

/** Marks that would cover each other become one. In: time order. `share`: the least distance, of the window. */
export function groupClose<T extends { readonly atMs: number }>(
  marks: readonly T[],
  window: Span,
  share: number,
): readonly (readonly T[])[] {
  const gapMs = (window.untilMs - window.fromMs) * share
  const groups: T[][] = []
  for (const mark of marks) {
    const last = groups.at(-1)
    const [first] = last ?? []
    if (last && first && mark.atMs - first.atMs < gapMs) last.push(mark)
    else groups.push([mark])
  }
  return groups
}

const two = (n: number) => String(n).padStart(2, "0")
/** What a time field takes: the reader's own clock, to the second. */
export function fieldTime(ms: number): string {
  const d = new Date(ms)
  const day = `${String(d.getFullYear()).padStart(4, "0")}-${two(d.getMonth() + 1)}-${two(d.getDate())}`
  return `${day}T${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`
}
/** Undefined for what is no time. */
export function ofField(value: string): number | undefined {
  const ms = new Date(value).getTime()
  return Number.isNaN(ms) || ms < 0 ? undefined : ms
}
export function tickWords(ms: number, stepMs: number): string {
  const d = new Date(ms)
  const day = `${two(d.getMonth() + 1)}-${two(d.getDate())}`
  const time = `${two(d.getHours())}:${two(d.getMinutes())}`
  if (stepMs >= DAY) return day
  if (stepMs >= 3 * HOUR) return `${day} ${time}`
  return stepMs >= MINUTE ? time : `${time}:${two(d.getSeconds())}`
}
