import type { Sh } from "./sh"

/** A command's answer. A non-zero exit code is a value, never a throw. */
export type CommandResult = {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  /** Set when an output went over its bound; the output itself says so too, in its last line. */
  readonly truncated?: true
}

export type RunOptions = {
  readonly timeoutMs: number
  /** Each complete line of stdout as it arrives, without its newline. */
  readonly onLine?: (line: string) => void
  /** Aborting ends the remote process (by its process group, over a second channel) and rejects with OutcomeUnknown. */
  readonly signal?: AbortSignal
  /** Bytes of stdout and of stderr kept, each; the rest is read, dropped and noted in `truncated`. Default 1 MiB. */
  readonly outputMaxBytes?: number
}

export type ReadOptions = {
  readonly timeoutMs: number
  /** By a second persistent shell: what it takes holds up nothing else that is read. */
  readonly isAside?: boolean
}

/** A file to be put in place whole or not at all. */
export type PutFile = {
  readonly path: string
  readonly content: string
  /** Octal, such as 0o644. */
  readonly mode: number
  /** Run on the temporary file before it is renamed; its path is appended as the last word. Non-zero refuses the file. */
  readonly check?: Sh
  readonly timeoutMs: number
}
export type PutResult =
  | { readonly state: "unchanged" | "written"; readonly sha256: string; readonly keptAs?: string }
  | { readonly state: "refused"; readonly exitCode: number; readonly stdout: string; readonly stderr: string }

/** The only port to a machine. Throws OutcomeUnknown when nobody can say whether a command ran. */
export interface NodeSession {
  readonly node: string
  /** Where commands are claimed, when it is not the place for root's. */
  readonly claims?: string
  /** For what changes something or takes long: a channel of its own. What the command reads travels with it. */
  run(command: Sh, options: RunOptions): Promise<CommandResult>
  /** For facts: all in one round trip through the persistent shell, answered in order. They read nothing and change nothing. */
  read(commands: readonly Sh[], options: ReadOptions): Promise<readonly CommandResult[]>
  /** Temporary file beside the target, length and SHA-256 compared, check, old version kept, rename. */
  put(file: PutFile): Promise<PutResult>
}

/** Thrown when nobody can say whether the command ran. It is told by name, for there are two bundles. */
export class OutcomeUnknown extends Error {
  override readonly name: string = "OutcomeUnknown"
}
export const isOutcomeUnknown = (error: unknown): error is OutcomeUnknown =>
  error instanceof Error && (error.name === "OutcomeUnknown" || error.name === "Unreachable")

/** An OutcomeUnknown of which it is known that nothing was sent: no connection, a refused host key, a failed login. */
export class Unreachable extends OutcomeUnknown {
  override readonly name = "Unreachable"
  readonly why: UnreachableWhy
  constructor(message: string, why: UnreachableWhy) {
    super(message)
    this.why = why
  }
}
export type UnreachableWhy =
  | { readonly code: "refused" | "timeout" | "closed" | "auth" | "dns" | "other" }
  | { readonly code: "hostKeyChanged"; readonly pinned: string; readonly offered: string }
export const isUnreachable = (error: unknown): error is Unreachable => error instanceof Error && error.name === "Unreachable"

/** Where a node is reached: several may share an address. Name, host and user never begin with "-". */
export type Endpoint = {
  readonly node: string
  readonly host: string
  readonly port: number
  readonly user: string
  /** When not root: every command goes through `sudo -n`. */
  readonly sudo: boolean
  /** The node to go through, when there is no direct way. */
  readonly via?: Endpoint
  /** The pinned host key as in known_hosts: "ssh-ed25519 AAAA…". */
  readonly hostKey: string
}
