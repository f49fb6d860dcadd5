import type { Asked, Reader } from "./reader"

type Checked = { readonly port: number; readonly protocol: string; readonly line: number }
/** `\n \r \t \\ \'` of lvs.cf. */
const unescaped = (text: string): string => text.replace(/\\([nrt\\'])/g, (_, c: string) => ({ n: "\n", r: "\r", t: "\t" })[c] ?? c)
const anyStatus = [{ from: 100, to: 999 }]

/** What nanny expects of the first bytes of a reply, as status codes; undefined where it is more than that. */
function statusOf(expect: string): readonly { readonly from: number; readonly to: number }[] | undefined {
  if (expect === "*" || /^HTTP(?:\/(?:1(?:\.[01]?)?)?)?$/.test(expect)) return anyStatus
  const code = Number(/^HTTP\/1\.[01] (\d{3})\b/.exec(expect)?.[1])
  return Number.isNaN(code) ? undefined : [{ from: code, to: code }]
}
type Said = { readonly send: string | undefined; readonly expect: string | undefined; readonly isRegex: boolean }
type Tell = (text: string, reason: string) => void
/** Of a check over TCP: a request of HTTP becomes one, anything else a connection. */
function connected({ send, expect, isRegex }: Said, port: number, tell: Tell): unknown {
  const isDefault = send === undefined && expect === undefined && port === 80
  const request = isDefault ? "GET / HTTP/1.0" : unescaped(send ?? "")
  const path = /^GET (\/\S*) HTTP\/1\.[01]/.exec(request)?.[1]
  if (path !== undefined) {
    const statusCodes = isRegex ? undefined : statusOf(unescaped(expect ?? "HTTP"))
    if (!statusCodes)
      tell(`expect = ${expect}`, "nanny compared the first bytes of the reply, its head included; the check takes the status code")
    return { kind: "http", urls: [{ path, ...(statusCodes ? { statusCodes } : {}) }] }
  }
  const isMore = request !== "" || (expect !== undefined && expect !== "*")
  if (isMore) tell(`send = ${request.trim()}`, "keepalived has no check that sends and expects text; a MISC_CHECK with a script could")
  return { kind: "tcp" }
}
/** nanny's check as keepalived has it, for each real server; what it cannot say is told with the reason. */
export function checksOf(
  asked: Asked,
  { port, protocol, line }: Checked,
  into: Reader,
): (address: string, port: number) => readonly unknown[] {
  const [program, send, expect] = ["send_program", "send", "expect"].map((key) => asked.words(key)?.join(" "))
  const isRegex = asked.words("use_regex")?.[0] === "1"
  const tell: Tell = (text, reason) => into.notUnderstood.push({ line, text, reason })
  if (program !== undefined) {
    tell(`expect = ${expect ?? ""}`, "nanny compared what the program prints; MISC_CHECK takes its exit code, 0 for good")
    return (address, to) => [{ kind: "misc", path: program.replaceAll("%h", address).replaceAll("%p", String(to)) }]
  }
  if (protocol === "udp") {
    if (send !== undefined || expect !== undefined) tell(`send = ${send ?? ""}`, "the payload of a UDP check is hexadecimal in keepalived")
    return () => [{ kind: "udp" }]
  }
  const check = connected({ send, expect, isRegex }, port, tell)
  return () => [check]
}
