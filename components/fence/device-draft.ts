import type { FenceDeviceInput, FenceDeviceView } from "@/lib/domain/fencing"
import type { Metadata, Parameter } from "./metadata"

export type DeviceDraft = {
  readonly name: string
  readonly runsOn: "panel" | "peer"
  readonly agent: string
  readonly params: Readonly<Record<string, string>>
  /** What was typed; a stored one that is to go is an empty one. */
  readonly secrets: Readonly<Record<string, string>>
  /** Nothing: as the agent asks for. */
  readonly unfences: boolean | undefined
}
export const draftOfDevice = (was: FenceDeviceView | null): DeviceDraft => ({
  ...{ name: was?.name ?? "", runsOn: was?.runsOn ?? "panel", agent: was?.agent ?? "", params: was?.params ?? {}, secrets: {} },
  unfences: was?.unfences,
})
/** Which fields there are: demanded or set ones first, the others on request, old names and the plug only where they are set. */
export function fieldsOf(metadata: Metadata, given: readonly string[]) {
  const isGiven = ({ name }: Parameter) => given.includes(name)
  const shown = metadata.parameters.filter((p) => isGiven(p) || (!p.isDeprecated && p.name !== metadata.plug))
  const first = shown.filter((p) => p.required || isGiven(p))
  const known = metadata.parameters.map(({ name }) => name)
  return {
    first: first.toSorted((a, b) => Number(b.required) - Number(a.required)),
    rest: shown.filter((p) => !first.includes(p)),
    /** Set once, but the agent does not know them. */
    strange: given.filter((name) => !known.includes(name)),
  }
}
/** What is saved: of another agent's parameters only those that this one knows too; what is empty is the agent's own default. */
export function inputOfDevice(
  draft: DeviceDraft,
  was: FenceDeviceView | null,
  metadata: Metadata | undefined,
): { readonly device: FenceDeviceInput; readonly secrets: Record<string, string> } {
  const { name, runsOn, agent, params, secrets } = draft
  const isKnown = (param: string) =>
    metadata === undefined || metadata.parameters.some((p) => p.name === param) || (agent === was?.agent && param in was.params)
  const kept = Object.entries(params).filter(([param, value]) => value !== "" && isKnown(param))
  const unfences = draft.unfences ?? metadata?.unfences ?? false
  return { device: { name: name.trim(), agent, runsOn, unfences, params: Object.fromEntries(kept) }, secrets: { ...secrets } }
}
