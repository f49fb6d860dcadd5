import type { BalancerPlanView } from "../../lib/domain/balancer-view"
import type { PlanView } from "../../lib/domain/views"
import { plain } from "../table"
import { say, sayChoice, sayNote, sayStep, sayTitle } from "../words"

const list = (title: string, items: readonly string[]): readonly string[] =>
  items.length === 0 ? [] : [`${title}:`, ...items.map((item) => `  ${plain(item)}`)]
const pauseOf = ({ service, expectedPauseMs, earlierMs }: PlanView["interrupted"][number]): string =>
  expectedPauseMs === null
    ? say("plans.pauseUnknown", { service })
    : say("plans.pauseExpected", { service, seconds: String(Math.ceil(expectedPauseMs / 1_000)), n: String(earlierMs.length) })
const changeOf = ({ kind, service, from = "", to = "", resources = [] }: PlanView["changes"][number]): string =>
  say(`plans.change.${kind}`, { service, from, to, resources: resources.join(", ") })
/** What the screen shows before anything is done: steps with their exact commands, and consequences. */
export function planText(plan: PlanView & Partial<Pick<BalancerPlanView, "files">>): string {
  const { steps, changes, notes, interrupted, fallbacks, others, choice, untouched } = plan
  const stepLines = steps.flatMap(({ sentence, command }, i) => [
    `${i + 1}. ${sayStep(sentence)}`,
    ...command.split("\n").map((c) => `     ${c}`),
  ])
  const lines = [
    sayTitle(plan.subject),
    ...(steps.length === 0 ? [`  ${say("plans.stepsNone")}`] : list(say("plans.steps"), stepLines)),
    ...(plan.files ?? []).flatMap(({ node, path, lines: changed }) => list(`${path} on ${node}`, changed)),
    ...list(say("plans.changes"), changes.map(changeOf)),
    ...list(say("plans.pause"), interrupted.map(pauseOf)),
    ...list(
      say("plans.fallbacks"),
      fallbacks.map(({ sentence }) => sayStep(sentence)),
    ),
    ...(choice === null || choice.code === "asked" ? [] : list(say("plans.choiceTitle"), [sayChoice(choice)])),
    ...list(
      say("plans.others"),
      others.map(({ node, because }) => `${node}: ${say(`common.score.${because}`)}`),
    ),
    ...list(say("plans.notes"), notes.map(sayNote)),
    untouched.length === 0 ? say("plans.untouchedNone") : say("plans.untouched", { services: untouched.join(", ") }),
  ]
  return `${lines.join("\n")}\n`
}
