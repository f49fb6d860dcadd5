import { withPort } from "../../lib/domain/balancer-address"
import type { Check } from "../../lib/domain/balancer-health"
import { type Sh, sh } from "../../lib/node/sh"
import type { Target, Trial } from "./trial"
import { scripts } from "./trial-scripts"

type Web = Extract<Check, { kind: "http" | "ssl" }>
type Url = Web["urls"][number]
const URLS_MAX = 20
/** What PCRE calls them, and Perl. The others change how it is compiled or searched, or are not Perl's. */
const flags: Readonly<Record<string, string>> = { caseless: "i", multiline: "m", dotall: "s", extended: "x", no_auto_capture: "n" }
const utf = new Set(["utf", "ucp"])
const harmless = new Set(["auto_callout", "dupnames", "no_auto_possess", "no_dotstar_anchor", "no_start_optimize", "never_backslash_c"])

const hasControl = (text: string): boolean => /\p{Cc}/u.test(text)
const defaultPorts = { http: 80, ssl: 443 } as const
/** Of the url, the check, the real server, the virtual server; else the address, as keepalived asks. */
const virtualHostOf = (url: Url, check: Web, { real, server }: Trial): string | undefined =>
  url.virtualHost ?? check.virtualHost ?? real.virtualHost ?? server.virtualHost
function wordsOf(url: Url, check: Web, trial: Trial, { address, port }: Target): readonly string[] | string {
  const { path = "", digest = "", regex, regexOptions = [], regexMinOffset = 0, regexMaxOffset } = url
  const host = virtualHostOf(url, check, trial) ?? withPort(address, port === defaultPorts[check.kind] ? undefined : port)
  const codes = (url.statusCodes ?? []).filter(({ from, to }) => from >= 100 && to <= 999 && from <= to)
  if (path === "") return "a url has no path"
  if (hasControl(path)) return "a path holds a control character"
  if (hasControl(host)) return "a virtualhost holds a control character"
  const other = regexOptions.find((option) => !(option in flags) && !utf.has(option) && !harmless.has(option))
  if (regex !== undefined && other !== undefined)
    return `the option ${other} of a regular expression can only be tried by keepalived itself`
  return [
    ...[path, `Host: ${host}`, codes.length > 0 ? codes.map(({ from, to }) => `${from}-${to}`).join(" ") : "200-299"],
    ...[digest.toLowerCase(), regex ?? "", regex === undefined ? "" : "1", url.regexNoMatch ? "1" : ""],
    ...[
      [...new Set(regexOptions.map((option) => flags[option] ?? ""))].join(""),
      regexOptions.some((option) => utf.has(option)) ? "1" : "",
    ],
    ...[String(Math.max(0, regexMinOffset)), regexMaxOffset === undefined ? "" : String(regexMaxOffset)],
  ]
}
/** A name in the handshake is that of the host in curl's URL, so the way to the address is told apart. */
function nameOf(check: Web, trial: Trial): string | undefined {
  if (check.kind !== "ssl") return undefined
  const [first] = check.urls
  const name = check.sniName ?? (check.enableSni && first ? virtualHostOf(first, check, trial) : undefined)
  return name === undefined || name === "" ? undefined : name
}
/** The command; or why there can be none. */
export function webCommand(check: Web, trial: Trial, target: Target): Sh | string {
  const { address, port, seconds, bind, bindPort } = target
  if (check.urls.length === 0) return "there is no url"
  if (check.urls.length > URLS_MAX) return `there are more than ${URLS_MAX} urls`
  const name = nameOf(check, trial)
  if (name !== undefined && !/^[\w.-]{1,253}$/.test(name)) return "the name for the handshake is no name of a host"
  const numeric = withPort(address, port).slice(0, -1 - String(port).length)
  const urls = check.urls.map((url) => wordsOf(url, check, trial, target))
  const wrong = urls.find((one) => typeof one === "string")
  if (typeof wrong === "string") return wrong
  const protocol = (check.httpProtocol ?? "1.0").toUpperCase()
  if (!["1.0", "1.0C", "1.1"].includes(protocol)) return `${check.httpProtocol} is no protocol that keepalived speaks`
  const connect = name === undefined ? "" : `${name}:${port}:${numeric}:${port}`
  const words = [
    ...[check.kind === "ssl" ? "https" : "http", name ?? numeric, String(port), String(seconds), String(seconds * 2)],
    ...[protocol, connect, bind, bindPort],
    ...urls.flat(),
  ]
  return sh`sh -c ${scripts.web} moyai-trial ${words}`
}
