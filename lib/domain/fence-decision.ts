import type { Judgement } from "./evidence"
import type { FencingOutcome, FencingSettings } from "./fencing"
import type { Coded, NodeState } from "./views"

/** Everything that the decision to fence a silent member rests on. */
export type FenceLook = {
  readonly node: string
  readonly state: NodeState
  readonly isInMaintenance: boolean
  /** When it was found lost, ms. */
  readonly lostSinceMs: number
  readonly judgement: Judgement | { readonly state: "heard" }
  readonly isQuorate: boolean
  /** Since when a majority has been known in this run of the panel; null when there is none. */
  readonly quorateSinceMs: number | null
  /** Levels with a device that can be asked from somewhere. */
  readonly levels: number
  readonly delayMs: number
  readonly settings: Pick<FencingSettings, "postFailDelayMs" | "postJoinDelayMs">
  /** What became of the attempt for this very loss; undefined before there was one. */
  readonly attempt: FencingOutcome | undefined
  readonly nowMs: number
}
export type FenceDecision = { readonly fence: boolean; readonly next: Coded }

const wait = (code: string, params: Readonly<Record<string, string>> = {}): FenceDecision => ({ fence: false, next: { code, params } })
const off: readonly NodeState[] = ["fenced", "confirmed"]

/**
 * Whether a member is fenced now, by the panel itself, and what it waits for if not. Once for each loss: after that a person decides,
 * or the next loss (fenced tries for ever; service-manager.md §5.1). Never without a majority, never on the panel's own word alone.
 */
export function decideFence(look: FenceLook): FenceDecision {
  const { node, judgement, nowMs } = look
  const why = withheld(look) ?? held(look)
  if (why) return wait(why.code, why.params)
  if (judgement.state !== "lost" || !judgement.isSure) return wait("noSecondWitness", { node })
  const quorateSinceMs = look.quorateSinceMs ?? nowMs
  const { postFailDelayMs, postJoinDelayMs } = look.settings
  const isAfterJoin = quorateSinceMs >= look.lostSinceMs
  const fromMs = (isAfterJoin ? quorateSinceMs + postJoinDelayMs : look.lostSinceMs + postFailDelayMs) + look.delayMs
  return nowMs < fromMs ? wait("delay", { node, untilMs: String(fromMs) }) : { fence: true, next: { code: "fencing", params: { node } } }
}
const coded = (code: string, params: Readonly<Record<string, string>> = {}): Coded => ({ code, params })
/** It is not lost. */
function withheld({ state, judgement }: FenceLook): Coded | undefined {
  if (off.includes(state) || judgement.state === "heard") return coded("nothing")
  if (judgement.state === "panelCutOff") return coded("panelCutOff")
  if (judgement.state === "alive") return coded("seenByOthers", { by: judgement.by.map(({ kind, name }) => name || kind).join(", ") })
  return state !== "lost" || judgement.state === "suspect" ? coded("suspect") : undefined
}
/** It is lost, and something else must come first. */
function held({ node, levels, attempt, isInMaintenance, isQuorate, quorateSinceMs }: FenceLook): Coded | undefined {
  if (levels === 0) return coded("noDevice", { node })
  if (attempt === "running") return coded("fencing", { node })
  if (attempt !== undefined) return coded(attempt === "contradicted" ? "contradicted" : "fencingFailed", { node })
  if (isInMaintenance) return coded("inMaintenance", { node })
  return !isQuorate || quorateSinceMs === null ? coded("noQuorum") : undefined
}
