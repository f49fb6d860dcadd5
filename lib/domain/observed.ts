/** A value with the time it was seen (ms, panel's clock), how often it is read, and where it came from. */
export type Observed<T> = {
  readonly value: T
  readonly atMs: number
  readonly everyMs: number
  /** The command that gave it, masked. */
  readonly from: string
  /** Why the newest attempt to read it failed; the value is the one before. */
  readonly error?: string
}

/** What may be said of it now. An unknown reading has no value, so nobody can take it for "off". */
export type Reading<T> = { readonly state: "fresh" | "stale"; readonly value: T } | { readonly state: "unknown" }
export type Freshness = Reading<unknown>["state"]

const UNKNOWN_AFTER_MIN_MS = 30_000

/** DESIGN §4: stale after 2 × everyMs, unknown after the larger of 5 × everyMs and 30 s. */
export function freshnessOf(observed: Pick<Observed<unknown>, "atMs" | "everyMs">, nowMs: number): Freshness {
  const ageMs = nowMs - observed.atMs
  // A value from the future means that the clock was set back: its age cannot be told.
  if (ageMs < 0 || ageMs > Math.max(5 * observed.everyMs, UNKNOWN_AFTER_MIN_MS)) return "unknown"
  return ageMs > 2 * observed.everyMs ? "stale" : "fresh"
}

export function readingOf<T>(observed: Observed<T> | undefined, nowMs: number): Reading<T> {
  if (!observed) return { state: "unknown" }
  const state = freshnessOf(observed, nowMs)
  return state === "unknown" ? { state } : { state, value: observed.value }
}
