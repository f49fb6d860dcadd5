import type { StreamEvent } from "./domain/stream"

export type Numbered = { readonly id: string; readonly event: StreamEvent }
export type Bus = {
  readonly publish: (event: StreamEvent) => void
  readonly subscribe: (listen: (numbered: Numbered) => void) => () => void
  /** What came after `lastId`; "gap" when that is too long ago, or of another run of the panel. */
  readonly since: (lastId: string) => readonly Numbered[] | "gap"
}
const KEPT_MAX = 2_000

/** One stream of events for all browsers, numbered so that one may resume. `run` tells this run of the panel from the one before. */
export function createBus(run: string): Bus {
  let count = 0
  const kept: Numbered[] = []
  const listeners = new Set<(numbered: Numbered) => void>()
  return {
    publish: (event) => {
      const numbered = { id: `${run}-${++count}`, event }
      kept.push(numbered)
      if (kept.length > KEPT_MAX) kept.shift()
      for (const listen of listeners) listen(numbered)
    },
    subscribe: (listen) => {
      listeners.add(listen)
      return () => listeners.delete(listen)
    },
    since: (lastId) => {
      const at = kept.findIndex(({ id }) => id === lastId)
      if (at >= 0) return kept.slice(at + 1)
      return lastId === `${run}-${count}` ? [] : "gap"
    },
  }
}
