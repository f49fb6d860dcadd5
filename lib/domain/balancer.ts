import { z } from "zod"

/**
 * A balancer as Moyai sees it: what keepalived.conf, lvs.cf and a table of IPVS say, without their lines. Absent is what the file does not say,
 * so that a file read, written and read again is the same. Ranges are `balancer-rules.ts`'s to judge: what is wrong must be readable too.
 */
const text = z.string()
const whole = z.number().int()
/** Seconds, down to microseconds. */
const seconds = z.number().nonnegative()
const optional = { text: text.optional(), whole: whole.optional(), seconds: seconds.optional(), flag: z.boolean().optional() } as const

/** Statements that the model does not have, and comments, as written; before which statement of their block, "" is its end. */
const keptSchema = z.object({ text, before: text }).readonly()
const kept = z.array(keptSchema).readonly().default([])
const scriptSchema = z.object({ command: text, user: optional.text, group: optional.text }).readonly()
const script = scriptSchema.optional()

export const protocols = ["tcp", "udp", "sctp"] as const
const protocolSchema = z.enum(protocols)
export const schedulers = ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh", "twos"] as const
export const schedulerFlags = ["flag-1", "flag-2", "flag-3", "sh-port", "sh-fallback", "mh-port", "mh-fallback"] as const
export const tunnelTypes = ["ipip", "gue", "gre"] as const
export const checksums = ["nocsum", "csum", "remcsum"] as const
export const forwardingMethods = ["nat", "direct", "tunnel"] as const
const forwardingSchema = z
  .object({
    method: z.enum(forwardingMethods),
    tunnel: z
      .object({ type: z.enum(tunnelTypes), port: optional.whole, checksum: z.enum(checksums).optional() })
      .readonly()
      .optional(),
  })
  .readonly()

/** Seconds where a time is meant; what a check does not say is its real server's, then its virtual server's. */
const timing = {
  alpha: optional.flag,
  retry: optional.whole,
  delayBeforeRetry: optional.seconds,
  delayLoop: optional.seconds,
  warmup: optional.seconds,
}
const common = { ...timing, logAllFailures: optional.flag, kept }
const connection = {
  ...common,
  connectTimeout: optional.seconds,
  connectIp: optional.text,
  connectPort: optional.whole,
  bindTo: optional.text,
  bindInterface: optional.text,
  bindPort: optional.whole,
  mark: optional.whole,
}
const urlSchema = z
  .object({
    path: optional.text,
    statusCodes: z
      .array(z.object({ from: whole, to: whole }).readonly())
      .readonly()
      .optional(),
    digest: optional.text,
    virtualHost: optional.text,
    regex: optional.text,
    regexNoMatch: optional.flag,
    regexOptions: z.array(text).readonly().optional(),
    regexMinOffset: optional.whole,
    regexMaxOffset: optional.whole,
    kept,
  })
  .readonly()
const web = {
  ...connection,
  httpProtocol: optional.text,
  fastRecovery: optional.flag,
  virtualHost: optional.text,
  urls: z.array(urlSchema).readonly().default([]),
}
const checkSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("tcp"), ...connection }).readonly(),
  z.object({ kind: z.literal("http"), ...web }).readonly(),
  z.object({ kind: z.literal("ssl"), ...web, enableSni: optional.flag, sniName: optional.text, tlsCompliant: optional.flag }).readonly(),
  z.object({ kind: z.literal("smtp"), ...connection, heloName: optional.text }).readonly(),
  z.object({ kind: z.literal("dns"), ...connection, type: optional.text, name: optional.text }).readonly(),
  z
    .object({
      kind: z.literal("misc"),
      ...common,
      path: optional.text,
      timeout: optional.whole,
      dynamic: optional.flag,
      user: optional.text,
      group: optional.text,
    })
    .readonly(),
  z.object({ kind: z.literal("ping"), ...connection }).readonly(),
  z
    .object({
      kind: z.literal("udp"),
      ...connection,
      payload: optional.text,
      /** "": any reply. Hexadecimal digits, X for one that may be any. */
      requireReply: optional.text,
      minReplyLength: optional.whole,
      maxReplyLength: optional.whole,
    })
    .readonly(),
])
const inherited = {
  ...timing,
  connectTimeout: optional.seconds,
  inhibitOnFailure: optional.flag,
  virtualHost: optional.text,
  smtpAlert: optional.flag,
  snmpName: optional.text,
}
const realServerSchema = z
  .object({
    name: optional.text,
    address: text,
    /** Absent: as the virtual server's. */
    port: optional.whole,
    weight: optional.whole,
    /** Absent: the virtual server's. */
    forwarding: forwardingSchema.optional(),
    upperThreshold: optional.whole,
    lowerThreshold: optional.whole,
    ...inherited,
    notifyUp: script,
    notifyDown: script,
    checks: z.array(checkSchema).readonly().default([]),
    kept,
  })
  .readonly()
