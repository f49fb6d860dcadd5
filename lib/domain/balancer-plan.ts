import type { Balancer, Director } from "./balancer"
import { canonical } from "./balancer-address"
import type { BalancerEngine } from "./balancer-definition"
import type { DirectorRole } from "./balancer-view"
import type { Call } from "./call"
import type { Plan, Sentence, Step } from "./plan"
import type { Describe } from "./service-request"

/** A director as a plan finds it, with the calls that its driver would make of the model; null: nothing to be done. */
export type PlannedDirector = {
  readonly node: string
  readonly role: DirectorRole
  readonly configure: Call | null
  /** Null: it is stopped, and stays so. */
  readonly load: Call | null
  /** What runs there would not recognise one with the new file. */
  readonly isOther: boolean
  /** What the kernel lacks before it can carry the model; what makes it last over a boot. */
  readonly before: readonly Call[]
  readonly after: readonly Call[]
}
export type BalancerPlanRequest = {
  readonly engine: BalancerEngine
  readonly directors: readonly PlannedDirector[]
  /** On real servers: before a director sends them anything, and after it has ceased to. */
  readonly prepare: readonly Call[]
  readonly release: readonly Call[]
  /** Directors that are none any more. */
  readonly dismissed: readonly string[]
  readonly describe: Describe
}
type Steps = { readonly steps: readonly Step[] }

/** Its words say where. */
export const on = ({ node }: Call, { code, params }: Sentence): Sentence => ({ code, params: { node, ...params } })
const stepsOf =
  (describe: Describe, ifItFails: Step["ifItFails"]) =>
  (calls: readonly (Call | null)[]): readonly Step[] =>
    calls.flatMap((call) => {
      if (!call) return []
      const { sentence, command } = describe(call)
      // In the order of the schema: a stored plan is compared with a new one by its text.
      return [{ call, sentence: on(call, sentence), ifItFails, command }]
    })

/** What a neighbour is recognised by: two directors that differ in it do not hear each other, and both are master. */
const identityOf = ({ instances, global }: Director): string =>
  JSON.stringify([
    global?.vrrpVersion,
    instances.map((one) => ({
      ...{ name: one.name, id: one.routerId, interface: one.interface, version: one.version, advert: one.advertInterval },
      ...{ auth: one.authentication, source: one.unicastSource !== undefined, multicast: one.multicastSource !== undefined },
      peers: one.unicastPeers?.length,
      addresses: [...(one.addresses ?? []), ...(one.excludedAddresses ?? [])].map(({ address }) => canonical(address)).toSorted(),
    })),
  ])
/** Peers' own addresses differ from side to side; that they change at all is what matters. */
const peersOf = ({ instances }: Director): string =>
  JSON.stringify(instances.map(({ name, unicastSource, unicastPeers }) => [name, unicastSource, unicastPeers]))
/** Whether two that are configured so recognise each other; what was never read is taken for another. */
export const isOther = (one: Director | undefined, other: Director | undefined): boolean =>
  one === undefined || other === undefined
    ? (one?.instances.length ?? 0) + (other?.instances.length ?? 0) > 0
    : identityOf(one) !== identityOf(other) || peersOf(one) !== peersOf(other)
/** Of two documents, passwords included. */
export const changesIdentity = (was: Balancer | null, model: Balancer): boolean =>
  was !== null && model.directors.some((director, i) => isOther(was.directors[i], director))
const isActive = ({ role }: PlannedDirector): boolean => role === "active" || role === "partial"
/** Who serves comes last; who is not known to serve comes first. */
export const inOrder = (directors: readonly PlannedDirector[]): readonly PlannedDirector[] => [
  ...directors.filter((one) => !isActive(one)),
  ...directors.filter(isActive),
]

