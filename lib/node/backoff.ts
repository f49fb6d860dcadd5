import { isUnreachable, Unreachable } from "./session"

const FIRST_MS = 500
const MAX_MS = 15_000
/** A connection that ends sooner than this counts as a failure: one that comes and goes would be tried without a pause. */
const STEADY_MS = 10_000

/** When to try again: exponential with full jitter, so that a rack that comes back is not stormed. */
export function createBackoff(nowMs: () => number, random: () => number) {
  let [failures, nextMs, sinceMs] = [0, 0, 0]
  let last: Unreachable | undefined
  const failed = (error: unknown): void => {
    failures += 1
    nextMs = nowMs() + random() * Math.min(MAX_MS, FIRST_MS * 2 ** failures)
    last = isUnreachable(error) ? error : undefined
  }
  return {
    failed,
    made: (): void => {
      sinceMs = nowMs()
    },
    lost: (error: Unreachable): void => {
      if (nowMs() - sinceMs < STEADY_MS) failed(error)
      else failures = 0
    },
    /** @throws Unreachable between two tries, with the last one's reason and when the next is due. */
    check: (): void => {
      const waitMs = nextMs - nowMs()
      if (waitMs > 0 && last) throw new Unreachable(`${last.message} Next try in ${Math.ceil(waitMs / 1000)} s.`, last.why)
    },
  }
}
