import { z } from "zod"
import { checkSchema, timing } from "./balancer-health"
import { kept, optional, script, text, whole } from "./balancer-parts"
import { globalSchema, instanceSchema, scriptBlockSchema, syncGroupSchema } from "./balancer-vrrp"

/**
 * A balancer as Moyai sees it: what keepalived.conf, lvs.cf and a table of IPVS say, without their lines. Absent is what the file does not say,
 * so that a file read, written and read again is the same. Ranges are `balancer-rules.ts`'s to judge: what is wrong must be readable too.
 */
export const protocols = ["tcp", "udp", "sctp"] as const
const protocolSchema = z.enum(protocols)
export const schedulers = ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh", "twos"] as const
export const schedulerFlags = ["flag-1", "flag-2", "flag-3", "sh-fallback", "sh-port", "mh-fallback", "mh-port"] as const
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

export type Forwarding = z.output<typeof forwardingSchema>
export type RealServer = z.output<typeof realServerSchema>
export type Service = z.output<typeof serviceSchema>
export type VirtualServer = z.output<typeof virtualServerSchema>
export type Director = z.output<typeof directorSchema>
export type Balancer = z.output<typeof balancerSchema>
