import type { Bound } from "../../agents/contract"
import type { Coded } from "../domain/views"
import { askClaim, type Claim, claimed, claimLines, readClaim } from "../node/claim"
import { type CommandResult, isOutcomeUnknown, type NodeSession, OutcomeUnknown } from "../node/session"
import { type Sh, sh, stdinOf } from "../node/sh"

export type Result =
  | { readonly state: "succeeded"; readonly output: string }
  | { readonly state: "failed"; readonly reason: string; readonly output: string }
  | { readonly state: "waiting"; readonly waitingFor: Coded }

export type Attempt = {
  readonly claimName: string
  readonly operation: Bound
  readonly session: NodeSession
  readonly sleep: (ms: number) => Promise<void>
  /** How long an answer to a question is waited for. */
  readonly lookMs: number
  /** True when an earlier attempt left and nobody noted its end. */
  readonly mayHaveRun: boolean
  /** Journals that the command is about to leave. */
  readonly begin: () => Promise<void>
  readonly onLine?: (line: string) => void
}
const POLL_MS = 500
const STATUS_TIMEOUT_MS = 30_000
/** A fence agent's `off` waits by itself until its device says off: what it says after that is asked a few times, not for minutes. */
const SETTLE_MS = 5_000
const OUTPUT_MAX = 16_384

/** Look, claim and act, look again. Throws OutcomeUnknown when the node does not answer. */
export async function attempt(a: Attempt): Promise<Result> {
  if (a.operation.isCheck) return check(a)
  const settled = !a.operation.alwaysRun && (await isSettled(a))
  if (settled && !a.mayHaveRun) return { state: "succeeded", output: "" }
  await a.begin()
  // While an earlier command may be at work or on its way, a look proves nothing: the claim has the word.
  // Claiming again answers for the earlier one, or, done with an empty command, shuts the door on it.
  return untilOver(a, await act(a, settled ? sh`true` : a.operation.command))
}

/** A step that only looks: repeated freely, never claimed. */
async function check(a: Attempt): Promise<Result> {
  await a.begin()
  const seen = await look(a)
  if (judged(a, seen)) return { state: "succeeded", output: "" }
  return { state: "failed", reason: "checkNotMet", output: tail(seen.stdout) }
}

const tail = (text: string): string => text.slice(-OUTPUT_MAX)
const look = async ({ session, operation, lookMs }: Attempt) => {
  // What is asked by what it reads (a fence agent with its password) is no fact.
  if (stdinOf(operation.look) !== "") return session.run(operation.look, { timeoutMs: STATUS_TIMEOUT_MS })
  const [seen] = await session.read([operation.look], { timeoutMs: lookMs })
  if (!seen) throw new Error("a session answered fewer commands than it was asked")
  return seen
}
const isSettled = async (a: Attempt): Promise<boolean> => judged(a, await look(a))
/** An answer that cannot be read says nothing: neither yes nor no. */
function judged({ operation, session }: Attempt, seen: CommandResult): boolean {
  try {
    return operation.isSettled(seen)
  } catch (error) {
    throw new OutcomeUnknown(`\`${operation.look.masked}\` on ${session.node}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
const ask = async ({ session, claimName, lookMs }: Attempt): Promise<Claim> =>
  readClaim(await session.run(askClaim(claimName, session.claims), { timeoutMs: lookMs }))

async function act(a: Attempt, command: Sh): Promise<Claim> {
  try {
    const { timeoutMs, clean = (text: string) => text } = a.operation
    const { onLine } = a
    const options = onLine ? { timeoutMs, onLine: claimLines((line) => onLine(clean(line))) } : { timeoutMs }
    return readClaim(await a.session.run(claimed(a.claimName, command, a.session.claims), options))
  } catch (error) {
    if (!isOutcomeUnknown(error)) throw error
    return ask(a)
  }
}

async function untilOver(a: Attempt, first: Claim): Promise<Result> {
  let claim = first
  for (let waitedMs = 0; claim.state === "running" && waitedMs < a.operation.timeoutMs; waitedMs += POLL_MS) {
    await a.sleep(POLL_MS)
    claim = await ask(a)
  }
  const node = a.session.node
  if (claim.state === "running") return { state: "waiting", waitingFor: { code: "stillRunning", params: { node } } }
  if (claim.state === "none") return { state: "waiting", waitingFor: { code: "didNotArrive", params: { node, why: claim.why } } }
  return judge(a, claim)
}

type Over = Exclude<Claim, { readonly state: "none" } | { readonly state: "running" }>
function cleaned({ operation: { clean } }: Attempt, over: Over): Over {
  return clean && over.state === "done" ? { ...over, stdout: clean(over.stdout), stderr: clean(over.stderr) } : over
}
/** A fact may lag behind a success, so it is polled; after a failure one look is enough. */
async function judge(a: Attempt, raw: Over): Promise<Result> {
  const claim = cleaned(a, raw)
  const isOk = claim.state === "done" && claim.exitCode === 0
  const output = claim.state === "done" ? tail([claim.stdout, claim.stderr].filter(Boolean).join("\n")) : ""
  if (isOk && a.operation.isProvenByExit) return { state: "succeeded", output }
  const patienceMs = isOk ? (a.operation.alwaysRun ? SETTLE_MS : a.operation.timeoutMs) : 0
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    if ((isOk || !a.operation.alwaysRun) && (await isSettled(a))) return { state: "succeeded", output }
    if (waitedMs >= patienceMs) break
    await a.sleep(POLL_MS)
  }
  const how =
    claim.state === "done" ? `exit code ${claim.exitCode} ${claim.stderr.trim().slice(-500)}`.trim() : "it ended without an exit code"
  return { state: "failed", reason: `\`${a.operation.command.masked}\` on ${a.session.node}: ${how}`, output }
}