const halt = (node: string): Call => ({ node, driver: "keepalived", op: "halt", params: {} })
function together(directors: readonly PlannedDirector[], describe: Describe): readonly Step[] {
  const [first, ...rest] = inOrder(directors)
  const own = ({ before, configure, load, after }: PlannedDirector) => [...before, configure, load, ...after]
  return [
    ...stepsOf(describe, "giveUp")(first ? own(first) : []),
    // One has the new rules and the other has not: a person decides whether it is tried again.
    ...rest.flatMap((one) => stepsOf(describe, "wait")(own(one))),
  ]
}
/** The standby is silent while the active one changes: at no moment do two speak that do not understand each other. */
function oneAfterTheOther(directors: readonly PlannedDirector[], describe: Describe): readonly Step[] {
  const ordered = inOrder(directors)
  const active = ordered.at(-1)
  const silent = ordered.slice(0, -1)
  const running = silent.filter(({ role }) => role !== "stopped")
  return [
    ...stepsOf(describe, "giveUp")(running.map(({ node }) => halt(node))),
    ...stepsOf(
      describe,
      "wait",
    )([
      ...silent.flatMap(({ before, configure }) => [...before, configure]),
      ...(active ? [...active.before, active.configure, active.load] : []),
      ...silent.map(({ load }) => load),
    ]),
  ]
}
/** A changed balancer: real servers are made ready, then the directors in the order that never makes two masters. */
export function planBalancer({ engine, directors, prepare, release, dismissed, describe }: BalancerPlanRequest): Steps {
  const apart = engine === "keepalived" && directors.length > 1 && directors.some((one) => one.isOther && one.role !== "stopped")
  return {
    steps: [
      ...stepsOf(describe, "giveUp")(prepare),
      ...(apart ? oneAfterTheOther(directors, describe) : together(directors, describe)),
      ...stepsOf(describe, "wait")(dismissed.map(halt)),
      ...stepsOf(describe, "goOn")(release),
    ],
  }
}

export type HandOverRequest = {
  readonly from: string
  readonly to: string
  readonly addresses: readonly string[]
  /** Starts `from` again, with the file that it has. */
  readonly again: Call
  readonly describe: Describe
}
const takeOver = (node: string, addresses: readonly string[]): Call => ({
  ...{ node, driver: "keepalived", op: "takeOver" },
  params: { addresses: [...addresses] },
})
/** Whether the one that comes back would take the addresses again: then priorities are exchanged instead. */
export const comesBack = ({ directors }: Balancer): boolean =>
  directors.some(({ instances }) => instances.some(({ nopreempt }) => nopreempt !== true))
/**
 * Where nopreempt is set: keepalived says goodbye on one, the other is seen to have the addresses, and it starts again. If the other does
 * not take them, the first is started all the same.
 */
export function planHandOver({ from, to, addresses, again, describe }: HandOverRequest): Steps & Pick<Plan, "fallbacks"> {
  const back = stepsOf(describe, "wait")([again])
  return {
    steps: [...stepsOf(describe, "wait")([halt(from)]), ...stepsOf(describe, "fallBack")([takeOver(to, addresses)]), ...back],
    fallbacks: [{ node: from, sentence: { code: "fallbackDirector", params: { node: from, failed: to } }, steps: [...back] }],
  }
}
/** After the priorities were exchanged: that the addresses have moved is seen, not supposed. */
export const seenToMove = (to: string, addresses: readonly string[], describe: Describe): readonly Step[] =>
  stepsOf(describe, "wait")([takeOver(to, addresses)])
/** The priorities exchanged between the two, instance by instance. */
export function exchanged(model: Balancer): Balancer {
  const [one, two] = model.directors
  if (!one || !two) return model
  const priorityIn = (other: Director, name: string) => other.instances.find((i) => i.name === name)?.priority
  const swap = (own: Director, other: Director): Director => ({
    ...own,
    instances: own.instances.map((i) => {
      const priority = priorityIn(other, i.name)
      return priority === undefined ? i : { ...i, priority }
    }),
  })
  return { ...model, directors: [swap(one, two), swap(two, one)] }
}