/** What a rule of the packet filter marks, so that ports of one address, or several addresses, are one service. */
const matchSchema = z.object({ protocol: protocolSchema, address: text, from: whole, to: whole }).readonly()
const serviceSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("address"), address: text, port: optional.whole, protocol: protocolSchema.optional() }).readonly(),
  z
    .object({
      kind: z.literal("mark"),
      mark: whole,
      family: z.enum(["inet", "inet6"]).optional(),
      match: z.array(matchSchema).readonly().optional(),
    })
    .readonly(),
  z.object({ kind: z.literal("group"), group: text, protocol: protocolSchema.optional() }).readonly(),
])
const virtualServerSchema = z
  .object({
    name: optional.text,
    service: serviceSchema,
    scheduler: text,
    schedulerFlags: z.array(z.enum(schedulerFlags)).readonly().default([]),
    onePacket: optional.flag,
    forwarding: forwardingSchema,
    /** Seconds. */
    persistenceTimeout: optional.whole,
    /** Of IPv4 as 255.255.255.0, of IPv6 as a length. */
    persistenceMask: optional.text,
    persistenceEngine: optional.text,
    ...inherited,
    haSuspend: optional.flag,
    omega: optional.flag,
    quorum: optional.whole,
    hysteresis: optional.whole,
    quorumUp: script,
    quorumDown: script,
    sorryServer: z.object({ address: text, port: optional.whole }).readonly().optional(),
    sorryInhibit: optional.flag,
    sorryForwarding: forwardingSchema.optional(),
    realServers: z.array(realServerSchema).readonly().default([]),
    kept,
  })
  .readonly()

const trackedSchema = z.object({ name: text, weight: optional.whole, reverse: optional.flag }).readonly()
const tracked = z.array(trackedSchema).readonly().optional()
/** One address of VRRP, with its prefix if it was written; `options` are words of `ip address add` as they stand. */
const vipSchema = z
  .object({
    address: text,
    prefix: optional.whole,
    interface: optional.text,
    label: optional.text,
    options: z.array(text).readonly().optional(),
  })
  .readonly()
const vips = z.array(vipSchema).readonly().optional()
const peerSchema = z.object({ address: text, minTtl: optional.whole, maxTtl: optional.whole }).readonly()
const notifies = {
  notifyMaster: script,
  notifyBackup: script,
  notifyFault: script,
  notifyStop: script,
  notify: script,
  smtpAlert: optional.flag,
}
const gratuitous = {
  garpMasterDelay: optional.whole,
  garpMasterRepeat: optional.whole,
  garpMasterRefresh: optional.whole,
  garpMasterRefreshRepeat: optional.whole,
  garpLowerPrioDelay: optional.whole,
  garpLowerPrioRepeat: optional.whole,
}
const instanceSchema = z
  .object({
    name: text,
    state: z.enum(["MASTER", "BACKUP"]).optional(),
    interface: optional.text,
    routerId: optional.whole,
    priority: optional.whole,
    advertInterval: optional.seconds,
    version: optional.whole,
    nopreempt: optional.flag,
    preemptDelay: optional.seconds,
    multicastSource: optional.text,
    unicastSource: optional.text,
    unicastPeers: z.array(peerSchema).readonly().optional(),
    authentication: z.object({ type: optional.text, password: optional.text, kept }).readonly().optional(),
    ...gratuitous,
    higherPrioSendAdvert: optional.flag,
    lowerPrioNoAdvert: optional.flag,
    dontTrackPrimary: optional.flag,
    trackInterfaces: tracked,
    trackScripts: tracked,
    addresses: vips,
    excludedAddresses: vips,
    ...notifies,
    kept,
  })
  .readonly()
