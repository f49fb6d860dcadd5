import { z } from "zod"
import type { Balancer } from "./balancer"
import type { BalancerEngine } from "./balancer-definition"
import type { BalancerChange } from "./balancer-diff"
import type { ImportNote } from "./balancer-import"
import type { IpvsKernel, KeepalivedService, LiveRate, LiveReal } from "./balancer-live"
import { Name } from "./call"
import type { Sentence } from "./plan"
import type { Report } from "./report"
import type { Coded, FactView, NodeState, PlanView } from "./views"

/** What the queries about virtual servers answer. Times are ms since the epoch on the panel's clock. */

/**
 * `active`: its service addresses are on its interfaces, seen there. `standby`: keepalived runs and none is. `partial`: some are.
 * `stopped`: keepalived does not run. `unknown`: not seen lately. Of a raw director, or one without VRRP: `active` when its table has entries.
 */
export const directorRoles = ["active", "standby", "partial", "stopped", "unknown"] as const
export type DirectorRole = (typeof directorRoles)[number]
export type DirectorView = {
  readonly node: string
  readonly nodeState: NodeState
  readonly role: DirectorRole
  /** Of the service addresses, those that are on its interfaces; null: not seen. */
  readonly holds: readonly string[] | null
  readonly keepalived: FactView<Pick<KeepalivedService, "isInstalled" | "active" | "isEnabled">> | null
  readonly keepalivedVersion: FactView<string | null> | null
  readonly kernel: FactView<IpvsKernel> | null
  /** What its file has otherwise than the panel's current version; null: not read, or it cannot be read. */
  readonly drift: readonly BalancerChange[] | null
  /** Its file says what the panel says, and the kernel's table is none that keepalived would make of it: somebody changed it beside. */
  readonly isTableOther: boolean
  /** Why the drift is not known. */
  readonly driftWhy: Coded | null
  /** A person has said that this difference (by its digest) is to be left alone. */
  readonly isDriftIgnored: boolean
}

/** A real server as it is now and as it is wanted, in the order of the model; those that only the kernel has come last. */
export type RealServerView = {
  /** `10.0.0.2:80`. */
  readonly key: string
  readonly name: string | null
  /** The panel's node that has this address; null: not managed by the panel. */
  readonly node: string | null
  readonly isMaintained: boolean
  readonly wanted: { readonly weight: number } | null
  /** Of the active director; null: not in its table. */
  readonly live: LiveReal | null
  readonly rate: LiveRate | null
  /**
   * `serving`: in the table with weight. `draining`: weight 0 with connections left. `drained`: weight 0 and none. `out`: its checks
   * have it out of the table, or at weight 0 by inhibit. `extra`: in the table, and not the panel's. `unknown`: no fresh table.
   */
  readonly state: "serving" | "draining" | "drained" | "out" | "extra" | "unknown"
  readonly isSorryServer: boolean
}
export type VirtualServerView = {
  /** `tcp 10.0.0.1:80`. */
  readonly key: string
  readonly name: string | null
  readonly scheduler: string
  readonly method: string
  /** `up`: somebody serves. `sorry`: the sorry server alone. `down`: nobody does. */
  readonly state: "up" | "sorry" | "down" | "unknown"
  readonly active: number
  readonly inactive: number
  readonly rate: LiveRate | null
  /** Of its real servers by state; the sorry server is not counted. */
  readonly counts: { readonly serving: number; readonly draining: number; readonly out: number }
  /** Empty where another one was asked for: `of`. */
  readonly realServers: readonly RealServerView[]
}
export type BalancerLive = {
  readonly nowMs: number
  /** The director whose table this is; null: none holds the addresses, or both do. */
  readonly from: string | null
  readonly observedMs: number | null
  /** The rates are read less often than the table. */
  readonly ratesObservedMs: number | null
  readonly virtualServers: readonly VirtualServerView[]
  readonly directors: readonly DirectorView[]
}
export type BalancerRow = {
  readonly name: string
  readonly engine: BalancerEngine
  readonly directors: readonly Pick<DirectorView, "node" | "role" | "nodeState">[]
  readonly virtualServers: readonly Pick<VirtualServerView, "key" | "name" | "state" | "active" | "rate">[]
  /** How many real servers serve, of how many. */
  readonly serving: number
  readonly realServers: number
  /** Of the addresses that VRRP carries: on more than one director, and on none that is seen. */
  readonly twice: readonly string[]
  readonly nowhere: readonly string[]
  /** Those that their checks have out. */
  readonly out: number
  /** Directors whose file cannot be read or understood, so that nobody knows what it has otherwise. */
  readonly unread: readonly string[]
  readonly hasDrift: boolean
}
/** A balancer in which a node is a real server. */
export type NodeReals = {
  readonly balancer: string
  readonly reals: readonly { readonly server: string; readonly name: string | null; readonly real: RealServerView }[]
}
export type BalancerVersionView = {
  readonly number: number
  readonly atMs: number
  readonly who: string
  readonly why: string
  readonly jobId: string | null
}
/** What a version changed against the one before it, which the first has not; `more` are left out. */
export type BalancerVersionChanges = { readonly changes: readonly BalancerChange[]; readonly more: number }
export type BalancerView = BalancerLive & {
  readonly name: string
  readonly engine: BalancerEngine
  readonly nodes: readonly string[]
  readonly version: number
  readonly model: Balancer
  /** Schedulers that every director's kernel has; null before it was asked. */
  readonly schedulers: readonly string[] | null
  readonly warnings: readonly Report[]
  /** A job that works on it. */
  readonly jobId: string | null
  /** Nodes of the panel with their addresses: what may be a director or a real server. */
  readonly machines: readonly { readonly node: string; readonly addresses: readonly string[]; readonly interfaces: readonly string[] }[]
}
/** A file as it is on a node and as it will be; lines with `-`, `+` or ` ` before them, three of context, `@@` between. */
export type FileDiff = { readonly node: string; readonly path: string; readonly isNew: boolean; readonly lines: readonly string[] }
/** What a plan says about a balancer beside its steps. */
export type BalancerPlanView = PlanView & {
  readonly files: readonly FileDiff[]
  /** What changes, in words of the model. */
  readonly balancerChanges: readonly BalancerChange[]
  readonly warnings: readonly Report[]
}

