import { useSyncExternalStore } from "react"

const TICK_MS = 1_000
/** What was seen again and has not changed is told by nobody: a page that shows ages asks for them so often. */
export const AGES_EVERY_MS = 5_000
let offsetMs = Number.NEGATIVE_INFINITY
let nowMs = 0
let timer: ReturnType<typeof setInterval> | undefined
const listeners = new Set<() => void>()
const tick = () => {
  nowMs = Date.now() + (Number.isFinite(offsetMs) ? offsetMs : 0)
  for (const listen of listeners) listen()
}
const subscribe = (listen: () => void) => {
  listeners.add(listen)
  timer ??= setInterval(tick, TICK_MS)
  return () => {
    listeners.delete(listen)
    if (listeners.size > 0 || timer === undefined) return
    clearInterval(timer)
    timer = undefined
  }
}
/**
 * The panel's clock differs from the browser's: ages are told by the panel's. Every answer was made before it is seen, so the largest
 * difference is the nearest to the truth: a page from the cache never makes what is old look young.
 */
export function setServerNow(serverNowMs: number): void {
  offsetMs = Math.max(offsetMs, serverNowMs - Date.now())
  if (nowMs === 0) nowMs = serverNowMs
}
/** The panel's time, once a second, from one ticker for all. On the server and at first: the time that the page was made. */
export const useNow = (madeAtMs: number): number =>
  useSyncExternalStore(
    subscribe,
    () => (nowMs === 0 ? madeAtMs : nowMs),
    () => madeAtMs,
  )
