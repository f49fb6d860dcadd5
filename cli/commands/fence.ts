import type { NodeFencingView } from "../../lib/domain/fencing"
import { Ended, exits } from "../exit"
import type { Io } from "../io"
import { table } from "../table"
import { sayReport } from "../words"
import { submitted } from "./act"
import { type Acting, type Common, type Deps, here, print } from "./context"
import { planText } from "./plan-text"
import { isBelieved } from "./wait"

/** Never given on the command line, where everybody sees it and the history keeps it. @throws Ended */
export async function answered(io: Io, question: string, hidden = false): Promise<string> {
  const answer = await io.ask(question, hidden)
  if (answer === null) throw new Ended(exits.usage, `nothing was done: "${question.trim()}" was not answered`)
  return answer
}
const testRows = ({ levels }: NodeFencingView) =>
  levels.flatMap((level, i) => level.map(({ device, test }) => [String(i + 1), device, test?.says ?? "not asked", test?.detail ?? ""]))
const isOn = ({ levels }: NodeFencingView): boolean => levels.flat().some(({ test }) => test?.says === "on")
async function powerStatus(deps: Deps, node: string, options: Common): Promise<void> {
  const { panel, clusterId } = await here(deps, options)
  const view = await panel.fence.test({ clusterId, node })
  print(deps.io, options, view, `${node}: ${isOn(view) ? "on" : "not on"}\n${table(["LEVEL", "DEVICE", "SAYS", ""], testRows(view))}`)
  if (view.levels.flat().some(({ test }) => test?.says === "error")) throw new Ended(exits.failed, "a device did not answer")
}
type Action = "off" | "on" | "reboot" | "status"
/** Power by the fence devices. What cuts it asks for the node's name and the password again; `--yes` spares neither. */
export async function fence(deps: Deps, node: string, options: Acting & { readonly action: Action }): Promise<void> {
  const { io } = deps
  const { action } = options
  if (action === "status") return powerStatus(deps, node, options)
  const { panel, clusterId } = await here(deps, options)
  const view = await panel.plan.power({ clusterId, power: node, action })
  if (options.plan) return print(io, options, view, planText(view))
  io.err(planText(view))
  const typed = await answered(io, `Type the name of the node, ${node}: `)
  if (typed !== node) throw new Ended(exits.refused, `the name was not ${node}; nothing was done`, { code: "nameNotTyped" })
  const password = await answered(io, "Your password again: ", true)
  const { jobId } = await panel.fence.apply({ planId: view.id, typed, password, why: options.why ?? "" })
  await submitted(io, panel, jobId, options)
  if (options.wait && action !== "on" && !(await isBelieved(panel, io, clusterId, node, jobId)))
    throw new Ended(exits.failed, `the device says that ${node} is off, and a witness still sees it: it does not count as fenced`, {
      code: "contradicted",
    })
}
/** A person says that a lost node is off: name, what was seen, and the password, as on the screen. The panel asks every witness anew. */
export async function confirmOff(deps: Deps, node: string, options: Common & { readonly override?: string }): Promise<void> {
  const { io } = deps
  const { panel, clusterId } = await here(deps, options)
  const lost = await panel.fence.lost({ clusterId, name: node })
  if (lost.asked) return confirmSecond(deps, node, lost.asked, options)
  if (lost.against.length > 0) io.err(`${sayReport({ code: "witnessAgainst", params: { node, by: lost.against.join(", ") } })}\n`)
  io.err(`You confirm that ${node} is powered off, or cut from shared storage. If it is not, data will be destroyed.\n`)
  const typed = await answered(io, `Type the name of the node, ${node}: `)
  const saw = await answered(io, "What did you see (power light, cable, switch)? ")
  const isSure = /^yes$/i.test((await answered(io, "I have seen it myself [yes/NO]: ")).trim())
  const password = await answered(io, "Your password again: ", true)
  const said = await panel.node.confirmOff({ clusterId, name: node, typed, isSure, saw, password, override: options.override ?? "" })
  if (said.state === "secondPerson")
    throw new Ended(exits.waits, sayReport({ code: "secondPersonNeeded", params: {} }), { code: "secondPersonNeeded", id: said.id })
  print(io, options, said, `${node} counts as off; its services are recovered.\n`)
}
async function confirmSecond(deps: Deps, node: string, asked: { id: string; who: string; why: string }, options: Common): Promise<void> {
  const { io } = deps
  const { panel, clusterId } = await here(deps, options)
  io.err(`${asked.who} says that ${node} is off (${asked.why}), against a witness. You confirm it as the second person.\n`)
  const typed = await answered(io, `Type the name of the node, ${node}: `)
  const password = await answered(io, "Your password again: ", true)
  await panel.node.confirmSecond({ clusterId, name: node, id: asked.id, typed, password })
  print(io, options, { state: "confirmed", id: asked.id }, `${node} counts as off; its services are recovered.\n`)
}
