import type { RealServer, VirtualServer } from "../../lib/domain/balancer"
import { familyOf, withPort } from "../../lib/domain/balancer-address"
import type { Check } from "../../lib/domain/balancer-health"
import type { CommandResult } from "../../lib/node/session"
import { quote, type Sh, sh } from "../../lib/node/sh"
import type { Fact } from "../contract"
import { isQuestion, judgeReply, octal, payloadOf } from "./trial-datagram"
import { scripts } from "./trial-scripts"
import { webCommand } from "./trial-web"

export type Tried = {
  readonly exit: number | null
  readonly output: string
  readonly verdict: "pass" | "fail" | "unknown"
  readonly ms: number
}
export type Trial = {
  readonly check: Check
  readonly real: RealServer
  readonly server: VirtualServer
  /** Of the director's global_defs, for misc. */
  readonly scriptUser?: { readonly user: string; readonly group?: string | undefined } | undefined
}
/** Where a check goes to, with what is said nearest (check, real server, virtual server). */
export type Target = {
  readonly address: string
  readonly port: number
  readonly seconds: number
  /** As curl and ping take it: an address, or an interface. */
  readonly bind: string
  readonly bindPort: string
}
type Connecting = Exclude<Check, { kind: "misc" }>

/** A person waits for it, so that no part of a trial takes longer, in seconds. */
const LONGEST_S = 30
const MISC_LONGEST_S = 60
const DEFAULT_CONNECT_S = 5
const DEFAULT_DELAY_LOOP_S = 60
const OUTPUT_MAX = 8_192
const HELO = "smtpchecker.keepalived.org"

const unfit = (why: string): Sh => sh`sh -c ${scripts.unfit} moyai-trial ${why}`
const withoutControl = (text: string | undefined): boolean => text === undefined || !/\p{Cc}/u.test(text)

function targetOf(check: Connecting, { real, server }: Trial): Target | string {
  const address = check.connectIp ?? real.address
  if (familyOf(address) === undefined) return `${address} is no address`
  const port = check.connectPort ?? real.port ?? (server.service.kind === "address" ? server.service.port : undefined) ?? 0
  if (check.kind !== "ping" && !(port >= 1 && port <= 65_535)) return "there is no port to connect to"
  if (check.bindTo !== undefined && familyOf(check.bindTo) === undefined) return `${check.bindTo} is no address`
  if (check.bindInterface !== undefined && !/^[\w.:@-]{1,15}$/.test(check.bindInterface)) return `${check.bindInterface} is no interface`
  const wanted = check.connectTimeout ?? real.connectTimeout ?? server.connectTimeout ?? DEFAULT_CONNECT_S
  return {
    ...{ address, port, seconds: Math.min(Math.max(wanted, 0.01), LONGEST_S) },
    bind: check.bindTo ?? check.bindInterface ?? "",
    bindPort: check.bindPort === undefined ? "" : String(check.bindPort),
  }
}
/** For curl, an interface that could be a name of a host is called one. */
const forCurl = (check: Connecting, { bind }: Target): string => (check.bindTo === undefined && bind !== "" ? `if!${bind}` : bind)

/** What keepalived would do and the tools there do not: the answer is none of keepalived's then. */
function omissions(check: Check, trial: Trial): readonly string[] {
  if (check.kind === "misc") return []
  const binds = check.bindTo !== undefined || check.bindInterface !== undefined || check.bindPort !== undefined
  const cannotBind = check.kind === "smtp" || isQuestion(check) || (check.kind === "ping" && check.bindPort !== undefined)
  const wanted = check.connectTimeout ?? trial.real.connectTimeout ?? trial.server.connectTimeout ?? 0
  return [
    ...(binds && cannotBind ? ["left out: where it comes from (bindto, bind_if, bind_port)"] : []),
    ...(check.mark !== undefined && check.mark !== 0 && check.kind !== "ping" ? ["left out: fwmark"] : []),
    ...(wanted > LONGEST_S ? [`waited for ${LONGEST_S} s, not for connect_timeout`] : []),
  ]
}
function connecting(check: Connecting, trial: Trial): Sh {
  const target = targetOf(check, trial)
  if (typeof target === "string") return unfit(target)
  const { address, port, seconds, bindPort, bind } = target
  switch (check.kind) {
    case "tcp":
      return sh`sh -c ${scripts.tcp} moyai-trial ${address} ${port} ${seconds} ${forCurl(check, target)} ${bindPort}`
    case "http":
    case "ssl": {
      const command = webCommand(check, trial, { ...target, bind: forCurl(check, target) })
      return typeof command === "string" ? unfit(command) : command
    }
    case "smtp": {
      const name = check.heloName ?? HELO
      if (!withoutControl(name)) return unfit("the HELO name holds a control character")
      return sh`sh -c ${scripts.smtp} moyai-trial ${address} ${port} ${seconds} ${name} ${seconds * 3}`
    }
    case "ping":
      return sh`sh -c ${scripts.ping} moyai-trial ${address} ${seconds} ${Math.ceil(seconds)} ${bind} ${check.mark ? String(check.mark) : ""}`
    default: {
      const payload = payloadOf(check)
      if (typeof payload === "string") return unfit(payload)
      return sh`sh -c ${scripts.datagram} moyai-trial ${address} ${port} ${seconds} ${octal(payload)}`
    }
  }
}
const miscSeconds = (check: Extract<Check, { kind: "misc" }>, { real, server }: Trial): number => {
  // 0 is keepalived's word for no limit of its own.
  const wanted = check.timeout || Math.ceil(check.delayLoop ?? real.delayLoop ?? server.delayLoop ?? DEFAULT_DELAY_LOOP_S)
  return Math.min(Math.max(wanted, 1), MISC_LONGEST_S)
}
function misc(check: Extract<Check, { kind: "misc" }>, trial: Trial): Sh {
  if (check.path === undefined || check.path.trim() === "") return unfit("there is no misc_path")
  const { user, group } = check.runAs ?? trial.scriptUser ?? { user: "" }
  return sh`sh -c ${scripts.misc} moyai-trial ${check.path} ${miscSeconds(check, trial)} ${user} ${group ?? ""}`
}
/** What the tools said for a person: no escapes and no characters that turn the text around. */
const printable = (text: string): string =>
  text
    .replace(/\r\n?/g, "\n")
    .replace(/(?![\n\t])[\p{Cc}\p{Cf}]/gu, "")
    .slice(0, OUTPUT_MAX)
    .trim()

