import type { PlanView, ServiceAction } from "../../lib/domain/views"
import { Ended, exits } from "../exit"
import type { Io } from "../io"
import type { Panel, Place } from "../panel"
import { say, subjectOf } from "../words"
import { type Acting, type Deps, here, print } from "./context"
import { planText } from "./plan-text"
import { follow, judge } from "./wait"

type Asked = { readonly shown: string; readonly question: string }
/** Asks what the screen's button asks. @throws Ended when it is not said */
export async function confirm(io: Io, { shown, question }: Asked, { yes, json }: Pick<Acting, "yes" | "json">): Promise<void> {
  if (yes) return
  if (json || !io.isTerminal)
    throw new Ended(exits.usage, "nothing was done: confirm it at a terminal, or by --yes. --plan shows what would happen.")
  io.err(shown)
  const answer = await io.ask(`${question}? [y/N] `)
  if (!/^y(es)?$/i.test(answer?.trim() ?? "")) throw new Ended(exits.refused, "not confirmed; nothing was done", { code: "notConfirmed" })
}
const askedOf = (plan: PlanView): Asked => {
  const { kind, ...about } = plan.subject
  return { shown: planText(plan), question: say(`plans.confirm.${kind}`, subjectOf(about)) }
}
/** A job that was submitted: followed to its end when asked for. @throws Ended */
export async function submitted(io: Io, panel: Panel, jobId: string, options: Acting): Promise<void> {
  if (!options.wait) return print(io, options, { jobId }, `submitted as job ${jobId}\n`)
  const followed = await follow(panel, io, jobId, options.json ? () => undefined : io.out)
  const text = judge(followed)
  print(io, options, followed.last, text)
}
/** Plan, look, confirm, apply: as on the screen. */
export async function act(deps: Deps, options: Acting, plan: (place: Place) => Promise<PlanView>): Promise<void> {
  const place = await here(deps, options)
  const view = await plan(place)
  if (options.plan) return print(deps.io, options, view, planText(view))
  await confirm(deps.io, askedOf(view), options)
  const { jobId } = await place.panel.plan.apply({ planId: view.id, why: options.why ?? "" })
  await submitted(deps.io, place.panel, jobId, options)
}
export const onService = (deps: Deps, action: ServiceAction, service: string, target: string | undefined, options: Acting): Promise<void> =>
  act(deps, options, ({ panel, clusterId }) => panel.plan.make({ clusterId, service, action, ...(target === undefined ? {} : { target }) }))
export const maintenance = (
  deps: Deps,
  node: string,
  options: Acting & { readonly end?: boolean; readonly failback?: boolean },
): Promise<void> =>
  act(deps, options, ({ panel, clusterId }) =>
    panel.plan.node(
      options.end ? { clusterId, node, action: "return", failback: options.failback === true } : { clusterId, node, action: "maintain" },
    ),
  )
export const lock = (deps: Deps, action: "lock" | "unlock", options: Acting): Promise<void> =>
  act(deps, options, ({ panel, clusterId }) => panel.plan.lock({ clusterId, action }))
