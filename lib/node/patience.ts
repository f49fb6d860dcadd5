/**
 * How long a caller waits: until its time is over or it aborts. `end` must be called, or the timer goes on.
 * Not AbortSignal.any over AbortSignal.timeout: Node 20 may collect those as garbage before they fire.
 */
export function createPatience(timeoutMs: number, signal?: AbortSignal) {
  const over = new AbortController()
  const deadlineMs = performance.now() + timeoutMs
  const giveUp = () => over.abort()
  const timer = setTimeout(giveUp, timeoutMs)
  if (signal?.aborted) giveUp()
  signal?.addEventListener("abort", giveUp, { once: true })
  return {
    signal: over.signal,
    /** At least 1. */
    leftMs: (): number => Math.max(1, Math.ceil(deadlineMs - performance.now())),
    why: (): string => (signal?.aborted ? "it was aborted" : `no answer in ${timeoutMs} ms`),
    end: (): void => {
      clearTimeout(timer)
      signal?.removeEventListener("abort", giveUp)
    },
  }
}
