import type { Fact, Push } from "../../agents/contract"
import type { Clock } from "../clock"
import { isOutcomeUnknown, type NodeSession } from "../node/session"
import { sh } from "../node/sh"
import type { FactStore } from "./store"

export type Watched = {
  readonly clusterId: string
  readonly node: string
  readonly session: NodeSession
  /** What to read depends on what is defined; asked anew at each round. */
  readonly facts: () => readonly Fact[]
  readonly pushes: () => readonly Push[]
  /** Facts that are read only when somebody asks: checks of a frozen service. */
  readonly paused?: () => ReadonlySet<string>
  /** True while something is at work there that bulky facts would hold up. */
  readonly isQuiet?: () => boolean
  /** A sign of life at least so often, ms, when nothing else is read. */
  readonly pulseMs?: () => number | undefined
  readonly store: FactStore
  readonly clock: Clock
  readonly heard: (atMs: number) => void
  readonly silent: (error: Error) => void
}
export type Watch = {
  /** Reads these facts at once; resolves when they were read or could not be. All but those read aside when none are named. */
  readonly readNow: (names?: readonly string[]) => Promise<void>
  /** The definitions changed: new facts are due, pushes start anew. */
  readonly redefine: () => void
  readonly stop: () => void
}
const DEFAULT_TIMEOUT_MS = 10_000
const RETRY_MS = 1_000
const IDLE_MAX_MS = 5_000
/** A round takes some 15 ms of a node. One that takes more than this finds it busy, and is followed by a rest twice as long as the excess. */
const ROUND_MAX_MS = 1_000
const REST_FACTOR = 2
const REST_MAX_MS = 10_000
/** A slow node gets so many times what its last round took, this long at most: asked for everything after a silence, it would fall silent again. */
const PATIENCE_FACTOR = 4
const PATIENCE_MAX_MS = 30_000
const PUSH_TIMEOUT_MS = 24 * 3_600_000

/** Nothing to read is a sign of life to ask for. */
const questionOf = (facts: readonly Fact[]): Parameters<NodeSession["read"]> =>
  facts.length === 0
    ? [[sh`true`], { timeoutMs: DEFAULT_TIMEOUT_MS }]
    : [facts.map(({ command }) => command), { timeoutMs: Math.max(...facts.map((f) => f.timeoutMs ?? DEFAULT_TIMEOUT_MS)) }]

