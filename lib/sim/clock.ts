import type { Clock } from "../clock"

/** A clock that pretend machines live by as well: what they began ends at its time, if nobody called it off. */
export type SimClock = Clock & { readonly after: (delayMs: number, act: () => void) => () => void }

type Due = { readonly atMs: number; readonly act: () => void }

/** Time that passes only when somebody sleeps, and no faster than what is woken can follow. */
export function simulatedClock(startMs = 0): SimClock {
  let nowMs = startMs
  let sleepers = 0
  let isPumping = false
  const due: Due[] = []
  function add(delayMs: number, act: () => void): () => void {
    const entry = { atMs: nowMs + delayMs, act }
    const later = due.findIndex(({ atMs }) => atMs > entry.atMs)
    due.splice(later < 0 ? due.length : later, 0, entry)
    return () => {
      const at = due.indexOf(entry)
      if (at >= 0) due.splice(at, 1)
    }
  }
  /** One event, then everything that it sets going (all of it waits on promises), then the next. */
  function pump() {
    const next = sleepers > 0 ? due.shift() : undefined
    isPumping = next !== undefined
    if (!next) return
    nowMs = next.atMs
    next.act()
    setImmediate(pump)
  }
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (ms <= 0 || signal?.aborted) return resolve()
      sleepers += 1
      const callOff = add(ms, wake)
      function wake() {
        sleepers -= 1
        signal?.removeEventListener("abort", abort)
        resolve()
      }
      function abort() {
        callOff()
        wake()
      }
      signal?.addEventListener("abort", abort)
      if (isPumping) return
      isPumping = true
      setImmediate(pump)
    })
  const after = (delayMs: number, act: () => void) => {
    if (delayMs > 0) return add(delayMs, act)
    act()
    return () => undefined
  }
  return { nowMs: () => nowMs, sleep, after }
}

/** Time that passes only when it is told to: the same script is the same story, to the millisecond. */
export type VirtualClock = SimClock & {
  /** Lets so much time pass: one event, then all that it sets going, then the next. ms */
  readonly advance: (ms: number) => Promise<void>
  /** Waits until what was set going has come to rest, at the same moment. */
  readonly settle: () => Promise<void>
}
/** Turns of the event loop after which nothing moves any more: a database in this process answers in one or two each. */
const SETTLED_AFTER = 6
export function virtualClock(startMs = 0, isBusy: () => boolean = () => false): VirtualClock {
  let nowMs = startMs
  const due: Due[] = []
  const after = (delayMs: number, act: () => void) => {
    if (delayMs <= 0) {
      act()
      return () => undefined
    }
    const entry = { atMs: nowMs + delayMs, act }
    const later = due.findIndex(({ atMs }) => atMs > entry.atMs)
    due.splice(later < 0 ? due.length : later, 0, entry)
    return () => {
      const at = due.indexOf(entry)
      if (at >= 0) due.splice(at, 1)
    }
  }
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
  const settle = async () => {
    for (let quiet = 0; quiet < SETTLED_AFTER; quiet = isBusy() ? 0 : quiet + 1) await turn()
  }
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (ms <= 0 || signal?.aborted) return resolve()
      const callOff = after(ms, wake)
      function wake() {
        signal?.removeEventListener("abort", abort)
        resolve()
      }
      function abort() {
        callOff()
        wake()
      }
      signal?.addEventListener("abort", abort)
    })
  return {
    ...{ nowMs: () => nowMs, sleep, after, settle },
    advance: async (ms) => {
      const untilMs = nowMs + ms
      await settle()
      for (let next = due[0]; next && next.atMs <= untilMs; next = due[0]) {
        due.shift()
        nowMs = next.atMs
        next.act()
        await settle()
      }
      nowMs = untilMs
    },
  }
}

const TICK_MS = 2
/** Of real time: what a machine was longer away for is not caught up with. */
const CATCH_UP_MS = 50
/**
 * `speed` times faster than real time, as long as what it wakes can follow: on a machine that is busy with something else time goes
 * slower, and nobody is late who is not late on an idle one. For tests with a real database.
 * @param isOver once true, it stands still for ever
 */
export function patientClock(speed: number, isOver: () => boolean = () => false): SimClock {
  const { advance, nowMs, sleep, after } = virtualClock(Date.now())
  let lastMs = performance.now()
  async function tick() {
    const passedMs = Math.min(performance.now() - lastMs, CATCH_UP_MS)
    lastMs = performance.now()
    await advance(Math.round(passedMs * speed))
    if (!isOver()) setTimeout(tick, TICK_MS).unref()
  }
  void tick()
  return { nowMs, sleep, after }
}

/** Real time, for the demo; `speed` times faster for tests in which somebody else's time passes too: a socket's, a process's. */
export function pacedClock(speed = 1): SimClock {
  const startMs = Date.now()
  const nowMs = () => startMs + (Date.now() - startMs) * speed
  const after = (delayMs: number, act: () => void) => {
    if (delayMs <= 0) {
      act()
      return () => undefined
    }
    const timer = setTimeout(act, delayMs / speed)
    return () => clearTimeout(timer)
  }
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const callOff = after(ms, wake)
      function wake() {
        signal?.removeEventListener("abort", abort)
        resolve()
      }
      function abort() {
        callOff()
        resolve()
      }
      signal?.addEventListener("abort", abort, { once: true })
    })
  return { nowMs, sleep, after }
}
