import type { DoctorFinding, DoctorView } from "./balancer-view"
import { arpLooks } from "./doctor-arp"
import { directorLooks } from "./doctor-directors"
import { kernelLooks } from "./doctor-kernel"
import { realLooks } from "./doctor-real"
import { type DoctorScene, doctorCodes, type Look } from "./doctor-scene"
import { tableLooks } from "./doctor-table"

export { type DoctorScene, doctorCodes, notSeenCodes } from "./doctor-scene"

const unique = <T>(list: readonly T[], keyOf: (one: T) => unknown): readonly T[] =>
  [...new Map(list.toReversed().map((one) => [JSON.stringify(keyOf(one)), one])).values()].toReversed()
const order: readonly string[] = doctorCodes
const rank = ({ level, code }: DoctorFinding): number => (level === "bad" ? 0 : 1_000) + order.indexOf(code)

/**
 * Why a balanced service does not work, from what was seen: bad first. What was not seen is told as such and never guessed; a code is well only
 * where every look for it was, and `bad` is only what a node itself has shown.
 */
export function diagnose(scene: DoctorScene): DoctorView {
  const looks: readonly Look[] = [
    ...directorLooks(scene),
    ...kernelLooks(scene),
    ...tableLooks(scene),
    ...realLooks(scene),
    ...arpLooks(scene),
  ]
  const findings = looks.flatMap((look) => ("finding" in look ? [look.finding] : []))
  const notSeen = looks.flatMap((look) => ("notSeen" in look ? [look.notSeen] : []))
  const doubtful = new Set(looks.flatMap((look) => ("isWell" in look ? [] : [look.code])))
  const seenWell = new Set(looks.flatMap((look) => ("isWell" in look ? [look.code] : [])))
  return {
    nowMs: scene.nowMs,
    findings: unique(findings, ({ code, params }) => [code, params]).toSorted((a, b) => rank(a) - rank(b)),
    well: doctorCodes.filter((code) => seenWell.has(code) && !doubtful.has(code)),
    notSeen: unique(notSeen, (one) => one),
  }
}
