import { choice, flag, inherited, list, required, script, seconds, text, whole, wholeSeconds } from "./spec"

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
    flag("weight.reverse"),
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
