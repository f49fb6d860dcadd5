import { familyOf } from "./balancer-address"
import type { Check } from "./balancer-health"
import { type Report, report } from "./report"

/** A report of one field, or none. */
export type Rule = readonly Report[]
export const when = (holds: boolean, ...[code, params, field]: Parameters<typeof report>): Rule =>
  holds ? [report(code, params, field)] : []
export const range = (value: number | undefined, from: number, to: number, field: string): Rule =>
  when(
    value !== undefined && !(value >= from && value <= to),
    "lbRange",
    { value: String(value), from: String(from), to: String(to) },
    field,
  )
export const address = (value: string | undefined, field: string): Rule =>
  when(value !== undefined && familyOf(value) === undefined, "lbAddress", { value: value ?? "" }, field)
export const needed = (there: boolean, what: string, field: string): Rule => when(!there, "lbNeeded", { what }, field)
const word = (value: string | undefined, known: readonly string[], field: string): Rule =>
  when(value !== undefined && !known.includes(value), "lbWord", { value: value ?? "", known: known.join(", ") }, field)

const MAX_U32 = 4_294_967_295
/** Seconds, as keepalived's timers are limited; `zero` where 0 means something. */
export const timers = (
  of: {
    readonly connectTimeout?: number | undefined
    readonly delayLoop?: number | undefined
    readonly delayBeforeRetry?: number | undefined
    readonly warmup?: number | undefined
    readonly retry?: number | undefined
  },
  at: string,
  leastRetry = 1,
): Rule => [
  ...range(of.connectTimeout, 0.000001, 4294, `${at}.connectTimeout`),
  ...range(of.delayLoop, 0.000001, 1_000_000_000, `${at}.delayLoop`),
  ...range(of.delayBeforeRetry, 0, 4294, `${at}.delayBeforeRetry`),
  ...range(of.warmup, 0, 4294, `${at}.warmup`),
  ...range(of.retry, leastRetry, MAX_U32, `${at}.retry`),
]
function connectionRules(check: Exclude<Check, { kind: "misc" }>, server: string, at: string): Rule {
  const from = familyOf(check.connectIp ?? server)
  const bind = check.bindTo === undefined ? undefined : familyOf(check.bindTo)
  return [
    ...address(check.connectIp, `${at}.connectIp`),
    ...address(check.bindTo, `${at}.bindTo`),
    ...when(bind !== undefined && from !== undefined && bind !== from, "lbBindFamily", { value: check.bindTo ?? "" }, `${at}.bindTo`),
    ...range(check.connectPort, 1, 65535, `${at}.connectPort`),
    ...range(check.bindPort, 1, 65535, `${at}.bindPort`),
    ...range(check.mark, 0, MAX_U32, `${at}.mark`),
  ]
}
function webRules(check: Extract<Check, { kind: "http" | "ssl" }>, at: string): Rule {
  const urls = check.urls.flatMap(({ path, digest, statusCodes = [], regexMinOffset, regexMaxOffset }, i) => [
    ...needed(path !== undefined && path !== "", "path", `${at}.urls.${i}.path`),
    ...when(
      digest !== undefined && !/^[0-9a-f]{32}$/i.test(digest),
      "lbHex",
      { value: digest ?? "", digits: "32" },
      `${at}.urls.${i}.digest`,
    ),
    ...statusCodes.flatMap(({ from, to }, n) =>
      when(
        from < 100 || to > 999 || from > to,
        "lbStatusCode",
        { value: from === to ? `${from}` : `${from}-${to}` },
        `${at}.urls.${i}.statusCodes.${n}`,
      ),
    ),
    ...range(regexMinOffset, 0, MAX_U32, `${at}.urls.${i}.regexMinOffset`),
    ...range(regexMaxOffset, 0, MAX_U32, `${at}.urls.${i}.regexMaxOffset`),
  ])
  return [
    ...needed(check.urls.length > 0, "url", `${at}.urls`),
    ...word(check.httpProtocol, ["1.0", "1.0C", "1.1"], `${at}.httpProtocol`),
    ...urls,
  ]
}
const isHex = (text: string, digit: RegExp): boolean => text.split(/\s+/).every((part) => digit.test(part))
function udpRules(check: Extract<Check, { kind: "udp" }>, at: string): Rule {
  const { payload, requireReply, minReplyLength, maxReplyLength } = check
  return [
    ...when(payload !== undefined && !isHex(payload, /^[0-9a-f]+$/i), "lbHex", { value: payload ?? "", digits: "" }, `${at}.payload`),
    ...when(
      !!requireReply && !isHex(requireReply, /^[0-9a-fx]+$/i),
      "lbHex",
      { value: requireReply ?? "", digits: "" },
      `${at}.requireReply`,
    ),
    ...range(minReplyLength, 0, 65535, `${at}.minReplyLength`),
    ...range(maxReplyLength, 0, 65535, `${at}.maxReplyLength`),
    ...when(
      (minReplyLength ?? 0) > (maxReplyLength ?? 255),
      "lbReplyLengths",
      { min: String(minReplyLength), max: String(maxReplyLength ?? 255) },
      `${at}.minReplyLength`,
    ),
  ]
}
const dnsTypes = ["A", "NS", "CNAME", "SOA", "MX", "TXT", "AAAA"]
/** What keepalived refuses or passes over in one health check (network.md §3.1). */
export function checkRules(check: Check, server: string, at: string): Rule {
  const all = [...timers(check, at, 0), ...(check.kind === "misc" ? [] : connectionRules(check, server, at))]
  if (check.kind === "http" || check.kind === "ssl") return [...all, ...webRules(check, at)]
  if (check.kind === "dns") return [...all, ...word(check.type, dnsTypes, `${at}.type`)]
  if (check.kind === "udp") return [...all, ...udpRules(check, at)]
  if (check.kind !== "misc") return all
  return [...all, ...needed(!!check.path, "misc_path", `${at}.path`), ...range(check.timeout, 0, 1_000_000, `${at}.timeout`)]
}
