import type { Check } from "@/lib/domain/balancer-health"
import { choice, flag, inherited, list, type Spec, script, seconds, text, U32, whole, wholeSeconds } from "./spec"

const delayLoop = seconds("delayLoop", 0.000001, 1_000_000_000)
const retries = [whole("retry", 1, U32), seconds("delayBeforeRetry", 0, 4294), seconds("warmup", 0, 4294)]
const timing = [delayLoop, ...retries]
const connectTimeout = seconds("connectTimeout", 0.000001, 4294)
const names = [text("virtualHost"), inherited("smtpAlert"), text("snmpName")]

export const serverFields = {
  /** In sight: how long a dead server goes on being asked. */
  checking: [delayLoop],
  persistence: [text("persistenceMask"), choice("persistenceEngine", ["sip"])],
  sorry: [text("sorryServer.address"), whole("sorryServer.port", 0, 65535), flag("sorryInhibit")],
  quorum: [whole("quorum", 1, U32), whole("hysteresis", 0, U32), script("quorumUp"), script("quorumDown")],
  failing: [flag("inhibitOnFailure"), flag("alpha"), flag("omega"), flag("haSuspend")],
  timing: [...retries, connectTimeout],
  names: [text("name"), ...names],
} as const
export const realFields = {
  thresholds: [whole("upperThreshold", 0, 65535), whole("lowerThreshold", 0, 65535)],
  failing: [inherited("inhibitOnFailure"), inherited("alpha"), script("notifyUp"), script("notifyDown")],
  timing: [...timing, connectTimeout],
  names: [text("name"), ...names],
} as const
export const tunnelFields = [
  choice("tunnel.type", ["ipip", "gue", "gre"]),
  whole("tunnel.port", 1, 65535),
  choice("tunnel.checksum", ["nocsum", "csum", "remcsum"]),
]

/** Fields of numbers that stand outside of these tables. */
export const limits = {
  persistenceTimeout: wholeSeconds("persistenceTimeout", 1, 2_678_400),
  port: whole("service.port", 0, 65535, "port"),
  mark: whole("service.mark", 1, U32, "mark"),
  realPort: whole("port", 0, 65535, "port"),
  weight: whole("weight", 0, 65535),
  matchFrom: whole("from", 1, 65535),
  matchTo: whole("to", 1, 65535),
} as const

const connection = [
  text("connectIp"),
  whole("connectPort", 1, 65535),
  connectTimeout,
  text("bindTo"),
  whole("bindPort", 1, 65535),
  text("bindInterface"),
  whole("mark", 0, U32, "checkMark"),
]
const ofCheck = [
  ...timing.map((spec) => (spec.name === "retry" ? whole("retry", 0, U32) : spec)),
  inherited("alpha"),
  inherited("logAllFailures"),
]
const web = [choice("httpProtocol", ["1.0", "1.0C", "1.1"]), text("virtualHost"), inherited("fastRecovery")]
type CheckFields = { readonly basic: readonly Spec[]; readonly more: readonly Spec[] }
export const checkFields: Readonly<Record<Check["kind"], CheckFields>> = {
  tcp: { basic: connection.slice(0, 3), more: [...connection.slice(3), ...ofCheck] },
  http: { basic: [], more: [...web, ...connection, ...ofCheck] },
  ssl: { basic: [flag("enableSni"), text("sniName")], more: [inherited("tlsCompliant"), ...web, ...connection, ...ofCheck] },
  smtp: { basic: [text("heloName")], more: [...connection, ...ofCheck] },
  dns: {
    basic: [text("name", "dnsName"), choice("type", ["A", "AAAA", "NS", "CNAME", "SOA", "MX", "TXT"], "dnsType")],
    more: [...connection, ...ofCheck],
  },
  misc: {
    basic: [text("path", "miscPath"), wholeSeconds("timeout", 0, 1_000_000, "miscTimeout"), flag("dynamic")],
    more: [text("runAs.user"), text("runAs.group"), ...ofCheck],
  },
  ping: { basic: [], more: [...connection, ...ofCheck] },
  udp: {
    basic: [text("payload")],
    more: [whole("minReplyLength", 0, 65535), whole("maxReplyLength", 0, 65535), ...connection, ...ofCheck],
  },
}
export const urlFields: CheckFields = {
  basic: [text("path", "urlPath"), list("statusCodes", "codes")],
  more: [
    text("regex"),
    flag("regexNoMatch"),
    list("regexOptions", "words"),
    whole("regexMinOffset", 0, U32),
    whole("regexMaxOffset", 0, U32),
    text("digest"),
    text("virtualHost"),
  ],
}
