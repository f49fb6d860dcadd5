import type { Judgement, Witness } from "./evidence"
import type { Coded, NodeState } from "./views"

/** A machine that is no member and does not answer is `unreachable` at once and `lost` after this long, ms. Nothing follows from it. */
const LOST_AFTER_MS = 10_000
const knownOff: readonly NodeState[] = ["fenced", "confirmed"]
const away: readonly NodeState[] = ["lost", "fenced", "confirmed", "returning"]

/** Whether a person may say of it that it is off. Who returns is silent as long as others alone see it: the panel has a reason then. */
export const isSilent = ({ state, reason }: { readonly state: NodeState; readonly reason: Coded | null }): boolean =>
  state === "lost" || state === "unreachable" || (state === "returning" && reason !== null)

export type Heard = {
  readonly before: NodeState
  /** By the panel's channel, and why not; null before it was asked in this run. */
  readonly isHeard: boolean
  readonly why: Coded | null
  readonly silentMs: number
  /** What the witnesses say of a member; undefined for a machine that is none. */
  readonly judgement: Judgement | { readonly state: "heard" } | undefined
}
type Told = { readonly state: NodeState; readonly reason: Coded | null }

/** From what is heard of a node to its state. A member that was away is looked at before it counts as online. */
export function nodeStateOf(heard: Heard): Told {
  const { before, isHeard, why, silentMs, judgement } = heard
  if (judgement === undefined) return { state: isHeard ? "online" : silentState(heard, silentMs > LOST_AFTER_MS), reason: why }
  if (isHeard && judgement.state === "heard") return { state: away.includes(before) ? "returning" : "online", reason: null }
  return knownOff.includes(before) ? { state: before, reason: why } : byWitnesses(heard, judgement)
}
function byWitnesses(heard: Heard, judgement: NonNullable<Heard["judgement"]>): Told {
  const { before, isHeard, why } = heard
  const isReturning = before === "returning"
  switch (judgement.state) {
    case "lost":
      return { state: "lost", reason: why }
    case "alive":
      // Its answer is late, and no more.
      if (isHeard && before === "online") return { state: before, reason: null }
      // Who was lost and is seen again is on its way back, and looked at when it answers here.
      return { state: away.includes(before) ? "returning" : "unreachable", reason: seenBy(judgement.by) }
    case "panelCutOff":
      return { state: isReturning || before === "lost" ? before : "unreachable", reason: { code: "panelCutOff", params: {} } }
    default:
      return { state: isHeard && before !== "unknown" ? before : silentState(heard, false), reason: why }
  }
}
const seenBy = (by: readonly Witness[]): Coded => ({
  code: "seenByOthers",
  params: { by: by.map(({ kind, name }) => (name === "" ? kind : name)).join(", ") },
})
function silentState({ before, why }: Heard, isLost: boolean): NodeState {
  if (away.includes(before)) return before
  // Not asked yet: the state of the last run stands, but nobody is called online who has not answered in this one.
  if (why === null) return before === "online" ? "unreachable" : before
  return isLost ? "lost" : "unreachable"
}
