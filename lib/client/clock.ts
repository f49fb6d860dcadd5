import { useSyncExternalStore } from "react"

const TICK_MS = 1_000
let offsetMs = 0
let nowMs = 0
let timer: ReturnType<typeof setInterval> | undefined
const listeners = new Set<() => void>()
const tick = () => {
  nowMs = Date.now() + offsetMs
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
/** The panel's clock differs from the browser's: ages are told by the panel's. */
export function setServerNow(serverNowMs: number): void {
  offsetMs = serverNowMs - Date.now()
  if (nowMs === 0) nowMs = serverNowMs
}
/** The panel's time, once a second, from one ticker for all. On the server and at first: the time that the page was made. */
export const useNow = (madeAtMs: number): number =>
  useSyncExternalStore(
    subscribe,
    () => (nowMs === 0 ? madeAtMs : nowMs),
    () => madeAtMs,
  )
