import type { Balancer, Director } from "./balancer"
import { halt, type Steps, stepsOf } from "./balancer-plan"
import type { Call } from "./call"
import type { Plan, Step } from "./plan"
import type { Describe } from "./service-request"

/** A planned hand-over between a pair's directors: by preemption where it can be, for then no packet finds nobody. */
type Move = {
  readonly from: string
  readonly to: string
  readonly addresses: readonly string[]
  /** How long VRRP may need, in s: `takeOverS`. */
  readonly withinS: number
  readonly describe: Describe
}
/** A file of one director, and that it is told to read it. */
export type FileCalls = { readonly configure: Call; readonly load: Call }
export type PreemptRequest = Move & {
  /** Of `to`: as `raised` has it, and as it is. */
  readonly high: FileCalls
  readonly own: FileCalls
}
export type HaltRequest = Move & {
  /** Starts `from` again, with the file that it has. */
  readonly again: Call
}
type HandOver = Steps & Pick<Plan, "fallbacks">

const takeOver = (node: string, addresses: readonly string[], withinS: number): Call => ({
  ...{ node, driver: "keepalived", op: "takeOver" },
  params: { addresses: [...addresses], withinS },
})
const stepDown = (node: string, addresses: readonly string[]): Call => ({
  ...{ node, driver: "keepalived", op: "stepDown" },
  params: { addresses: [...addresses] },
})
/** What a neighbour of VRRP has where nothing is written. */
const USUAL = 100
type Instance = Director["instances"][number]
const priorityOf = ({ priority = USUAL }: Instance): number => priority
const twin = (of: Director | undefined, { name }: Instance): Instance | undefined => of?.instances.find((one) => one.name === name)
/** Whether the one that hands over would take the addresses again (RFC 5798: the higher one preempts): then the two change places. */
export const comesBack = ({ directors }: Balancer, from: number, to: number): boolean =>
  directors[from]?.instances.some((own) => {
    const other = twin(directors[to], own)
    return own.nopreempt !== true && other !== undefined && priorityOf(own) > priorityOf(other)
  }) ?? false

/** RFC 5798: 255 is the owner's of the address. */
const HIGHEST = 254
/** `to` so that it preempts: a standby waits three intervals, while the other goes on serving. Null where the other is as high already. */
export function raised({ directors, ...rest }: Balancer, to: number): Balancer | null {
  const isTop = directors.some((one, i) => i !== to && one.instances.some(({ priority = USUAL }) => priority >= HIGHEST))
  if (isTop || (directors[to]?.instances.length ?? 0) === 0) return null
  const high = (director: Director): Director => ({
    ...director,
    instances: director.instances.map(({ nopreempt: _, preemptDelay: __, ...one }) => ({ ...one, priority: HIGHEST })),
  })
  return { ...rest, directors: directors.map((one, i) => (i === to ? high(one) : one)) }
}
/** In s: three intervals that a standby waits, one more to be heard, the delay that was asked for, and what a slow machine needs. */
export function takeOverS({ directors }: Balancer): number {
  const instances = directors.flatMap((one) => one.instances)
  const longest = (read: (one: (typeof instances)[number]) => number | undefined) => Math.max(0, ...instances.map((one) => read(one) ?? 0))
  return Math.ceil(
    15 +
      4 *
        Math.max(
          1,
          longest(({ advertInterval }) => advertInterval),
        ) +
      longest(({ preemptDelay }) => preemptDelay),
  )
}
/**
 * Where nopreempt is set: the standby has the highest priority until it has the addresses and the other is seen to have let them go, then
 * its own again. The active one is not touched: if the other does not take them, it goes on.
 */
export function planPreemption({ from, to, addresses, withinS, high, own, describe }: PreemptRequest): HandOver {
  const back = stepsOf(describe, "wait")([own.configure, own.load])
  const calls = [high.configure, high.load, takeOver(to, addresses, withinS)]
  // The other one may die just then: its silence is no reason to keep the priority.
  const down = stepsOf(describe, "tryNext")([stepDown(from, addresses)])
  return {
    steps: [...stepsOf(describe, "fallBack")(calls), ...down, ...back],
    fallbacks: [{ node: from, sentence: { code: "fallbackPriority", params: { node: from, failed: to } }, steps: [...back] }],
  }
}
/**
 * Where the standby's file is not the panel's to change: keepalived says goodbye on one, the other is seen to have the addresses, and it
 * starts again. If the other does not take them, the first is started all the same.
 */
export function planHalt({ from, to, addresses, withinS, again, describe }: HaltRequest): HandOver {
  const back = stepsOf(describe, "wait")([again])
  return {
    // Also when it is silent: the first one is well, and nobody serves until it is started.
    steps: [...stepsOf(describe, "wait")([halt(from)]), ...stepsOf(describe, "tryNext")([takeOver(to, addresses, withinS)]), ...back],
    fallbacks: [{ node: from, sentence: { code: "fallbackDirector", params: { node: from, failed: to } }, steps: [...back] }],
  }
}
/** After the priorities were exchanged: that the addresses have moved is seen, not supposed. */
export const seenToMove = ({ from, to, addresses, withinS, describe }: Move): readonly Step[] =>
  stepsOf(describe, "wait")([takeOver(to, addresses, withinS), stepDown(from, addresses)])
/** Each has what the other had, instance by instance: its priority, and whether it takes the addresses from a lower one. */
export function exchanged(model: Balancer): Balancer {
  const [one, two] = model.directors
  if (!one || !two) return model
  const asOther = (own: Instance, other: Instance | undefined): Instance => {
    if (!other) return own
    const { nopreempt: _, preemptDelay: __, ...rest } = own
    const { nopreempt, preemptDelay } = other
    return {
      ...{ ...rest, priority: priorityOf(other) },
      ...(nopreempt === undefined ? {} : { nopreempt }),
      ...(preemptDelay === undefined ? {} : { preemptDelay }),
    }
  }
  const swap = (own: Director, other: Director): Director => ({ ...own, instances: own.instances.map((i) => asOther(i, twin(other, i))) })
  return { ...model, directors: [swap(one, two), swap(two, one)] }
}