/** Exit 2 to 255 of a dynamic check is the weight plus 2; 126 and 127 are the shell's, for what it cannot run. */
export const dynamicWeight = (check: Check, exit: number | null): number | null =>
  check.kind === "misc" && check.dynamic === true && exit !== null && exit >= 2 && exit !== 126 && exit !== 127 && exit !== 124
    ? exit - 2
    : null
const judgeMisc = (check: Check, exit: number) => (exit === 0 || dynamicWeight(check, exit) !== null ? "pass" : "fail")

const END = /(?:^|\n)moyai\.trial (pass|fail|unknown|ask) (\d{1,3}) (\d{1,9}) ([0-9a-f]*)\n?$/
function parseTrial(trial: Trial, { exitCode, stdout, stderr }: CommandResult): Tried {
  const end = END.exec(stdout)
  const { check } = trial
  if (!end) return { exit: exitCode, output: printable(`${stdout}\n${stderr}`), verdict: "unknown", ms: 0 }
  const [, word, code, ms, hex = ""] = end
  const exit = Number(code)
  const said = stdout.slice(0, end.index)
  const judged = judge(check, word ?? "", exit, hex)
  const left = omissions(check, trial)
  return {
    // What was never run has no exit code, but that of a missing tool is the shell's own.
    exit: exit === 64 && judged.verdict === "unknown" ? null : exit,
    output: printable([said.trim(), ...judged.more, ...left].filter((line) => line !== "").join("\n")),
    verdict: left.length > 0 ? "unknown" : judged.verdict,
    ms: Number(ms),
  }
}
function judge(check: Check, word: string, exit: number, hex: string): { verdict: Tried["verdict"]; more: readonly string[] } {
  if (word === "pass" || word === "fail" || word === "unknown") return { verdict: word, more: [] }
  if (isQuestion(check)) return judgeReply(check, exit, hex)
  return { verdict: judgeMisc(check, exit), more: [] }
}
function timeoutMs(trial: Trial): number {
  const { check } = trial
  if (check.kind === "misc") return (miscSeconds(check, trial) + 10) * 1_000
  const urls = check.kind === "http" || check.kind === "ssl" ? check.urls.length : 1
  const target = targetOf(check, trial)
  const seconds = typeof target === "string" ? 1 : target.seconds
  return Math.min(10 + seconds * 3 * Math.max(1, urls), 180) * 1_000
}
/**
 * Fact `keepalived.trial`: a health check carried out once on the director, as keepalived would, by bash, curl, ping and what else is there.
 * It runs a program of the model (misc): whoever asks may do that. It takes seconds, so it wants a channel of its own.
 */
export const trial = (one: Trial): Fact<Tried> => ({
  name: "keepalived.trial",
  command: one.check.kind === "misc" ? misc(one.check, one) : connecting(one.check, one),
  parse: (result) => parseTrial(one, result),
  everyMs: 1_000,
  timeoutMs: timeoutMs(one),
})
/** The check as a person would type it there; what is run is a script with the same words. */
export function shownTrial(one: Trial): string {
  const { check } = one
  if (check.kind === "misc") return check.path ?? ""
  const target = targetOf(check, one)
  if (typeof target === "string") return check.kind
  const { address, port, bind } = target
  if (check.kind === "ping") return `ping -n -c 1 ${bind === "" ? "" : `-I ${bind} `}${address}`
  if (check.kind === "http" || check.kind === "ssl") {
    const from = bind === "" ? "" : ` --interface ${bind}`
    const urls = check.urls.map(({ path = "" }) => quote(`${check.kind === "ssl" ? "https" : "http"}://${withPort(address, port)}${path}`))
    return ["curl -k", from, ...urls.map((word) => ` ${word}`)].join("")
  }
  return `exec 3<>/dev/${isQuestion(check) ? "udp" : "tcp"}/${address}/${port}`
}
