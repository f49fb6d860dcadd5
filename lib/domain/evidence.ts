import { z } from "zod"

/**
 * What one witness says of a node that the panel hears nothing of. `silent`: it asked and got no answer. `cannotSay`: it could not
 * ask, or its answer says neither. `on`, `off`: a fence device about the power, which is not the same as life.
 */
export const sayings = ["alive", "silent", "on", "off", "cannotSay"] as const
export type Saying = (typeof sayings)[number]
export const witnessKinds = ["channel", "connect", "peer", "device"] as const
/** The panel's SSH channel, a fresh TCP connect from it, another member (ping and ARP), a fence device (power). */
export type WitnessKind = (typeof witnessKinds)[number]
export const Witness = z.object({
  kind: z.enum(witnessKinds),
  /** Who it is: a member's or a device's name; empty for the panel's own two. */
  name: z.string(),
  says: z.enum(sayings),
  /** When it was asked last, and when it last said anything but the present. Panel's clock, ms. */
  atMs: z.number(),
  sinceMs: z.number(),
  /** Words of the tool, one line; shown, never interpreted. */
  detail: z.string(),
})
export type Witness = z.infer<typeof Witness>
/** All that is known of one silent node, and when. */
export const Evidence = z.object({ node: z.string(), heardMs: z.number().nullable(), witnesses: z.array(Witness) })
export type Evidence = z.infer<typeof Evidence>

/** An answer that is older than this says nothing of now, ms. Fence devices are slow, and asked every ten seconds. */
export const COUNTS_FOR_MS = 5_000
const DEVICE_COUNTS_FOR_MS = 15_000
export const isFresh = ({ kind, atMs }: Pick<Witness, "kind" | "atMs">, nowMs: number): boolean =>
  nowMs - atMs <= (kind === "device" ? DEVICE_COUNTS_FOR_MS : COUNTS_FOR_MS)

export type Judgement =
  /** Somebody sees it: it is not lost, whatever the panel hears. */
  | { readonly state: "alive"; readonly by: readonly Witness[] }
  /** The panel reaches nobody at all: it is the panel that is cut off, or everything is. Nothing is decided. */
  | { readonly state: "panelCutOff" }
  /** Not silent long enough, or not everybody was asked yet. */
  | { readonly state: "suspect" }
  /** Silent for long enough, and nobody sees it. `isSure`: the panel's connect failed and another member said so too. */
  | { readonly state: "lost"; readonly isSure: boolean }

export type Scene = {
  readonly evidence: Evidence
  readonly nowMs: number
  readonly lostAfterMs: number
  /** Other members, and how many of them answer the panel. */
  readonly others: number
  readonly othersHeard: number
}

/** A witness that contradicts "it is off". Power that is on is no life, but no proof of a switched-off machine either. */
export const contradicts = ({ says }: Witness): boolean => says === "alive" || says === "on"
export const freshOf = ({ evidence, nowMs }: Pick<Scene, "evidence" | "nowMs">): readonly Witness[] =>
  evidence.witnesses.filter((witness) => isFresh(witness, nowMs))

/**
 * Whether a silent node is lost. One that says `alive` outweighs all that say `silent`: three witnesses of different kinds must be
 * wrong at once before a node that lives is taken for dead.
 */
export function judge(scene: Scene): Judgement {
  const { evidence, nowMs, lostAfterMs, others, othersHeard } = scene
  const fresh = freshOf(scene)
  const by = fresh.filter(({ says }) => says === "alive")
  if (by.length > 0) return { state: "alive", by }
  if (others > 0 && othersHeard === 0) return { state: "panelCutOff" }
  const said = (kind: WitnessKind) => fresh.some((w) => w.kind === kind && w.says === "silent")
  const isSure = said("channel") && said("connect") && said("peer")
  const isLong = evidence.heardMs === null || nowMs - evidence.heardMs >= lostAfterMs
  if (!isLong) return { state: "suspect" }
  // Those who could be asked are waited for; who cannot say is not.
  const isAsked = fresh.some(({ kind }) => kind === "connect") && (others === 0 || fresh.some(({ kind }) => kind === "peer"))
  return isAsked ? { state: "lost", isSure } : { state: "suspect" }
}
