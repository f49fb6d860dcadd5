import type { Balancer, Director } from "./balancer"
import { canonical } from "./balancer-address"
import type { BalancerEngine } from "./balancer-definition"
import type { DirectorRole } from "./balancer-view"
import type { Call } from "./call"
import type { Sentence, Step } from "./plan"
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
  /** Of one that runs, where its table was changed beside it: it is told what the table has before it is told what it is to have. */
  readonly asTable: readonly Call[]
  /** What the kernel lacks before it can carry the model; what makes it last over a boot. */
  readonly before: readonly Call[]
  readonly after: readonly Call[]
}
/** A step of a slow start, on the directors that serve: their files and tables, and then the wait. */
export type Rise = { readonly calls: readonly Call[]; readonly delay: Call }
export type BalancerPlanRequest = {
  readonly engine: BalancerEngine
  readonly directors: readonly PlannedDirector[]
  /** On real servers: before a director sends them anything, and after it has ceased to. */
  readonly prepare: readonly Call[]
  readonly release: readonly Call[]
  /** Directors that are none any more. */
  readonly dismissed: readonly string[]
  /** Before the directors that serve get the document itself. */
  readonly rises?: readonly Rise[]
  readonly describe: Describe
}
export type Steps = { readonly steps: readonly Step[] }

/** Its words say where. */
export const on = ({ node }: Call, { code, params }: Sentence): Sentence => ({ code, params: { node, ...params } })
export const stepsOf =
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
/** Whether connections may come through it now. */
export const mayServe = ({ role, load }: Pick<PlannedDirector, "role" | "load">): boolean =>
  role !== "standby" && role !== "stopped" && load !== null
/** Who serves comes last; who is not known to serve comes first. */
export const inOrder = (directors: readonly PlannedDirector[]): readonly PlannedDirector[] => [
  ...directors.filter((one) => !isActive(one)),
  ...directors.filter(isActive),
]

export const halt = (node: string): Call => ({ node, driver: "keepalived", op: "halt", params: {} })
const own = ({ before, asTable, configure, load, after }: PlannedDirector) => [...before, ...asTable, configure, load, ...after]
/** Who does not serve has the whole weight at once: it is the one that takes over if the other dies in the middle. */
function rising(directors: readonly PlannedDirector[], rises: readonly Rise[], describe: Describe): readonly Step[] {
  const silent = directors.filter((one) => !mayServe(one))
  const serving = directors.filter(mayServe)
  const [first, ...later] = [...serving.map(({ asTable }) => asTable), ...rises.map(({ calls, delay }) => [...calls, delay])].filter(
    (calls) => calls.length > 0,
  )
  return [
    ...together(silent, describe),
    // Where nothing was touched yet, a file that is not taken ends the job.
    ...stepsOf(describe, silent.length > 0 ? "wait" : "giveUp")(first ?? []),
    ...stepsOf(describe, "wait")(later.flat()),
    ...stepsOf(describe, "wait")(serving.flatMap((one) => own({ ...one, asTable: [] }))),
  ]
}
function together(directors: readonly PlannedDirector[], describe: Describe): readonly Step[] {
  const [first, ...rest] = inOrder(directors)
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
      ...(active ? own(active) : []),
      ...silent.flatMap(({ load, after }) => [load, ...after]),
    ]),
  ]
}
const isApart = (engine: BalancerEngine, directors: readonly PlannedDirector[]): boolean =>
  engine === "keepalived" && directors.length > 1 && directors.some((one) => one.isOther && one.role !== "stopped")
/** Those that a plan stops, or finds stopped, and starts: what their tables were before is no matter. */
export const restartedIn = (engine: BalancerEngine, directors: readonly PlannedDirector[]): readonly PlannedDirector[] =>
  isApart(engine, directors) ? inOrder(directors).slice(0, -1) : []
const inTheirOrder = (directors: readonly PlannedDirector[], rises: readonly Rise[], describe: Describe): readonly Step[] =>
  rises.length > 0 ? rising(directors, rises, describe) : together(directors, describe)
/** A changed balancer: real servers are made ready, then the directors in the order that never makes two masters. */
export function planBalancer({ engine, directors, prepare, release, dismissed, rises = [], describe }: BalancerPlanRequest): Steps {
  return {
    steps: [
      ...stepsOf(describe, "giveUp")(prepare),
      ...(isApart(engine, directors) ? oneAfterTheOther(directors, describe) : inTheirOrder(directors, rises, describe)),
      ...stepsOf(describe, "wait")(dismissed.map(halt)),
      ...stepsOf(describe, "goOn")(release),
    ],
  }
}
