import type { Balancer } from "@/lib/domain/balancer"
import { type BalancerChange, balancerDiff } from "@/lib/domain/balancer-diff"
import { type Path, shifted, valueAt, withAt, withOneMore, withoutOne } from "./draft-path"
import { type Kind, parsed, printed } from "./draft-text"

/** A model that is being changed: what is typed and is no value yet (or is written otherwise than it would be printed) stays beside it. */
export type Typed = { readonly kind: Kind; readonly text: string }
export type Draft = { readonly model: Balancer; readonly typed: Readonly<Record<Path, Typed>> }
export const draftOf = (model: Balancer): Draft => ({ model, typed: {} })
export const isWrong = ({ kind, text }: Typed): boolean => !parsed(kind, text).ok

/** Parts that are said as a whole or not at all: which of their fields must be there, and what it is before it is typed. */
const wholes: Readonly<Record<string, readonly [field: string, first: unknown] | null>> = {
  ...{ sorryServer: ["address", ""], syncDaemon: ["interface", ""], smtpServer: ["address", ""] },
  ...{
    runAs: ["user", ""],
    scriptUser: ["user", ""],
    tunnel: ["type", "ipip"],
    weight: ["value", 0],
    authentication: null,
    timeouts: null,
    global: null,
  },
  ...Object.fromEntries(
    [
      ...["quorumUp", "quorumDown", "notifyUp", "notifyDown", "script"],
      ...["notifyMaster", "notifyBackup", "notifyFault", "notifyStop", "notify"],
    ].map((name) => [name, ["command", ""]] as const),
  ),
}
const isNothing = (value: unknown): boolean => value === undefined || value === "" || (Array.isArray(value) && value.length === 0)
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
/** An optional part of which nothing is said any more goes, and one of which something is said has what it must have. */
function tidied(model: Balancer, path: Path): Balancer {
  const parent = path.split(".").slice(0, -1)
  const name = parent.at(-1) ?? ""
  const at = parent.join(".")
  const whole = wholes[name]
  const part = valueAt(model, at)
  if (whole === undefined || !isObject(part)) return model
  if (Object.values(part).every(isNothing)) return withAt(model, at, undefined)
  return whole && part[whole[0]] === undefined ? withAt(model, `${at}.${whole[0]}`, whole[1]) : model
}
const withoutTyped = ({ model, typed }: Draft, path: Path): Draft => ({
  model,
  typed: Object.fromEntries(Object.entries(typed).filter(([at]) => at !== path && !at.startsWith(`${path}.`))),
})

/** A value that is chosen: from a list, by a tick, or any text. Undefined: nothing is said. */
export const chosen = (draft: Draft, path: Path, value: unknown): Draft =>
  withoutTyped({ ...draft, model: tidied(withAt(draft.model, path, value), path) }, path)
/** What a key changed in a field of a number or a list: the model follows as soon as it is one. */
export function typedAt(draft: Draft, path: Path, kind: Kind, text: string): Draft {
  const found = parsed(kind, text)
  const next = chosen(draft, path, found.ok ? found.value : undefined)
  const isPlain = found.ok && printed(kind, found.value) === text
  return isPlain ? next : { ...next, typed: { ...next.typed, [path]: { kind, text } } }
}
/** What the field shows. */
export const textAt = ({ model, typed }: Draft, path: Path, kind: Kind): string => typed[path]?.text ?? printed(kind, valueAt(model, path))

/** The element goes, and what was typed in those behind it goes with them. */
export function removed(draft: Draft, list: Path, i: number): Draft {
  const typed = Object.entries(draft.typed).flatMap(([path, one]) => {
    const to = shifted(path, list, i)
    return to === null ? [] : [[to, one] as const]
  })
  return { model: withoutOne(draft.model, list, i), typed: Object.fromEntries(typed) }
}
export const added = (draft: Draft, list: Path, one: unknown): Draft => ({ ...draft, model: withOneMore(draft.model, list, one) })

/** What is not the same object in both: a thousand virtual servers of which one was changed are compared as one. */
export function changesOf(base: Balancer, { model }: Pick<Draft, "model">): readonly BalancerChange[] {
  if (base === model) return []
  const [was, is] = [new Set(base.virtualServers), new Set(model.virtualServers)]
  return balancerDiff(
    { ...base, virtualServers: base.virtualServers.filter((one) => !is.has(one)) },
    { ...model, virtualServers: model.virtualServers.filter((one) => !was.has(one)) },
  )
}
/** Changes as a person counts them, those that are typed and no values yet among them. */
export const countOf = (base: Balancer, draft: Draft): number =>
  changesOf(base, draft).length + Object.values(draft.typed).filter(isWrong).length
