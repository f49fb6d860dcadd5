import { refusalsOf } from "@/lib/domain/balancer-rules"
import type { RuleContext } from "@/lib/domain/balancer-rules-service"
import type { Report } from "@/lib/domain/report"
import { type Draft, isWrong } from "./draft"
import type { Path } from "./draft-path"

/** What stands at a field: a report of the rules, or a text that is no value (its kind is the field's own). */
export type Problem = { readonly path: Path; readonly report: Report | null }
export type Problems = {
  readonly all: readonly Problem[]
  readonly at: ReadonlyMap<Path, readonly Problem[]>
}
/** What the server says of the input is about its model. */
export const pathOf = ({ field = "" }: Report): Path => field.replace(/^model\./, "")

/** The rules by the draft, the texts that are no values, and what the server refused with; what both say is said once. */
export function problemsOf(draft: Draft, context: RuleContext, refused: readonly Report[] = []): Problems {
  const wrong = Object.entries(draft.typed).flatMap(([path, typed]): readonly Problem[] => (isWrong(typed) ? [{ path, report: null }] : []))
  const isTyped = new Set(wrong.map(({ path }) => path))
  const known = new Set<string>()
  const reported = [...refusalsOf(draft.model, context), ...refused].flatMap((report): readonly Problem[] => {
    const path = pathOf(report)
    const key = `${path} ${report.code}`
    if (isTyped.has(path) || known.has(key)) return []
    known.add(key)
    return [{ path, report }]
  })
  const all = [...wrong, ...reported]
  const at = new Map<Path, Problem[]>()
  for (const one of all) at.set(one.path, [...(at.get(one.path) ?? []), one])
  return { all, at }
}
/** Those of a part: itself and everything in it. */
export const within = ({ all }: Problems, path: Path): readonly Problem[] =>
  all.filter((one) => one.path === path || one.path.startsWith(`${path}.`))