const scriptBlockSchema = z
  .object({
    name: text,
    script: script,
    interval: optional.seconds,
    timeout: optional.seconds,
    weight: z.object({ value: whole, reverse: optional.flag }).readonly().optional(),
    rise: optional.whole,
    fall: optional.whole,
    user: optional.text,
    group: optional.text,
    initFail: optional.flag,
    kept,
  })
  .readonly()
const syncGroupSchema = z
  .object({ name: text, members: z.array(text).readonly().optional(), trackInterfaces: tracked, trackScripts: tracked, ...notifies, kept })
  .readonly()
const globalSchema = z
  .object({
    routerId: optional.text,
    notificationEmails: z.array(text).readonly().optional(),
    notificationFrom: optional.text,
    smtpServer: z.object({ address: text, port: optional.whole }).readonly().optional(),
    smtpConnectTimeout: optional.seconds,
    enableScriptSecurity: optional.flag,
    scriptUser: z.object({ user: text, group: optional.text }).readonly().optional(),
    syncDaemon: z
      .object({
        interface: text,
        instance: optional.text,
        id: optional.whole,
        maxlen: optional.whole,
        port: optional.whole,
        ttl: optional.whole,
        group: optional.text,
      })
      .readonly()
      .optional(),
    /** Seconds, of `ipvsadm --set`. */
    timeouts: z.object({ tcp: optional.whole, tcpfin: optional.whole, udp: optional.whole }).readonly().optional(),
    flush: optional.flag,
    vrrpVersion: optional.whole,
    ...gratuitous,
    higherPrioSendAdvert: optional.flag,
    lowerPrioNoAdvert: optional.flag,
    skipCheckAdvertAddress: optional.flag,
    strict: optional.flag,
    startupDelay: optional.seconds,
    checkerLogAllFailures: optional.flag,
    dynamicInterfaces: optional.flag,
    reloadCheckConfig: optional.flag,
    kept,
  })
  .readonly()
/** Of a virtual_server_group: one address or a range as written, or a mark. */
const memberSchema = z.union([
  z.object({ addresses: text, port: optional.whole }).readonly(),
  z.object({ mark: whole, family: z.enum(["inet", "inet6"]).optional() }).readonly(),
])
const groupSchema = z.object({ name: text, members: z.array(memberSchema).readonly().default([]), kept }).readonly()
const list = <T extends z.ZodType>(one: T) => z.array(one).readonly().default([])
const directorSchema = z
  .object({
    global: globalSchema.optional(),
    scripts: list(scriptBlockSchema),
    syncGroups: list(syncGroupSchema),
    instances: list(instanceSchema),
    groups: list(groupSchema),
  })
  .readonly()
export const balancerSchema = z.object({ directors: list(directorSchema), virtualServers: list(virtualServerSchema), kept }).readonly()

export type Kept = z.output<typeof keptSchema>
export type Protocol = z.output<typeof protocolSchema>
export type Forwarding = z.output<typeof forwardingSchema>
export type Check = z.output<typeof checkSchema>
export type RealServer = z.output<typeof realServerSchema>
export type Service = z.output<typeof serviceSchema>
export type VirtualServer = z.output<typeof virtualServerSchema>
export type VrrpInstance = z.output<typeof instanceSchema>
export type Director = z.output<typeof directorSchema>
export type Balancer = z.output<typeof balancerSchema>