/** A reading into the store; an answer that cannot be understood is why the fact is not known. */
export function noteFact(
  store: FactStore,
  clusterId: string,
  node: string,
  fact: Fact,
  result: Parameters<Fact["parse"]>[0],
  { atMs, askedMs }: { readonly atMs: number; readonly askedMs: number },
): void {
  try {
    store.seen(clusterId, node, fact, fact.parse(result), atMs, askedMs)
  } catch (error) {
    store.failed(clusterId, node, fact.name, error instanceof Error ? error.message : String(error))
  }
}
/** Reads a node's facts when they are due, all in one round trip; what the node's journal tells makes them due at once. */
export function watchNode(w: Watched): Watch {
  const { clusterId, node, session, store, clock } = w
  /** When each was asked for last, and how long that answer counts: what is due follows from how often it is wanted now. */
  const asked = new Map<string, { readonly atMs: number; readonly everyMs: number }>()
  let isSilent = false
  let heardMs = Number.NEGATIVE_INFINITY
  /** A node that is slow by itself is not kept busy by being watched; one of the cluster's services is looked at all the same. */
  let restUntilMs = Number.NEGATIVE_INFINITY
  let lastTookMs = 0
  let isAsking = false
  let asideRestMs = Number.NEGATIVE_INFINITY
  const stopped = new AbortController()
  let nap = new AbortController()
  let pushing = new AbortController()
  let round: Promise<void> = Promise.resolve()

  const wanted = () => {
    const paused = w.paused?.()
    const isQuiet = w.isQuiet?.() ?? false
    const facts = w.facts().filter(({ name, isBulky }) => !paused?.has(name) && !(isBulky && isQuiet))
    return { rounds: facts.filter(({ isAside }) => !isAside), asides: facts.filter(({ isAside }) => isAside) }
  }
  // One that is wanted less often from now on is read once more as before: its last answer would grow old until then.
  const dueMs = ({ name, everyMs }: Fact): number => {
    const last = asked.get(name)
    return last ? last.atMs + Math.min(last.everyMs, everyMs) : Number.NEGATIVE_INFINITY
  }
  /** After a silence everything is due: what was true before it may be true no longer. */
  const dueNow = (facts: readonly Fact[]) => {
    if (isSilent) return facts
    return clock.nowMs() < restUntilMs ? [] : facts.filter((fact) => dueMs(fact) <= clock.nowMs())
  }
  const pulseDueMs = (): number => {
    const everyMs = w.pulseMs?.()
    return everyMs === undefined ? Number.POSITIVE_INFINITY : heardMs + everyMs
  }
  const isOfServices = () => w.pulseMs?.() !== undefined
  const patience = (timeoutMs: number): number =>
    isOfServices() ? timeoutMs : Math.max(timeoutMs, Math.min(PATIENCE_FACTOR * lastTookMs, PATIENCE_MAX_MS))
  const restAfter = (tookMs: number): void => {
    const excessMs = tookMs - ROUND_MAX_MS
    if (excessMs > 0 && !isOfServices()) restUntilMs = clock.nowMs() + Math.min(excessMs * REST_FACTOR, REST_MAX_MS)
  }
  const fellSilent = (facts: readonly Fact[], why: string): void => {
    isSilent = true
    for (const { name } of facts) store.failed(clusterId, node, name, why)
    for (const { name } of [...facts, ...w.facts().filter(({ isAside }) => isAside)]) asked.delete(name)
    for (const { name } of w.facts()) store.outdate(clusterId, node, name)
  }
  async function read(facts: readonly Fact[]): Promise<boolean> {
    const atMs = clock.nowMs()
    for (const { name, everyMs } of facts) asked.set(name, { atMs, everyMs })
    try {
      const [commands, { timeoutMs }] = questionOf(facts)
      const results = await session.read(commands, { timeoutMs: patience(timeoutMs) })
      facts.forEach((fact, i) => {
        const result = results[i]
        if (result) noteFact(store, clusterId, node, fact, result, { atMs: clock.nowMs(), askedMs: atMs })
      })
      isSilent = false
      heardMs = clock.nowMs()
      lastTookMs = heardMs - atMs
      restAfter(lastTookMs)
      w.heard(heardMs)
      return true
    } catch (error) {
      if (!isOutcomeUnknown(error)) throw error
      lastTookMs = clock.nowMs() - atMs
      fellSilent(facts, error.message)
      w.silent(error)
      return false
    }
  }
  /** One round at a time: a reading asked for in between waits for the one under way. */
  const inTurn = (act: () => Promise<void>): Promise<void> => {
    round = round.then(act, act)
    return round
  }
  /** Beside the rounds, one at a time, and at most two thirds of the time. That it got no answer says nothing of the node. */
  async function readAside(fact: Fact) {
    const askedMs = clock.nowMs()
    asked.set(fact.name, { atMs: askedMs, everyMs: fact.everyMs })
    isAsking = true
    try {
      const [result] = await session.read([fact.command], { timeoutMs: fact.timeoutMs ?? DEFAULT_TIMEOUT_MS, isAside: true })
      if (result) noteFact(store, clusterId, node, fact, result, { atMs: clock.nowMs(), askedMs })
    } catch (error) {
      if (!isOutcomeUnknown(error)) throw error
      store.failed(clusterId, node, fact.name, error.message)
    } finally {
      isAsking = false
      asideRestMs = clock.nowMs() + (clock.nowMs() - askedMs) / 2
      nap.abort()
    }
  }
  const asideDueMs = (facts: readonly Fact[]): number =>
    isAsking || isSilent ? Number.POSITIVE_INFINITY : Math.max(Math.min(...facts.map(dueMs)), asideRestMs)
  async function loop() {
    while (!stopped.signal.aborted) {
      let isHeard = true
      const { rounds, asides } = wanted()
      const aside = asides.find((one) => asideDueMs([one]) <= clock.nowMs())
      if (aside) void readAside(aside)
      const due = dueNow(rounds)
      if (due.length > 0 || pulseDueMs() <= clock.nowMs())
        await inTurn(async () => {
          isHeard = await read(due)
        })
      const next = wanted()
      const nextMs =
        Math.min(Math.max(Math.min(...next.rounds.map(dueMs)), restUntilMs), pulseDueMs(), asideDueMs(next.asides)) - clock.nowMs()
      nap = new AbortController()
      await clock.sleep(isHeard ? Math.min(Math.max(nextMs, 0), IDLE_MAX_MS) : RETRY_MS, AbortSignal.any([nap.signal, stopped.signal]))
    }
  }
  const wake = (names: readonly string[]) => {
    if (names.length === 0) return
    for (const name of names) asked.delete(name)
    nap.abort()
  }
  /** A stream that ends is begun again; what was missed meanwhile is read. */
  async function follow(push: Push, signal: AbortSignal) {
    while (!signal.aborted) {
      const options = { timeoutMs: PUSH_TIMEOUT_MS, signal, onLine: (line: string) => wake(push.wakes(line)), outputMaxBytes: 0 }
      await session.run(push.command, options).catch((error: unknown) => {
        if (!isOutcomeUnknown(error)) throw error
      })
      if (!signal.aborted) await clock.sleep(RETRY_MS * 3, signal)
    }
  }
  const startPushes = () => {
    pushing.abort()
    pushing = new AbortController()
    const signal = AbortSignal.any([pushing.signal, stopped.signal])
    for (const push of w.pushes()) void follow(push, signal)
  }
  startPushes()
  void loop()
  return {
    readNow: async (names) => {
      const named = w.facts().filter(({ name, isAside }) => names?.includes(name) ?? !isAside)
      if (named.length > 0)
        await inTurn(async () => {
          await read(named)
        })
    },
    redefine: () => {
      store.keep(clusterId, node, new Set(w.facts().map(({ name }) => name)))
      startPushes()
      nap.abort()
    },
    stop: () => {
      stopped.abort()
      nap.abort()
    },
  }
}
