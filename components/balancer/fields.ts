import type { Check } from "@/lib/domain/balancer-health"
import type { Kind } from "./draft-text"

/** One field of a form: where its value is, how it is typed, and what it may be. Its words are `balancer.field.<words>`. */
export type Spec =
  | {
      readonly as: "text"
      readonly name: string
      readonly words: string
      readonly isRequired?: boolean
      readonly isSecret?: boolean
      readonly list?: string
    }
  | {
      readonly as: "number"
      readonly name: string
      readonly words: string
      readonly kind: Kind
      readonly from: number
      readonly to: number
      readonly isTime?: boolean
    }
  | { readonly as: "list"; readonly name: string; readonly words: string; readonly kind: Kind; readonly isLong?: boolean }
  | { readonly as: "flag"; readonly name: string; readonly words: string }
  /** Absent is not "off" here: it is what the part around it says, or keepalived's default. */
  | { readonly as: "inherited"; readonly name: string; readonly words: string }
  | { readonly as: "choice"; readonly name: string; readonly words: string; readonly options: readonly string[] }
  | { readonly as: "script"; readonly name: string; readonly words: string }

const words = (name: string): string => name.split(".").join("_")
const text = (name: string, as = words(name)): Spec => ({ as: "text", name, words: as })
const required = (name: string, as = words(name)): Spec => ({ as: "text", name, words: as, isRequired: true })
const whole = (name: string, from: number, to: number, as = words(name)) =>
  ({ as: "number", name, words: as, kind: "whole", from, to }) as const
const wholeSeconds = (name: string, from: number, to: number, as = words(name)) =>
  ({ as: "number", name, words: as, kind: "whole", from, to, isTime: true }) as const
const seconds = (name: string, from: number, to: number, as = words(name)): Spec => ({
  as: "number",
  name,
  words: as,
  kind: "seconds",
  from,
  to,
})
const flag = (name: string, as = words(name)): Spec => ({ as: "flag", name, words: as })
const inherited = (name: string, as = words(name)): Spec => ({ as: "inherited", name, words: as })
const choice = (name: string, options: readonly string[], as = words(name)): Spec => ({ as: "choice", name, words: as, options })
const script = (name: string, as = words(name)): Spec => ({ as: "script", name, words: as })
const list = (name: string, kind: Kind, as = words(name)): Spec => ({
  as: "list",
  name,
  words: as,
  kind,
  isLong: kind !== "words" && kind !== "codes",
})

const U32 = 4_294_967_295
const timing = [
  seconds("delayLoop", 0.000001, 1_000_000_000),
  whole("retry", 1, U32),
  seconds("delayBeforeRetry", 0, 4294),
  seconds("warmup", 0, 4294),
]
const connectTimeout = seconds("connectTimeout", 0.000001, 4294)
const names = [text("virtualHost"), inherited("smtpAlert"), text("snmpName")]

export const serverFields = {
  persistence: [text("persistenceMask"), choice("persistenceEngine", ["sip"])],
  sorry: [text("sorryServer.address"), whole("sorryServer.port", 0, 65535), flag("sorryInhibit")],
  quorum: [whole("quorum", 1, U32), whole("hysteresis", 0, U32), script("quorumUp"), script("quorumDown")],
  failing: [flag("inhibitOnFailure"), flag("alpha"), flag("omega"), flag("haSuspend")],
  timing: [...timing, connectTimeout],
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

const garp = [
  whole("garpMasterDelay", 0, 1000),
  whole("garpMasterRepeat", 1, 10_000),
  whole("garpMasterRefresh", 0, 10_000),
  whole("garpMasterRefreshRepeat", 1, 10_000),
  whole("garpLowerPrioDelay", 0, 1000),
  whole("garpLowerPrioRepeat", 0, 10_000),
]
const notifies = ["notifyMaster", "notifyBackup", "notifyFault", "notifyStop", "notify"].map((name) => script(name))
const version = { as: "number", name: "version", words: "version", kind: "whole", from: 2, to: 3 } as const
export const instanceFields = {
  basic: [
    required("name", "instanceName"),
    text("interface"),
    whole("routerId", 1, 255),
    whole("priority", 1, 255),
    choice("state", ["MASTER", "BACKUP"], "vrrpState"),
    seconds("advertInterval", 0.01, 255),
    list("addresses", "addresses", "vrrpAddresses"),
    flag("nopreempt"),
  ],
  unicast: [text("unicastSource"), list("unicastPeers", "peers"), text("multicastSource")],
  tracking: [list("trackInterfaces", "tracked"), list("trackScripts", "tracked"), flag("dontTrackPrimary")],
  more: [
    version,
    seconds("preemptDelay", 0, 1000),
    list("excludedAddresses", "addresses"),
    choice("authentication.type", ["PASS", "AH"]),
    { as: "text", name: "authentication.password", words: "authentication_password", isSecret: true } as const,
    inherited("higherPrioSendAdvert"),
    inherited("lowerPrioNoAdvert"),
    inherited("smtpAlert"),
    ...garp,
  ],
  scripts: notifies,
} as const
export const syncGroupFields = {
  basic: [required("name", "groupName"), list("members", "words")],
  more: [list("trackInterfaces", "tracked"), list("trackScripts", "tracked"), inherited("smtpAlert"), ...notifies],
} as const
export const scriptBlockFields = {
  basic: [
    required("name", "scriptName"),
    text("script.command", "command"),
    seconds("interval", 1, 1_000_000),
    seconds("timeout", 0, 1_000_000, "scriptTimeout"),
  ],
  more: [
    whole("rise", 1, 1_000_000),
    whole("fall", 1, 1_000_000),
    whole("weight.value", -253, 253),
    text("runAs.user"),
    text("runAs.group"),
    flag("initFail"),
  ],
} as const
export const groupFields = { basic: [required("name", "vsGroupName"), list("members", "members", "vsMembers")], more: [] } as const
export const globalFields = {
  basic: [text("routerId", "globalRouterId"), flag("enableScriptSecurity"), text("scriptUser.user"), text("scriptUser.group")],
  sync: [
    text("syncDaemon.interface"),
    text("syncDaemon.instance"),
    whole("syncDaemon.id", 0, 255),
    whole("syncDaemon.maxlen", 1, 65507),
    whole("syncDaemon.port", 1, 65535),
    whole("syncDaemon.ttl", 1, 255),
    text("syncDaemon.group"),
  ],
  mail: [
    list("notificationEmails", "words"),
    text("notificationFrom"),
    text("smtpServer.address"),
    whole("smtpServer.port", 1, 65535),
    seconds("smtpConnectTimeout", 0.000001, 4294),
  ],
  more: [
    wholeSeconds("timeouts.tcp", 0, 2_678_400),
    wholeSeconds("timeouts.tcpfin", 0, 2_678_400),
    wholeSeconds("timeouts.udp", 0, 2_678_400),
    inherited("flush"),
    whole("vrrpVersion", 2, 3),
    inherited("strict"),
    inherited("skipCheckAdvertAddress"),
    inherited("higherPrioSendAdvert"),
    inherited("lowerPrioNoAdvert"),
    seconds("startupDelay", 0, 1000),
    inherited("checkerLogAllFailures"),
    inherited("dynamicInterfaces"),
    inherited("reloadCheckConfig"),
    ...garp,
  ],
} as const
