import type { Fact } from "../../agents/contract"
import { freshnessOf, type Observed, type Reading, readingOf } from "../domain/observed"
import { digestOf } from "../domain/plan"
import type { FactView } from "../domain/views"

export type FactChange = {
  readonly clusterId: string
  readonly node: string
  readonly name: string
  readonly observed: Observed<unknown>
  readonly digest: string
  readonly isBulky: boolean
}
type Held = {
  isBulky: boolean
  observed: Observed<unknown>
  digest: string
  savedAtMs: number
  /** It was true before this moment (a start, a command that changes it): shown with its age, but nothing is decided by it. */
  outdatedAtMs?: number
}
export type FactStore = ReturnType<typeof createFactStore>

const SAVE_EVERY_MS = 60_000
type Saving = { readonly isBulky: boolean; readonly isVolatile: boolean; readonly isChanged: boolean; readonly isDue: boolean }
const isToBeSaved = ({ isBulky, isVolatile, isChanged, isDue }: Saving): boolean => !isBulky && (isDue || (isChanged && !isVolatile))

/**
 * Latest per node × fact, in memory. A failed read keeps the last value and notes the error.
 * `save` is asked for on a changed digest and once a minute, volatile facts only once a minute.
 */
export function createFactStore(outside: {
  readonly nowMs: () => number
  readonly save: (change: FactChange) => void
  readonly changed: (change: FactChange) => void
}) {
  const nodes = new Map<string, Map<string, Held>>()
  const keyOf = (clusterId: string, node: string) => `${clusterId}/${node}`
  const of = (clusterId: string, node: string) => nodes.get(keyOf(clusterId, node))

  function hold(clusterId: string, node: string, name: string, held: Held) {
    const key = keyOf(clusterId, node)
    const facts = nodes.get(key) ?? new Map<string, Held>()
    facts.set(name, held)
    nodes.set(key, facts)
  }
  function seen(clusterId: string, node: string, fact: Fact, value: unknown, atMs: number, askedAtMs = atMs) {
    const { isBulky = false, isVolatile = false } = fact
    // Of thousands of rows every second: they are neither saved nor streamed, and nobody is told of each.
    const digest = isBulky ? "" : digestOf(value)
    const before = of(clusterId, node)?.get(fact.name)
    const observed = { value, atMs, everyMs: fact.everyMs, from: fact.command.masked }
    const isChanged = before?.digest !== digest || before.observed.error !== undefined
    const isDue = atMs - (before?.savedAtMs ?? 0) >= SAVE_EVERY_MS
    const isSaved = isToBeSaved({ isBulky, isVolatile, isChanged, isDue })
    // What was asked before the command may have been answered before it: only a later question tells.
    const outdated = before?.outdatedAtMs !== undefined && askedAtMs <= before.outdatedAtMs ? { outdatedAtMs: before.outdatedAtMs } : {}
    hold(clusterId, node, fact.name, { observed, digest, savedAtMs: isSaved ? atMs : (before?.savedAtMs ?? 0), isBulky, ...outdated })
    const change = { clusterId, node, name: fact.name, observed, digest, isBulky }
    if (isSaved) outside.save(change)
    if (isChanged || isDue) outside.changed(change)
  }
  function failed(clusterId: string, node: string, name: string, error: string) {
    const before = of(clusterId, node)?.get(name)
    if (!before || before.observed.error === error) return
    const observed = { ...before.observed, error }
    hold(clusterId, node, name, { ...before, observed })
    outside.changed({ clusterId, node, name, observed, digest: before.digest, isBulky: before.isBulky })
  }
  const get = (clusterId: string, node: string, name: string): Observed<unknown> | undefined => of(clusterId, node)?.get(name)?.observed
  return {
    seen,
    failed,
    get,
    /** For decisions: only what was seen in this run, and since the last change. */
    reading: (clusterId: string, node: string, name: string): Reading<unknown> => {
      const held = of(clusterId, node)?.get(name)
      return held?.outdatedAtMs !== undefined ? { state: "unknown" } : readingOf(held?.observed, outside.nowMs())
    },
    /** A command is about to change what this fact tells. */
    outdate: (clusterId: string, node: string, name: string) => {
      const held = of(clusterId, node)?.get(name)
      if (held) held.outdatedAtMs = outside.nowMs()
    },
    all: (clusterId: string, node: string): readonly (FactView & { readonly name: string })[] =>
      [...(of(clusterId, node) ?? [])]
        .filter(([, { isBulky }]) => !isBulky)
        .map(([name, { observed }]) => ({
          name,
          ...observed,
          freshness: freshnessOf(observed, outside.nowMs()),
        })),
    /** What the database knew at the start: as old as it is. */
    restore: (clusterId: string, node: string, name: string, observed: Observed<unknown>) =>
      hold(clusterId, node, name, {
        observed,
        digest: digestOf(observed.value),
        savedAtMs: observed.atMs,
        outdatedAtMs: Number.NEGATIVE_INFINITY,
        isBulky: false,
      }),
    /** Only these facts go on to be shown: the others are of definitions that are gone. */
    keep: (clusterId: string, node: string, names: ReadonlySet<string>) => {
      for (const name of of(clusterId, node)?.keys() ?? []) if (!names.has(name)) of(clusterId, node)?.delete(name)
    },
    forget: (clusterId: string, node: string) => nodes.delete(keyOf(clusterId, node)),
  }
}
/** A stored value with its age as it is now. */
export const factView = <T>(
  observed: Observed<unknown> | undefined,
  parse: (value: unknown) => T | undefined,
  nowMs: number,
): FactView<T> | null => {
  const value = observed && parse(observed.value)
  return observed && value !== undefined ? { ...observed, value, freshness: freshnessOf(observed, nowMs) } : null
}