/** A running director, or a file, as it would be taken over. */
export type CoverageLine = {
  readonly line: number
  readonly text: string
  readonly read: "understood" | "verbatim" | "notUnderstood" | "blank"
  readonly reason: string | null
}
export type FileReading = {
  readonly format: "keepalived" | "lvsCf" | "ipvsSave" | "ipvsList"
  readonly understood: number
  readonly verbatim: readonly ImportNote[]
  readonly notUnderstood: readonly ImportNote[]
  readonly cautions: readonly Coded[]
  readonly lines: readonly CoverageLine[]
  readonly model: Balancer
  readonly refusals: readonly Report[]
  readonly warnings: readonly Report[]
}
export type AdoptView = {
  readonly nodes: readonly {
    readonly node: string
    readonly engine: BalancerEngine | null
    readonly why: Coded | null
    readonly reading: FileReading | null
    /** What the panel would write instead of the file: differences of meaning (none wanted) and of text. */
    readonly changes: readonly BalancerChange[]
    readonly text: FileDiff | null
    /** What `keepalived -t` says of the rendered file, there. */
    readonly test: { readonly exit: number; readonly output: string } | null
    /** What the kernel's table has otherwise; empty proves that nothing would change. */
    readonly table: readonly BalancerChange[]
  }[]
  readonly model: Balancer | null
  /** It may be taken over; else why not. */
  readonly verdict: readonly Report[]
}

export const doctorLevels = ["bad", "warn", "ok"] as const
/** One finding of the doctor: words under `doctor.<code>`, what was seen where, and what would mend it. */
export type DoctorFinding = {
  readonly code: string
  readonly params: Readonly<Record<string, string>>
  readonly level: (typeof doctorLevels)[number]
  /** The virtual server or the director that it is about; null: the balancer. */
  readonly of: string | null
  readonly evidence: readonly { readonly node: string; readonly from: string; readonly text: string; readonly atMs: number | null }[]
  /** What a click plans. */
  readonly fix: DoctorFix | null
  /** Where the panel cannot: commands to run there. */
  readonly commands: readonly { readonly node: string; readonly command: string }[]
}
export const DoctorFix = z.discriminatedUnion("kind", [
  /** For every virtual server whose packets it gets unchanged. */
  z.object({ kind: z.literal("prepare"), node: Name, method: z.enum(["loopback", "redirect"]) }),
  z.object({ kind: z.literal("undo"), node: Name, address: z.union([z.ipv4(), z.ipv6()]) }),
  z.object({ kind: z.literal("apply") }),
  z.object({ kind: z.literal("loadModule"), node: Name }),
  z.object({ kind: z.literal("forward"), node: Name }),
  z.object({ kind: z.literal("start"), node: Name }),
  /** A director alone, without VRRP: nothing else would bring the address. */
  z.object({ kind: z.literal("hold"), node: Name, address: z.union([z.ipv4(), z.ipv6()]) }),
])
export type DoctorFix = z.infer<typeof DoctorFix>
export type DoctorView = {
  readonly nowMs: number
  readonly findings: readonly DoctorFinding[]
  /** What was looked at and found well, by code; and what could not be looked at, with the reason. */
  readonly well: readonly string[]
  readonly notSeen: readonly Coded[]
}
export type CheckTrial = {
  readonly node: string
  readonly command: string
  readonly exit: number | null
  readonly output: string
  readonly ms: number
  readonly verdict: "pass" | "fail" | "unknown"
  readonly sentence: Sentence
}
export type WhoAnswers = {
  readonly from: string
  readonly asked: number
  readonly failed: number
  /** By what the answer says, or the server's address where it is told. */
  readonly answers: readonly { readonly who: string; readonly n: number; readonly clientSeen: string | null }[]
}
