import type { Balancer } from "../../domain/balancer"
import { mayServe, type PlannedDirector, type Rise } from "../../domain/balancer-plan"
import type { Call } from "../../domain/call"
import { report } from "../../domain/report"
import { slowStart } from "../../domain/slow-start"
import { Refused } from "../verb"
import { empty, keepalivedCalls, type Made, rawCall, type Wanted } from "./directors"

/** Each step of a slow start stands in the job with its file and its document. */
const TEXT_MAX = 256 * 1024

export type Rising = { readonly rises: readonly Rise[]; readonly directors: readonly PlannedDirector[] }
/**
 * The steps before the whole weight, on the directors that serve; the others get it at once. keepalived owns the table, so every step
 * is a file and a reload: whoever reloads it in between, or whatever its checks do, the weight stays that of the step.
 * @throws Refused where the file is too long for several of them
 */
export function slowly(wanted: Wanted, made: readonly Made[], before: Balancer, seconds: number): Rising {
  const { input } = wanted
  const stages = slowStart(before, input.model)
  const raised = made.filter(({ director }) => mayServe(director))
  const all = made.map(({ director }) => director)
  const last = stages.at(-1)
  if (!last || raised.length === 0) return { rises: [], directors: all }
  const [node = ""] = raised.map(({ director }) => director.node)
  const at = (model: Balancer): Wanted => ({ ...wanted, input: { ...input, model } })
  const indexOf = (name: string) => input.nodes.indexOf(name)
  const callsOf = ({ director: { node: name }, table }: Made, model: Balancer, from: Balancer | undefined): readonly Call[] => {
    if (input.engine === "ipvsadm") return [rawCall(name, from ?? table ?? empty, model).load]
    const { text, configure, load } = keepalivedCalls(at(model), indexOf(name), name)
    if (text.length <= TEXT_MAX) return [configure, load]
    const kib = (length: number) => String(Math.round(length / 1024))
    throw new Refused(409, [report("slowStartTooLong", { node: name, kib: kib(text.length), max: kib(TEXT_MAX) })])
  }
  const wait = Math.max(1, Math.round(seconds / stages.length))
  const rises = stages.map((model, i) => ({
    calls: raised.flatMap((one) => callsOf(one, model, stages[i - 1])),
    delay: { node, driver: "system", op: "delay", params: { seconds: wait, step: i + 1, of: stages.length } },
  }))
  // What is there then is the last step, whatever it was when the plan was made.
  const ended = (one: Made): PlannedDirector => {
    const [configure = null, load = configure] = callsOf(one, input.model, last)
    return { ...one.director, configure: load === configure ? null : configure, load }
  }
  return { rises, directors: made.map((one) => (raised.includes(one) ? ended(one) : one.director)) }
}
