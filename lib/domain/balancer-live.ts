import { z } from "zod"
import { protocols } from "./balancer"

/** What directors and real servers say of themselves: the values of the drivers' facts, as verbs and the doctor read them. */
export const liveMethods = ["nat", "direct", "tunnel", "local"] as const
export const LiveReal = z.object({
  address: z.string(),
  port: z.int(),
  /** `local`: the director itself, whatever was asked for. */
  method: z.enum(liveMethods),
  weight: z.int(),
  active: z.int(),
  inactive: z.int(),
})
export type LiveReal = z.infer<typeof LiveReal>
/** A service of the kernel's table: `key` is `keyOf` of the model's service. */
export const LiveService = z.object({
  key: z.string(),
  protocol: z.enum(protocols).nullable(),
  address: z.string().nullable(),
  port: z.int().nullable(),
  mark: z.int().nullable(),
  scheduler: z.string(),
  /** Seconds; null when there is none. */
  persistence: z.int().nullable(),
  onePacket: z.boolean(),
  realServers: z.array(LiveReal),
})
export type LiveService = z.infer<typeof LiveService>
/** Fact `ipvs.table`. */
export const LiveTable = z.array(LiveService)
export type LiveTable = z.infer<typeof LiveTable>

const LiveRate = z.object({ connections: z.number(), bytesIn: z.number(), bytesOut: z.number() })
export type LiveRate = z.infer<typeof LiveRate>
/** Fact `ipvs.rates`, per second: `key` of a service, or `key real ADDRESS:PORT` as in a `BalancerChange`. */
export const LiveRates = z.record(z.string(), LiveRate)
export type LiveRates = z.infer<typeof LiveRates>

/** Fact `ipvs.kernel`. */
export const IpvsKernel = z.object({
  /** Whether ip_vs is loaded, or built in. */
  isLoaded: z.boolean(),
  /** Whether it could be: a module file is there. */
  isThere: z.boolean(),
  /** Names of schedulers that this kernel has, loaded or not. */
  schedulers: z.array(z.string()),
  ipvsadm: z.string().nullable(),
  /** Sync daemons that run: their role, interface and id. */
  sync: z.array(z.object({ role: z.enum(["master", "backup"]), interface: z.string(), id: z.int() })),
})
export type IpvsKernel = z.infer<typeof IpvsKernel>

/** Fact `keepalived.service`. */
export const KeepalivedService = z.object({
  isInstalled: z.boolean(),
  active: z.enum(["active", "inactive", "failed", "activating", "deactivating", "reloading", "unknown"]),
  isEnabled: z.boolean(),
  /** SHA-256 of keepalived.conf; null when there is none. */
  configSha256: z.string().nullable(),
  /** Addresses on the interfaces of the machine, lo included, now: who is master is proved by them. */
  addresses: z.array(z.object({ interface: z.string(), address: z.string(), prefix: z.int() })),
})
export type KeepalivedService = z.infer<typeof KeepalivedService>

/** Fact `realserver.state`: how a machine would treat packets for a service address. */
export const RealServerState = z.object({
  addresses: z.array(z.object({ interface: z.string(), address: z.string(), prefix: z.int(), mac: z.string().nullable() })),
  /** arp_ignore and arp_announce by interface, `all` and `lo` included; what counts is the larger of `all` and the interface's. */
  arp: z.record(z.string(), z.object({ ignore: z.int(), announce: z.int() })),
  rpFilter: z.record(z.string(), z.int()),
  /** Whether it passes packets on from one interface to another (ip_forward): NAT needs it on the director. */
  forwards: z.object({ inet: z.boolean(), inet6: z.boolean() }),
  gateways: z.array(z.object({ family: z.enum(["inet", "inet6"]), via: z.string(), interface: z.string() })),
  /** Ports that somebody listens on, with the address listened at: `*` for all, `0.0.0.0` and `::` for all of one family. */
  listening: z.array(z.object({ protocol: z.enum(["tcp", "udp"]), address: z.string(), port: z.int() })),
  /** The packet filter's rules that could drop or redirect, as `nft` or `iptables-save` print them; empty: none, null: cannot be read. */
  filter: z.string().nullable(),
  /** Files of ours that make it last over a reboot: path → content. */
  files: z.record(z.string(), z.string()),
  /** What can keep an address over a reboot here: ifupdown (Debian's interfaces), or nothing that the driver knows. */
  persistence: z.enum(["ifupdown", "none"]),
})
export type RealServerState = z.infer<typeof RealServerState>

/** A packet that a rule of nft marks: ports are a range, both ends in it. */
export const MarkRule = z.strictObject({
  mark: z.int().min(1).max(4_294_967_295),
  protocol: z.enum(protocols),
  address: z.union([z.ipv4(), z.ipv6()]),
  from: z.int().min(1).max(65_535),
  to: z.int().min(1).max(65_535),
})
export type MarkRule = z.infer<typeof MarkRule>
/** Fact `ipvs.marks`: the table of nft that is Moyai's own. */
export const DirectorMarks = z.object({
  /** The version of nft; null: it is not installed. */
  nft: z.string().nullable(),
  /** Loaded in the kernel; null: there is no such table. */
  rules: z.array(MarkRule).nullable(),
  /** Statements in our table that are not ours. */
  strange: z.int(),
  /** The file that is loaded at boot. */
  text: z.string().nullable(),
  isAtBoot: z.boolean(),
})
export type DirectorMarks = z.infer<typeof DirectorMarks>

/** Fact `ipvs.held`: addresses of a director that no VRRP moves. */
export const HeldAddresses = z.object({
  /** Set by Moyai, and set again at boot. */
  kept: z.array(z.string()),
  /** On an interface, lo apart, whoever has put them there. */
  here: z.array(z.string()),
  isAtBoot: z.boolean(),
})
export type HeldAddresses = z.infer<typeof HeldAddresses>
