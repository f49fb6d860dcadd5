import type { Check } from "../../lib/domain/balancer-health"

type Question = Extract<Check, { kind: "udp" | "dns" }>
type Judged = { readonly verdict: "pass" | "fail" | "unknown"; readonly more: readonly string[] }
/** One datagram out, at most one back. */
export const isQuestion = (check: Check): check is Question => check.kind === "udp" || check.kind === "dns"

const DNS_ID = 0x4d59
const dnsTypes: Readonly<Record<string, number>> = { A: 1, NS: 2, CNAME: 5, SOA: 6, MX: 15, TXT: 16, AAAA: 28 }
const rcodes = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"]
const PAYLOAD_MAX = 65_000
/** Without a payload keepalived sends something all the same, so that a port that is closed can say so. */
const ANYTHING = Array.from({ length: 32 }, (_, i) => 0x61 + (i % 26))

function dnsQuery({ name = ".", type = "SOA" }: Extract<Check, { kind: "dns" }>): readonly number[] | string {
  const number = dnsTypes[type.toUpperCase()]
  if (number === undefined) return `${type} is no type that keepalived asks for`
  const labels = name
    .split(".")
    .filter((label) => label !== "")
    .map((label) => [...new TextEncoder().encode(label)])
  if (labels.some((label) => label.length > 63) || labels.flat().length + labels.length > 253) return "the name is too long for DNS"
  const header = [DNS_ID >> 8, DNS_ID & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
  return [...header, ...labels.flatMap((label) => [label.length, ...label]), 0, 0, number, 0, 1]
}
const digitsOf = (text: string): string => text.replace(/\s+/g, "")
/** What is sent, in bytes; or why it cannot be. */
export function payloadOf(check: Question): readonly number[] | string {
  if (check.kind === "dns") return dnsQuery(check)
  const digits = digitsOf(check.payload ?? "")
  if (digits === "") return ANYTHING
  if (!/^(?:[0-9a-f]{2})+$/i.test(digits)) return "the payload is not hexadecimal, two digits a byte"
  if (digits.length / 2 > PAYLOAD_MAX) return "the payload is too long for a datagram"
  return bytesOf(digits)
}
const bytesOf = (digits: string): readonly number[] => (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))
/** As every printf of a shell reads it. */
export const octal = (bytes: readonly number[]): string => bytes.map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")

function judgeDns(bytes: readonly number[]): Judged {
  const [high = 0, low = 0, flags = 0, more = 0, , , countHigh = 0, count = 0] = bytes
  if (bytes.length < 12 || high * 256 + low !== DNS_ID || flags < 128)
    return { verdict: "fail", more: ["the reply is none to this question"] }
  const rcode = more & 15
  const answers = countHigh * 256 + count
  return {
    verdict: rcode === 0 ? "pass" : "fail",
    more: [`reply ${rcodes[rcode] ?? `rcode ${rcode}`}, ${answers} in its answer section`],
  }
}
/** keepalived compares as much as there is of both; X is any digit. */
function fitsPattern(hex: string, pattern: string): boolean {
  const digits = digitsOf(pattern).toLowerCase()
  const n = Math.min(hex.length, digits.length)
  return [...digits.slice(0, n)].every((digit, i) => digit === "x" || digit === hex[i])
}
function judgeUdp({ requireReply, minReplyLength = 0, maxReplyLength = 255 }: Extract<Check, { kind: "udp" }>, hex: string): Judged {
  const length = hex.length / 2
  const said = `a reply of ${length} bytes: ${hex.slice(0, 128)}${hex.length > 128 ? "…" : ""}`
  if (requireReply === undefined) return { verdict: "pass", more: [said] }
  if (length < minReplyLength || length > maxReplyLength)
    return { verdict: "fail", more: [said, `wanted are ${minReplyLength} to ${maxReplyLength} bytes`] }
  return fitsPattern(hex, requireReply) ? { verdict: "pass", more: [said] } : { verdict: "fail", more: [said, `wanted ${requireReply}`] }
}
/** timeout's exit code for what did not come in time; any other is a refusal, which ICMP brings. */
const SILENT = 124
export function judgeReply(check: Question, exit: number, hex: string): Judged {
  if (exit === 0) return check.kind === "dns" ? judgeDns(bytesOf(hex)) : judgeUdp(check, hex)
  const mayBeSilent = check.kind === "udp" && check.requireReply === undefined
  return { verdict: exit === SILENT && mayBeSilent ? "pass" : "fail", more: [] }
}
