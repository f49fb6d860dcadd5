import { type ServiceState, serviceStates } from "./service"
import { type EventView, type NodeState, nodeStates } from "./views"

/** Epoch ms of the panel's clock; `untilMs` is not part of it. */
export type Span = { readonly fromMs: number; readonly untilMs: number }
export const WINDOW_MAX_MS = 31 * 86_400_000
export const EVENTS_MAX = 5_000

/** What the verb answers: the events of a window, and what was known before its first. */
export type TimelineView = {
  readonly cluster: { readonly id: string; readonly name: string }
  readonly window: Span
  readonly nowMs: number
  /** There were more than EVENTS_MAX: the oldest are left out, and nothing is told of the time before this. Null: nothing is left out. */
  readonly cutBeforeMs: number | null
  readonly services: readonly { readonly name: string; readonly addresses: readonly string[] }[]
  readonly nodes: readonly string[]
  /** Each service's and each node's last event before the ones in `events`. */
  readonly before: readonly EventView[]
  readonly events: readonly EventView[]
}

/** `unknown`: no event says anything of this time. It is never read as stopped. */
export type LaneState = ServiceState | "unknown"
type SegmentOf<S> = Span & {
  readonly state: S
  /** The event that began it, which may lie before the window; null while unknown. */
  readonly event: EventView | null
}
export type ServiceSegment = SegmentOf<LaneState> & {
  /** Who had it. Null: nobody, or nobody knows, as the state says. */
  readonly node: string | null
}
export type NodeSegment = SegmentOf<NodeState>
type LaneOf<S> = { readonly name: string; readonly segments: readonly S[]; readonly isDefined: boolean }
/** `isDefined`: false is one that is not defined any more. Nothing tells when it was removed: it keeps the state of its last event. */
export type ServiceLane = LaneOf<ServiceSegment>
export type NodeLane = LaneOf<NodeSegment>
/** An address is where its service is. */
export type AddressLane = LaneOf<ServiceSegment> & { readonly service: string }
export type Timeline = {
  readonly window: Span
  readonly services: readonly ServiceLane[]
  readonly addresses: readonly AddressLane[]
  readonly nodes: readonly NodeLane[]
  /** What is to be pointed at: ends of jobs, failed checks, losses, fencing, majorities. In time order. */
  readonly marks: readonly EventView[]
  /** Every event of the window, in time order. */
  readonly events: readonly EventView[]
}
export type Moment = {
  readonly atMs: number
  readonly services: readonly { readonly name: string; readonly segment: ServiceSegment }[]
  readonly nodes: readonly { readonly name: string; readonly segment: NodeSegment }[]
}

const byTime = (a: EventView, b: EventView): number => a.atMs - b.atMs || a.id - b.id
const wordOf = <S extends string>(words: readonly S[], { code }: EventView): S | undefined =>
  words.find((word) => word === code.slice(code.indexOf(".") + 1))
const ownerless: readonly LaneState[] = ["stopped", "disabled", "uninitialized", "unknown"]
const isMark = ({ code }: EventView): boolean =>
  /^(job|cluster)\.|^node\.(lost|fencing|fenced|fenceFailed|fenceContradicted|confirmed)$|^service\.(recoverable|failed|blocked)$/.test(
    code,
  )

/** One piece from each event to the next within the known time; what lies outside is `unknown`. An event without length leaves none. */
function tile<S extends object>(window: Span, known: Span, events: readonly EventView[], stateOf: (event: EventView | null) => S) {
  const begin = Math.min(Math.max(window.fromMs, known.fromMs), window.untilMs)
  const end = Math.max(begin, Math.min(window.untilMs, known.untilMs))
  const edges: readonly (readonly [number, EventView | null])[] = [
    [window.fromMs, null],
    ...events.map((event) => [Math.min(Math.max(event.atMs, begin), end), event] as const),
    [end, null],
  ]
  return edges.flatMap(([fromMs, event], i) => {
    const untilMs = edges[i + 1]?.[0] ?? window.untilMs
    return fromMs < untilMs ? [{ fromMs, untilMs, event, ...stateOf(event) }] : []
  })
}
const serviceAt = (event: EventView | null): Pick<ServiceSegment, "state" | "node"> => {
  const state = (event && wordOf(serviceStates, event)) ?? "unknown"
  return { state, node: ownerless.includes(state) ? null : (event?.node ?? null) }
}
const nodeAt = (event: EventView | null): Pick<NodeSegment, "state"> => ({ state: (event && wordOf(nodeStates, event)) ?? "unknown" })

/** Groups the events by whom they are about. Map, not an object: a service may be called "constructor". */
function byName(events: readonly EventView[], room: "service" | "node"): ReadonlyMap<string, readonly EventView[]> {
  const found = new Map<string, EventView[]>()
  for (const event of events) {
    // What is done about a node (node.fencing, node.cleaning) is no state of it.
    const name = event.code.startsWith(`${room}.`) && (room === "service" || wordOf(nodeStates, event)) ? event[room] : null
    if (name === null) continue
    const its = found.get(name)
    if (its) its.push(event)
    else found.set(name, [event])
  }
  return found
}

/** Lanes and marks of a window. Pure: of the same events the same lanes, whoever asks and whenever. */
export function buildTimeline({ window, nowMs, cutBeforeMs, services, nodes, before, events: found }: TimelineView): Timeline {
  const known = { fromMs: cutBeforeMs ?? window.fromMs, untilMs: nowMs }
  const events = found.toSorted(byTime)
  const all = [...before.toSorted(byTime), ...events]
  const inWindow = { service: byName(events, "service"), node: byName(events, "node") }
  const about = { service: byName(all, "service"), node: byName(all, "node") }
  // What is gone is of interest only where something happened to it.
  const lanes = <S extends object>(room: "service" | "node", defined: readonly string[], stateOf: (event: EventView | null) => S) =>
    [...new Set([...defined, ...inWindow[room].keys()])].map((name) => ({
      ...{ name, isDefined: defined.includes(name) },
      segments: tile(window, known, about[room].get(name) ?? [], stateOf),
    }))
  const serviceLanes: readonly ServiceLane[] = lanes(
    "service",
    services.map(({ name }) => name),
    serviceAt,
  )
  return {
    window,
    services: serviceLanes,
    addresses: services.flatMap(({ name, addresses }) => {
      const lane = serviceLanes.find((l) => l.name === name)
      return lane ? addresses.map((address) => ({ ...lane, name: address, service: name })) : []
    }),
    nodes: lanes("node", nodes, nodeAt),
    marks: events.filter(isMark),
    events,
  }
}

/** The piece of a lane at a moment; its last one at the very end of the window. */
function segmentAt<S extends Span>(segments: readonly S[], atMs: number): S | undefined {
  return segments.find(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs) ?? segments.at(-1)
}
const at = <S extends Span>(lanes: readonly { readonly name: string; readonly segments: readonly S[] }[], atMs: number) =>
  lanes.flatMap(({ name, segments }) => {
    const segment = segmentAt(segments, atMs)
    return segment ? [{ name, segment }] : []
  })
/** The cluster as it was at that moment; a moment outside the window is taken to its nearest edge. */
export function stateAt({ window, services, nodes }: Timeline, atMs: number): Moment {
  const moment = Math.min(Math.max(atMs, window.fromMs), window.untilMs)
  return { atMs: moment, services: at(services, moment), nodes: at(nodes, moment) }
}
