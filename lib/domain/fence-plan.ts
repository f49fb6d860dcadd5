import type { Call } from "./call"
import type { FenceParams } from "./fencing"
import { digestOf, type Fallback, type Plan, type Step } from "./plan"
import { refuse, report, type Verdict } from "./report"
import { type Describe, inStopOrder, type ServicePlanRequest, stopAll } from "./service-request"

/** A device of a level, and the machine that its agent runs on; undefined when none can be reached. */
export type PlannedUse = {
  readonly device: string
  readonly agent: string
  readonly params: FenceParams
  readonly runner: string | undefined
}
export type FencePlanRequest = {
  readonly node: string
  readonly levels: readonly (readonly PlannedUse[])[]
  readonly describe: Describe
}
const callOf = (node: string, op: "off" | "on", { device, agent, params, runner = "" }: PlannedUse): Call => ({
  ...{ node: runner, driver: "fence", op },
  params: { device, agent, params, node },
})
const stepOf = (describe: Describe, call: Call, ifItFails: Step["ifItFails"]): Step => {
  const { sentence, command } = describe(call)
  // In the order of the schema: a stored plan is compared with a new one by its text.
  return { call, sentence, ifItFails, command }
}
const isUsable = (level: readonly PlannedUse[]): boolean => level.every(({ runner }) => runner !== undefined)
export const usableLevels = ({ levels }: Pick<FencePlanRequest, "levels">): FencePlanRequest["levels"] => levels.filter(isUsable)

/**
 * Off: all devices of the first level, each proven by its own status; when one fails, those of the next. Two power supplies are off
 * both before either is switched on again, which is a job of its own (service-manager.md §5.1: off, off, on, on).
 */
export function planFence(request: FencePlanRequest): Verdict<Plan> {
  const { node, describe } = request
  const [first, ...rest] = usableLevels(request)
  if (!first) return refuse(report(request.levels.length === 0 ? "noFenceDevice" : "noRunner", { node }))
  const stepsOf = (level: readonly PlannedUse[]) => level.map((use) => stepOf(describe, callOf(node, "off", use), "tryNext"))
  const fallbacks = rest.map(
    (level): Fallback => ({
      node,
      sentence: { code: "fenceBy", params: { node, devices: level.map(({ device }) => device).join(", ") } },
      steps: stepsOf(level),
    }),
  )
  return { allowed: true, value: planOf(stepsOf(first), fallbacks, { node, levels: request.levels }) }
}
/** On: the devices of one level, the first that can be asked. Power on two supplies is twice. */
export function planPowerOn(request: FencePlanRequest): Verdict<Plan> {
  const { node, describe } = request
  const [first] = usableLevels(request)
  if (!first) return refuse(report(request.levels.length === 0 ? "noFenceDevice" : "noRunner", { node }))
  const steps = first.map((use) => stepOf(describe, callOf(node, "on", use), "giveUp"))
  return { allowed: true, value: planOf(steps, [], { node, levels: request.levels, on: true }) }
}
const planOf = (steps: readonly Step[], fallbacks: readonly Fallback[], facts: unknown): Plan => ({
  ...{ steps: [...steps], fallbacks: [...fallbacks], changes: [], interrupted: [], digest: digestOf(facts) },
})

/**
 * What runs on a node that came back, of services that belong elsewhere by now: stopped there, in each service's own order, before
 * the node counts. Devices that unfence are asked first, for without them it could not stop what writes.
 */
export function planClean(
  node: string,
  foreign: readonly ServicePlanRequest[],
  unfence: readonly PlannedUse[],
  describe: Describe,
): Pick<Plan, "steps" | "fallbacks" | "changes" | "interrupted"> {
  const steps = [
    ...unfence.filter(({ runner }) => runner !== undefined).map((use) => stepOf(describe, callOf(node, "on", use), "wait")),
    ...foreign.flatMap((r) => stopAll(r, node)),
  ]
  return { steps, fallbacks: [], changes: [], interrupted: [] }
}
/** Services of which something is active on a node that it does not belong to; undefined while one of them was not looked at. */
export function foreignOn(node: string, requests: readonly ServicePlanRequest[]): readonly ServicePlanRequest[] | undefined {
  const elsewhere = requests.filter(({ owner, isFrozen }) => owner !== undefined && owner !== node && !isFrozen)
  if (elsewhere.some(({ states }) => states[node] === undefined)) return undefined
  return elsewhere.filter((r) => inStopOrder(r.service).some(({ name }) => r.states[node]?.[name] !== "stopped"))
}
