import { type QueryClient, useQueryClient } from "@tanstack/react-query"
import { useEffect, useSyncExternalStore } from "react"
import type { StreamEvent } from "../domain/stream"
import type { NodeView } from "../domain/views"
import { api } from "./api"
import { balancerQueries } from "./balancer-api"

/** One stream a browser: the tab that holds the lock reads it and tells the others. */
const LOCK = "moyai-events"
const SILENT_MAX_MS = 40_000
const REOPEN_MIN_MS = 1_000
const REOPEN_MAX_MS = 30_000
type Message =
  | { readonly kind: "event"; readonly event: StreamEvent }
  | { readonly kind: "gap" }
  | { readonly kind: "beat" }
  | { readonly kind: "lost" }
  /** A tab that has just come asks whether anybody reads. */
  | { readonly kind: "hello" }

let isLive = false
const watchers = new Set<() => void>()
function setLive(next: boolean) {
  if (isLive === next) return
  isLive = next
  for (const watch of watchers) watch()
}
export const useIsLive = (): boolean =>
  useSyncExternalStore(
    (watch) => {
      watchers.add(watch)
      return () => watchers.delete(watch)
    },
    () => isLive,
    () => false,
  )

/** Doubles with every failure; by half at random, so that the tabs and browsers of a panel that comes back do not come all at once. */
const waitMs = (failures: number): number => Math.min(REOPEN_MAX_MS, REOPEN_MIN_MS * 2 ** failures) * (0.5 + Math.random() / 2)

function read(tell: (message: Message) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let source: EventSource
    let timer: ReturnType<typeof setTimeout> | undefined
    let failures = 0
    const open = () => {
      source = new EventSource("/api/events")
      source.onmessage = ({ data }) => tell({ kind: "event", event: JSON.parse(data) })
      source.addEventListener("gap", () => tell({ kind: "gap" }))
      source.addEventListener("beat", () => tell({ kind: "beat" }))
      // A stream that begins anew, or in another tab, knows nothing of what came in between.
      source.onopen = () => {
        failures = 0
        tell({ kind: "gap" })
      }
      source.onerror = () => {
        tell({ kind: "lost" })
        // The browser has given up (an answer that is no stream): it is tried again all the same.
        if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, waitMs(failures++))
      }
    }
    open()
    signal.addEventListener("abort", () => {
      clearTimeout(timer)
      source.close()
      resolve()
    })
  })
}

const outputs = new Map<string, string[]>()
const outputWatchers = new Set<() => void>()
const OUTPUT_LINES_MAX = 500
const NONE: readonly string[] = []
/** Lines of a running step, as they come. */
export const useOutput = (jobId: string, step: number): readonly string[] =>
  useSyncExternalStore(
    (watch) => {
      outputWatchers.add(watch)
      return () => outputWatchers.delete(watch)
    },
    () => outputs.get(`${jobId} ${step}`) ?? NONE,
    () => NONE,
  )

/** State events are hints: what they touch is asked for again. Facts and output carry their data. */
function apply(queries: QueryClient, event: StreamEvent) {
  switch (event.type) {
    case "output": {
      const key = `${event.jobId} ${event.step}`
      outputs.set(key, [...(outputs.get(key) ?? []), event.line].slice(-OUTPUT_LINES_MAX))
      for (const watch of outputWatchers) watch()
      return
    }
    case "fact":
      queries.setQueriesData<NodeView>({ queryKey: api.node.get.key({ input: { clusterId: event.cluster, name: event.node } }) }, (old) =>
        old
          ? {
              ...old,
              facts: [...old.facts.filter((f) => f.name !== event.name), { name: event.name, ...event.fact }].sort((a, b) =>
                a.name.localeCompare(b.name),
              ),
            }
          : old,
      )
      if (event.name.startsWith("ocf.monitor:")) void queries.invalidateQueries({ queryKey: api.service.key() })
      if (event.name === "system.load" || event.name === "system.memory") void queries.invalidateQueries({ queryKey: api.overview.key() })
      return
    case "changed":
      for (const queryKey of touched[event.what]) void queries.invalidateQueries({ queryKey })
      return
    default:
      return event satisfies never
  }
}
const touched: Readonly<Record<Extract<StreamEvent, { type: "changed" }>["what"], readonly (readonly unknown[])[]>> = {
  overview: [api.overview.key(), api.service.key(), api.cluster.key(), api.demo.key()],
  node: [api.overview.key(), api.node.key(), api.cluster.key(), api.demo.key()],
  service: [api.overview.key(), api.service.key()],
  job: [api.job.key(), api.overview.key(), api.service.key(), balancerQueries.all],
  event: [api.event.key(), api.overview.key()],
  definition: [api.cluster.key(), api.overview.key(), api.service.key(), api.domain.key(), api.node.key(), balancerQueries.all],
  session: [api.session.key()],
}

/** Follows the stream as long as the page lives; every tab hears it, one reads it. */
export function useStream(): void {
  const queries = useQueryClient()
  useEffect(() => {
    const end = new AbortController()
    const channel = new BroadcastChannel(LOCK)
    let heardMs = Date.now()
    let isReader = false
    let isNew = true
    const hear = (message: Message) => {
      heardMs = Date.now()
      setLive(message.kind !== "lost")
      // What changed between the making of this page and the first that it hears was told to others.
      const hasMissed = message.kind === "gap" || (isNew && message.kind !== "lost")
      isNew &&= !hasMissed
      if (hasMissed) void queries.invalidateQueries()
      if (message.kind === "event") apply(queries, message.event)
    }
    channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind !== "hello") hear(data)
      else if (isReader && isLive) channel.postMessage({ kind: "beat" } satisfies Message)
    }
    const tell = (message: Message) => {
      channel.postMessage(message)
      hear(message)
    }
    const lead = () => {
      isReader = true
      return read(tell, end.signal)
    }
    channel.postMessage({ kind: "hello" } satisfies Message)
    void navigator.locks?.request(LOCK, { signal: end.signal }, lead).catch(() => undefined)
    if (!navigator.locks) void lead() // plain http on another host than localhost
    const watchdog = setInterval(() => {
      if (Date.now() - heardMs > SILENT_MAX_MS) setLive(false)
    }, 5_000)
    return () => {
      end.abort()
      clearInterval(watchdog)
      channel.close()
    }
  }, [queries])
}
