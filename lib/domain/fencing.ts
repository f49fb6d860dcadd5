import { z } from "zod"
import { Name } from "./call"
import type { Evidence } from "./evidence"
import type { Coded } from "./views"

const HOUR_MS = 3_600_000
const VALUE_MAX = 4_096
const PARAMS_MAX = 64
/** fence_ipmilan and its like, found on the path of system tools, or the absolute path of an executable that speaks the same. */
export const FenceAgent = z
  .string()
  .max(255)
  .regex(/^(?:fence_[\w-]+|\/(?:[\w@+:.-]+\/)*[\w@+:-][\w@+:.-]*)$/, "fenceAgent")
const Value = z
  .string()
  .max(VALUE_MAX)
  .regex(/^[^\p{Cc}]*$/u, "oneLine")
const parameterName = z
  .string()
  .max(128)
  .regex(/^(?!__proto__$)[A-Za-z_][\w-]*$/, "parameterName")
/** What the panel itself says to the agent: nobody else does. */
const reserved = ["action", "option", "verbose", "debug", "debug_file"]
export const FenceParams = z.record(parameterName, Value).check((ctx) => {
  const names = Object.keys(ctx.value)
  if (names.length > PARAMS_MAX) ctx.issues.push({ code: "custom", message: "tooManyParameters", path: [], input: ctx.value })
  for (const name of names.filter((n) => reserved.includes(n)))
    ctx.issues.push({ code: "custom", message: "reservedParameter", path: [name], input: ctx.value[name] })
})
export type FenceParams = z.infer<typeof FenceParams>

export const FenceDeviceInput = z.strictObject({
  name: Name,
  agent: FenceAgent,
  /** Without secrets: those come beside it. */
  params: FenceParams,
  runsOn: z.enum(["panel", "peer"]).default("panel"),
  /** `on` is asked of it before a node that comes back counts. */
  unfences: z.boolean().default(false),
})
export type FenceDeviceInput = z.infer<typeof FenceDeviceInput>

/** One device of a level, with what differs from node to node (plug, port …). */
export const FenceUse = z.strictObject({ device: Name, params: FenceParams })
export type FenceUse = z.infer<typeof FenceUse>
export const NodeFencingInput = z.strictObject({
  /** Tried in this order. All devices of a level must succeed. */
  levels: z.array(z.array(FenceUse).min(1).max(8)).max(8),
  delayMs: z.int().min(0).max(HOUR_MS).default(0),
})
export type NodeFencingInput = z.infer<typeof NodeFencingInput>
const Address = z.union([z.ipv4(), z.ipv6()])
export const FencingSettings = z.strictObject({
  lostAfterMs: z.int().min(2_000).max(HOUR_MS),
  /** fenced's post_fail_delay: after a loss. */
  postFailDelayMs: z.int().min(0).max(HOUR_MS),
  /** fenced's post_join_delay: after a majority has become known. */
  postJoinDelayMs: z.int().min(0).max(HOUR_MS),
  /** Whether a fenced node is switched on again. */
  afterFencing: z.enum(["on", "off"]),
  tieBreaker: Address.nullable(),
  needsTwo: z.boolean(),
})
export type FencingSettings = z.infer<typeof FencingSettings>
export const fencingDefaults: FencingSettings = {
  ...{ lostAfterMs: 3_000, postFailDelayMs: 0, postJoinDelayMs: 6_000 },
  ...{ afterFencing: "on", tieBreaker: null, needsTwo: false },
}

/** Steps that run on the panel's own machine are of this name; no node may have it. */
export const PANEL_HOST = "moyai-panel"

export const fenceActions = ["off", "reboot", "on"] as const
export type FenceAction = (typeof fenceActions)[number]

// ---- what the queries answer ----
export type PowerTest = { readonly atMs: number; readonly says: "on" | "off" | "error"; readonly detail: string }
export type FenceDeviceView = FenceDeviceInput & {
  /** Names of the secret parameters that are stored; their values never leave the panel. */
  readonly secrets: readonly string[]
  readonly nodes: readonly string[]
}
export type NodeFencingView = {
  readonly node: string
  readonly delayMs: number
  readonly levels: readonly (readonly (FenceUse & { readonly test: PowerTest | null })[])[]
  /** What the night will be like when it fails: `fenced`, `untested`, `testFailed`, `none` (nothing can switch it off from here). */
  readonly readiness: FenceReadiness
}
export const fenceReadiness = ["fenced", "untested", "testFailed", "none"] as const
export type FenceReadiness = (typeof fenceReadiness)[number]
export const fencingOutcomes = ["running", "succeeded", "failed", "contradicted", "secondPerson", "refused"] as const
export type FencingOutcome = (typeof fencingOutcomes)[number]
export type FencingView = {
  readonly id: string
  readonly node: string
  readonly action: FenceAction | "confirm"
  readonly outcome: FencingOutcome
  readonly who: string
  readonly through: string
  readonly why: string
  readonly atMs: number
  readonly endedMs: number | null
  readonly evidence: Evidence | null
  readonly detail: Coded | null
  readonly jobId: string | null
}
/** The screen of a node that is not heard: what is known, what waits for it, and what can be done. */
export type LostView = {
  readonly nowMs: number
  readonly node: string
  readonly evidence: Evidence
  /** What the panel makes of it. */
  readonly judgement: "heard" | "alive" | "panelCutOff" | "suspect" | "lost" | "off"
  readonly quorum: { readonly members: number; readonly known: number; readonly isQuorate: boolean; readonly byTieBreaker: boolean }
  readonly readiness: FenceReadiness
  /** Where each service that is held goes once the node is known to be off; `to` null: nowhere, and why. */
  readonly services: readonly {
    readonly service: string
    readonly to: string | null
    readonly why: Coded | null
    readonly expectedPauseMs: number | null
  }[]
  /** What happens next by itself: `fencing`, `waitsDelay`, `waitsQuorum`, `waitsWitness`, `waitsPerson`, `nothing`. */
  readonly next: Coded
  /** Witnesses that contradict "it is off". */
  readonly against: readonly string[]
  readonly needsTwo: boolean
  /** A confirmation that waits for a second person. */
  readonly asked: { readonly id: string; readonly who: string; readonly why: string; readonly atMs: number } | null
  readonly history: readonly FencingView[]
}
