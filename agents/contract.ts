import type { z } from "zod"
import type { Call } from "../lib/domain/call"
import type { Sentence } from "../lib/domain/plan"
import type { CommandResult } from "../lib/node/session"
import type { Sh } from "../lib/node/sh"

/** Reads. One command, one pure parser; the parser throws an Error with a plain sentence on output that it does not understand. */
export type Fact<T = unknown> = {
  /** Unique on a node: "system.load", "ocf.monitor:httpd". */
  readonly name: string
  readonly command: Sh
  readonly parse: (result: CommandResult) => T
  readonly everyMs: number
  /** Longest that the command may take. Default 10 s. */
  readonly timeoutMs?: number
  /** Of a file that is asked for once and may be larger than a session's answers (1 MiB): read on a channel of its own. */
  readonly outputMaxBytes?: number
  /** It differs at nearly every reading: the database takes it once a minute only. */
  readonly isVolatile?: boolean
  /** Thousands of rows may be in it: neither stored nor streamed nor listed; screens ask for what they need of it. */
  readonly isBulky?: boolean
  /** It takes a second where there is much of it: read by a second shell, so that nothing else is read later for it. */
  readonly isAside?: boolean
}

/** An operation with its parameters: what the runner needs, and nothing of the technology. */
export type Bound = {
  readonly sentence: Sentence
  readonly command: Sh
  readonly timeoutMs: number
  readonly look: Sh
  readonly isSettled: (seen: CommandResult) => boolean
  /** Exit code 0 of the command is proof enough (OCF start): no look afterwards. */
  readonly isProvenByExit: boolean
  /** A command that only looks and changes nothing: neither claimed nor looked at before. */
  readonly isCheck: boolean
  /** Runs even when a look says that it is settled already, and an error of its own is one: fencing is never inferred. */
  readonly alwaysRun: boolean
  /** Thousands of rows: until its job ends, bulky facts of the node are not read beside it. */
  readonly isBulky: boolean
  /** Takes secrets out of what the tool printed: some repeat what they read. */
  readonly clean?: (text: string) => string
  /** Nothing is done on the node: the job waits for so long, by the panel's clock. */
  readonly delayMs?: number
}
/** Writes. */
export type Operation = { readonly name: string; readonly bind: (params: unknown) => Bound }

type OperationSpec<P, T> = {
  readonly name: string
  readonly params: z.ZodType<P>
  readonly timeoutMs: (params: P) => number
  readonly sentence: (params: P) => Sentence
  readonly command: (params: P) => Sh
  /** The fact that settles it: no-op check, verification and crash recovery in one. */
  readonly fact: (params: P) => Fact<T>
  readonly settled: (seen: T, params: P) => boolean
  readonly isProvenByExit?: boolean | ((params: P) => boolean)
  readonly isCheck?: boolean
  readonly alwaysRun?: boolean
  readonly isBulky?: boolean
  readonly clean?: (params: P) => (text: string) => string
  readonly delayMs?: (params: P) => number
}
/** @throws ZodError from `bind` when the stored parameters do not fit. */
export const defineOperation = <P, T>(spec: OperationSpec<P, T>): Operation => ({
  name: spec.name,
  bind: (raw) => {
    const params = spec.params.parse(raw)
    const { command: look, parse } = spec.fact(params)
    const proven = spec.isProvenByExit ?? false
    return {
      sentence: spec.sentence(params),
      command: spec.command(params),
      timeoutMs: spec.timeoutMs(params),
      look,
      isSettled: (seen) => spec.settled(parse(seen), params),
      isProvenByExit: typeof proven === "boolean" ? proven : proven(params),
      isCheck: spec.isCheck ?? false,
      alwaysRun: spec.alwaysRun ?? false,
      isBulky: spec.isBulky ?? false,
      ...(spec.clean ? { clean: spec.clean(params) } : {}),
      ...(spec.delayMs ? { delayMs: spec.delayMs(params) } : {}),
    }
  },
})

