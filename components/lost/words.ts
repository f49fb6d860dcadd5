"use client"
import type { Mark } from "@/components/ui/state-mark"
import type { Witness } from "@/lib/domain/evidence"
import type { LostView } from "@/lib/domain/fencing"
import type { NodeState } from "@/lib/domain/views"
import { useCoded, useTranslations } from "@/lib/i18n/use"

/** The panel's own two witnesses have no name: their kind stands for them. */
const ownWitnesses = ["channel", "connect", "panelCutOff"] as const
export function useBy() {
  const t = useTranslations("lost.by")
  return (by: readonly string[]): string =>
    by.map((who) => (ownWitnesses.some((own) => own === who) ? t(who as "channel") : who)).join(", ")
}
export function useWitness() {
  const t = useTranslations("lost")
  return ({ kind, name }: Witness): string => t(`who.${kind}`, { name })
}
/** The words of a witness's tool; those of the panel's own channel, which has a code. */
export function useSaid() {
  const coded = useCoded("lost")
  return ({ kind, detail }: Pick<Witness, "kind" | "detail">): string => {
    if (kind !== "channel" || detail === "") return detail
    const words = coded(`channel.${detail}`)
    return words === `channel.${detail}` ? detail : words
  }
}

export const isOff = (state: NodeState): boolean => state === "fenced" || state === "confirmed"

export type Headline = { readonly mark: Mark; readonly words: string }
/** It was lost, or off, and answers here; before that, others may see it. */
export const isBack = (state: NodeState, { judgement }: Pick<LostView, "judgement">): boolean =>
  state === "returning" && judgement === "heard"

/** What is so, in one sentence: what is known to be off and what returns first, then what the witnesses make of it. */
export function useHeadline() {
  const t = useTranslations("lost.headline")
  const seen = ({ node, evidence: { witnesses } }: LostView): string => {
    const peers = witnesses.filter(({ kind, says }) => kind === "peer" && says === "alive").map(({ name }) => name)
    return peers.length > 0 ? t("alive", { node, by: peers.join(", ") }) : t("answersBadly", { node })
  }
  const judged = (state: NodeState, view: LostView): Headline => {
    const { node, judgement } = view
    if (judgement === "alive") return { mark: "need", words: seen(view) }
    if (judgement === "panelCutOff") return { mark: "need", words: t("panelCutOff") }
    if (judgement === "heard") return { mark: "move", words: t("heard", { node }) }
    const isLost = judgement === "lost" || state === "lost"
    return { mark: isLost ? "bad" : "need", words: t(isLost ? "lost" : "suspect", { node }) }
  }
  return (state: NodeState, view: LostView): Headline => {
    const { node } = view
    if (state === "fenced" || state === "confirmed") return { mark: "off", words: t(state, { node }) }
    return isBack(state, view) ? { mark: "move", words: t("returning", { node }) } : judged(state, view)
  }
}

/** Nobody but a person gets any further from here. */
const personal = [
  "noDevice",
  "fencingFailed",
  "contradicted",
  "inMaintenance",
  "noSecondWitness",
  "noQuorum",
  "panelCutOff",
  "seenByOthers",
]
export type Next = { readonly needsYou: boolean; readonly isUnderWay: boolean; readonly words: string }
export function useNext() {
  const coded = useCoded("lost")
  return (state: NodeState, view: LostView, nowMs: number): Next => {
    const { node, next, judgement } = view
    const say = (code: string, params: Readonly<Record<string, string | number>> = {}) => coded(`next.${code}`, { node, ...params })
    const plain = (code: string, isUnderWay = false): Next => ({ needsYou: false, isUnderWay, words: say(code) })
    if (isOff(state)) return plain("off")
    if (isBack(state, view)) return plain("returning", true)
    if (judgement === "heard") return plain("heard", true)
    if (next.code === "delay") {
      const seconds = Math.ceil((Number(next.params.untilMs) - nowMs) / 1_000)
      return { needsYou: false, isUnderWay: true, words: seconds > 0 ? say("delay", { seconds }) : say("delayOver") }
    }
    const needsYou = personal.includes(next.code)
    return { needsYou, isUnderWay: !needsYou && next.code !== "nothing", words: say(next.code) }
  }
}
