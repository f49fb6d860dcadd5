import { useReport } from "@/components/ui/reports"
import type { Witness } from "@/lib/domain/evidence"
import type { FenceReadiness, FencingOutcome, NodeFencingView, PowerTest } from "@/lib/domain/fencing"
import type { Report } from "@/lib/domain/report"
import type { Coded } from "@/lib/domain/views"
import { useCoded, useTranslations } from "@/lib/i18n/use"
import type { Mark } from "../ui/state-mark"

export const readinessMark: Readonly<Record<FenceReadiness | "doubtful", Mark>> = {
  ...{ fenced: "ok", untested: "unknown", testFailed: "bad", none: "need", doubtful: "need" },
}
/** A device that calls a node off which is heard: probably the plug of another machine. */
export const isDoubtful = ({ levels }: NodeFencingView): boolean => levels.flat().some(({ test }) => test?.says === "off")
export const outcomeMark: Readonly<Record<FencingOutcome, Mark>> = {
  ...{ running: "move", succeeded: "ok", failed: "bad", contradicted: "bad", secondPerson: "need", refused: "off" },
}
/** Power that is on is what a test hopes for; off may be true, so it is no fault by itself. */
export const powerMark: Readonly<Record<PowerTest["says"], Mark>> = { on: "ok", off: "off", error: "bad" }
export const sayingMark: Readonly<Record<Witness["says"], Mark>> = {
  ...{ alive: "ok", silent: "bad", on: "ok", off: "off", cannotSay: "unknown" },
}
/** "plug h1, delay 5" */
export const paramsText = (params: Readonly<Record<string, string>>): string =>
  Object.entries(params)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ")

/** Milliseconds of what was typed in seconds; NaN, which the server refuses at its field, for what is no number. */
export const msOf = (seconds: string): number =>
  /^\d{1,9}(\.\d{1,3})?$/.test(seconds.trim()) ? Math.round(Number(seconds) * 1_000) : Number.NaN
export const secondsOf = (ms: number): string => String(ms / 1_000)

/** A report as the words of its field: codes of this page's fields first, then those that all fields share. */
export function useFieldWords() {
  const t = useTranslations("fencing.errors")
  const say = useReport()
  return (found: Report | undefined, own?: "lostAfterMs" | "delay" | "tieBreaker"): string | undefined => {
    if (found === undefined) return undefined
    if (found.code !== "invalid") return say(found)
    if (own !== undefined) return t(own)
    const code = (found.params.detail ?? "") as "fenceAgent" // any code: asked by has
    return t.has(code) ? t(code) : found.params.detail
  }
}
/** Why a fencing ended as it did: its own words, else those of events. */
export function useDetail() {
  const own = useCoded("fencing")
  const events = useCoded("events")
  return ({ code, params }: Coded): string => {
    const words = own(`details.${code}`, params)
    if (words !== `details.${code}`) return words
    const reason = events(`reasons.${code}`, params)
    return reason === `reasons.${code}` ? [code, ...Object.values(params)].join(": ") : reason
  }
}