/** What the journal of a node tells at once, so that polling is only the safety net. */
export type Push = {
  /** Runs as long as the connection; one line, one event. */
  readonly command: Sh
  /** Names of facts to read now; empty for a line that says nothing. */
  readonly wakes: (line: string) => readonly string[]
}

/** All that the panel knows about one technology. */
export type Driver<Definition = unknown, T = unknown> = {
  readonly name: string
  readonly definition: z.ZodType<Definition>
  /** What to read depends on what is defined; with nothing defined, what every node has. */
  readonly facts: (definitions: readonly Definition[]) => readonly Fact<T>[]
  readonly operations: readonly Operation[]
  /** Pure difference for one node; empty when nothing is to do. `actual` is by fact name. */
  readonly plan: (node: string, desired: readonly Definition[], actual: Readonly<Record<string, unknown>>) => readonly Call[]
  readonly push?: (definitions: readonly Definition[]) => Push
  /** IP addresses (without prefix) that the definition brings up: looked for on every member before a start. */
  readonly addresses?: (definition: Definition) => readonly string[]
  /** What no second resource of the cluster may be as well: an address, a unit, a mount point. */
  readonly unique?: (definition: Definition) => readonly string[]
  /** rgmanager's resource type (ip, fs, script …), which orders it among its siblings; any other word is untyped. */
  readonly treeType?: (definition: Definition) => string
}

/** A command that has begun on a pretend machine; `end` is its last effect and its answer. */
export type Begun = {
  readonly takesMs: number
  readonly hasEffect: boolean
  readonly end: () => CommandResult
  /** It streams: lines come until the session ends. */
  readonly follow?: (onLine: (line: string) => void) => () => void
}
export type Machine = {
  readonly begin: (argv: readonly string[], stdin: string) => Begun | undefined
  /** Resources that may be active here, half started and half stopped included. */
  readonly held: () => readonly string[]
  /** For the demo: an effect from outside, such as a unit stopped by hand. False when it knows no such thing. */
  readonly disturb?: (what: string, name: string) => boolean
  /** For the demo: what can be stopped by hand, and whether it runs. */
  readonly units?: () => readonly { readonly name: string; readonly isRunning: boolean }[]
}
/** What goes wrong on a machine: an action that fails, or one that takes a minute. */
export type Trouble = "start" | "stop" | "slow"
/** The pretend machine as its simulators see it; they share it, as programs share a kernel. */
export type SimHost = {
  readonly node: string
  readonly nowMs: () => number
  readonly has: (trouble: Trouble, resource: string) => boolean
  /** New at each boot; the other stays. */
  readonly bootId: string
  readonly machineId: string
  readonly bootedAtMs: number
  /** What is on its disk, by path: it survives a reboot. */
  readonly disk: Map<string, string>
  /** Addresses with prefix on eth0; OCF's IPaddr2 adds to them, `ip` shows them. */
  readonly addresses: Set<string>
  /** Whether another machine answers at this address or name, over the network between them. */
  readonly sees?: (address: string) => boolean
  /** What its daemons call to those of other machines on the segment, by channel (a VRID …), and hear of them. */
  readonly lan?: {
    /** Whether its cable is plugged in. */
    readonly isUp: () => boolean
    /** It stands until something else is said, or nothing any more, or the power goes. */
    readonly say: (channel: string, text: string | undefined) => void
    /** What is said there by every machine that this one can hear. */
    readonly hears: (channel: string) => readonly string[]
    /** Told when another says something else, or when cables or power change. */
    readonly onChange: (act: () => void) => void
  }
  /** A timer of one of its daemons: it ends with the power. */
  readonly after?: (delayMs: number, act: () => void) => void
  /** The power switch of the rack, for simulated fence agents. `trouble` is of a device: broken answers errors, lies says what it did not do. */
  readonly power?: {
    readonly isOn: (plug: string) => boolean
    readonly set: (plug: string, isOn: boolean) => void
    readonly trouble: (device: string) => "broken" | "lies" | "slow" | undefined
  }
}
export type Simulate = (host: SimHost) => Machine
