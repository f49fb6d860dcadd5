import { type Given, readAny } from "../../agents/balancer-format"
import { renderKeepalived } from "../../agents/keepalived/render"
import type { Balancer } from "../../lib/domain/balancer"
import { type BalancerChange, balancerDiff } from "../../lib/domain/balancer-diff"
import { type CautionCode, lineOf } from "../../lib/domain/balancer-import"
import { refusalsOf, uncheckedOf, warningsOf } from "../../lib/domain/balancer-rules"
import type { Report } from "../../lib/domain/report"
import type { Finding } from "./finding"
import type { Result } from "./result"

export type { Given } from "../../agents/balancer-format"

/** The JSON of `moyai balancer import`. */
export type BalancerImport = {
  readonly virtualServers: Balancer["virtualServers"]
  readonly directors: Balancer["directors"]
  readonly understood: number
  readonly verbatim: readonly { readonly line: number; readonly text: string }[]
  readonly notUnderstood: readonly { readonly line: number; readonly text: string; readonly reason: string }[]
}
/** Nothing of what it found is left out: what is not understood says why. */
export function balancerImport(given: Given): Result<BalancerImport> {
  const read = readAny(given)
  if (!read.ok) return read
  const { balancer, understood, verbatim, notUnderstood } = read.value.imported
  return {
    ok: true,
    value: {
      virtualServers: balancer.virtualServers,
      directors: balancer.directors,
      understood,
      verbatim: verbatim.map(({ line, text }) => ({ line, text })),
      notUnderstood: notUnderstood.map(({ line, text, reason = "" }) => ({ line, text, reason })),
    },
  }
}
export function balancerRender(given: Given, director = 0): Result<{ readonly text: string }> {
  const read = readAny(given)
  if (!read.ok) return read
  const { directors } = read.value.imported.balancer
  if (director > 0 && director >= directors.length)
    return { ok: false, error: { line: 1, code: "directorUnknown", text: `This file says ${directors.length} directors.` } }
  return { ok: true, value: { text: renderKeepalived(read.value.imported.balancer, director) } }
}
const cautions: Readonly<Record<CautionCode, string>> = {
  thresholdsLost:
    "Upper and lower thresholds of real servers are not said here, whether there are any or not: ipvsadm -Ln --thresholds has them.",
  jiffies: "The persistence time is in ticks of the kernel, read as 250 in a second: ipvsadm -Sn says seconds.",
  flagsLost: "Flags of the scheduler are not said here: ipvsadm -Sn has them.",
  localForwarding:
    "This real server is the director itself, whose forwarding says nothing about what was asked for; direct routing is taken.",
}
/** @param say a report in words */
export function balancerCheck(given: Given, say: (report: Report) => string): Result<{ readonly findings: readonly Finding[] }> {
  const read = readAny(given)
  if (!read.ok)
    return read.error.code === "formatUnknown" ? read : { ok: true, value: { findings: [{ severity: "error", ...read.error }] } }
  const { format, imported } = read.value
  const { balancer } = imported
  const isTable = format === "ipvsSave" || format === "ipvsList"
  const finding =
    (severity: Finding["severity"]) =>
    (one: Report): Finding => ({ line: lineOf(imported, one.field), severity, code: one.code, text: say(one) })
  const findings: readonly Finding[] = [
    ...imported.notUnderstood.map(
      ({ line, text, reason = "" }): Finding => ({
        line,
        severity: "warning",
        code: "notUnderstood",
        text: `${text.split("\n")[0]}: ${reason}.`,
      }),
    ),
    ...refusalsOf(balancer, { engine: isTable ? "ipvsadm" : "keepalived" }).map(finding("error")),
    ...warningsOf(balancer).map(finding("warning")),
    ...(isTable ? [] : uncheckedOf(balancer).map(finding("warning"))),
    ...imported.cautions.map(({ line, code }): Finding => ({ line, severity: "info", code, text: cautions[code] })),
  ]
  return { ok: true, value: { findings: findings.toSorted((a, b) => a.line - b.line) } }
}
export function balancerChanges(before: Given, after: Given): Result<{ readonly changes: readonly BalancerChange[] }> {
  const [was, is] = [readAny(before), readAny(after)]
  if (!was.ok) return was
  return is.ok ? { ok: true, value: { changes: balancerDiff(was.value.imported.balancer, is.value.imported.balancer) } } : is
}
