import { putBy } from "../node/put"
import { type CommandResult, type NodeSession, OutcomeUnknown, type RunOptions, Unreachable } from "../node/session"
import { type Sh, stdinOf } from "../node/sh"
import type { SimClock } from "./clock"
import type { SimMachine } from "./machine"
import type { Running } from "./running"

/** Where a command is when `error` strikes: not sent, on its way, at work, or done with its answer lost. */
export type Fault = { readonly when: "before" | "late" | "during" | "after"; readonly error: Error }
export type FaultOf = (node: string, command: Sh) => Fault | undefined
const LATE_MS = 7_000

export type Link = {
  readonly clock: SimClock
  readonly machine: SimMachine
  readonly isPlugged: () => boolean
  readonly faultOf: FaultOf
  /** Told when the cable is pulled or the power goes. */
  readonly onBreak: (broke: () => void) => () => void
}

/** The port to one pretend machine. */
export function simSession(node: string, { clock, machine, isPlugged, faultOf, onBreak }: Link): NodeSession {
  const isReachable = () => machine.isOn() && isPlugged()
  /** Sends it, unless a fault strikes on the way. */
  function send(command: Sh): { readonly running: Running; readonly fault: Fault | undefined } {
    if (!isReachable()) throw new Unreachable(`${node} cannot be reached`, { code: "timeout" })
    const fault = faultOf(node, command)
    const receive = () => machine.receive(command.argv, stdinOf(command))
    if (fault?.when === "late") clock.after(LATE_MS, () => void receive())
    if (fault?.when === "before" || fault?.when === "late") throw fault.error
    const running = receive()
    if (fault?.when === "during") throw fault.error
    if (!running) throw new Unreachable(`${node} cannot be reached`, { code: "timeout" })
    return { running, fault }
  }
  async function finish(running: Running, fault: Fault | undefined, { timeoutMs, signal }: Pick<RunOptions, "timeoutMs" | "signal">) {
    const boots = machine.boots()
    await clock.sleep(Math.min(running.takesMs, timeoutMs), signal)
    if (fault) throw fault.error
    if (signal?.aborted) {
      running.kill()
      throw new OutcomeUnknown(`the command on ${node} was called off`)
    }
    const isLost = running.takesMs > timeoutMs || !isReachable() || machine.boots() !== boots
    if (isLost) throw new OutcomeUnknown(`no answer from ${node} in ${timeoutMs} ms`)
    return running.answer() ?? { exitCode: 1, stdout: "", stderr: "no answer" }
  }
  /** A stream has no end of its own: it always ends without an answer. */
  async function stream(running: Running, { timeoutMs, signal, onLine }: RunOptions): Promise<never> {
    const ended = new AbortController()
    const end = () => ended.abort()
    const unfollow = running.follow?.((line) => isPlugged() && onLine?.(line))
    const unbreak = onBreak(end)
    signal?.addEventListener("abort", end)
    if (signal?.aborted) end()
    await clock.sleep(timeoutMs, ended.signal)
    unfollow?.()
    unbreak()
    signal?.removeEventListener("abort", end)
    throw new OutcomeUnknown(`the stream from ${node} ended`)
  }
  async function run(command: Sh, options: RunOptions): Promise<CommandResult> {
    const { running, fault } = send(command)
    if (running.follow) return stream(running, options)
    const result = await finish(running, fault, options)
    // A last line without its newline is no line yet: then all of it comes with the answer.
    if (options.onLine && result.stdout.endsWith("\n")) for (const line of result.stdout.slice(0, -1).split("\n")) options.onLine(line)
    return result
  }
  async function read(commands: readonly Sh[], options: { readonly timeoutMs: number }): Promise<readonly CommandResult[]> {
    const [first, ...rest] = commands
    if (!first) return []
    const { running, fault } = send(first)
    const results = [await finish(running, fault, options)]
    for (const command of rest) {
      const next = machine.receive(command.argv, stdinOf(command))
      if (!next) throw new OutcomeUnknown(`no answer from ${node}`)
      results.push(await finish(next, undefined, options))
    }
    return results
  }
  return { node, run, read, put: (file) => putBy(run, node, file) }
}
