import type { Machine, SimHost } from "../../agents/contract"
import { simulators } from "../../agents/registry"
import { type Claim, claimRequest, writeClaim } from "../node/claim"
import type { CommandResult } from "../node/session"
import type { SimClock } from "./clock"
import { diskCommand } from "./disk"
import type { SimLan } from "./lan"
import { done, type Running } from "./running"

/** What all pretend machines share, and how they tell of themselves. */
export type SimWorld = {
  readonly clock: SimClock
  /** "<node> <trouble> <resource>" */
  readonly troubles: ReadonlySet<string>
  /** A command with an effect begins. */
  readonly began: (node: string, argv: readonly string[]) => void
  /** What the machines hold may have changed. */
  readonly moved: () => void
  /** Whether a machine of this name gets an answer from this address or name. */
  readonly sees: (from: string, address: string) => boolean
  readonly power: NonNullable<SimHost["power"]>
  readonly lan: SimLan
}
export type Boot = {
  readonly machines: readonly Machine[]
  /** A command has arrived. A claimed one cannot be killed: it outlives who asked for it. */
  readonly receive: (argv: readonly string[], stdin: string) => Running
  /** The power goes: nothing that is under way has an end. */
  readonly end: () => void
}

/** A pretend machine from one start to the next loss of power: its programs, and the claims that a reboot empties. */
export function createBoot(host: SimHost, { clock, began, moved }: SimWorld): Boot {
  const machines = simulators.map((simulate) => simulate(host))
  const claims = new Map<string, Running>()
  let isOver = false

  function perform(argv: readonly string[], stdin: string): Running {
    const begun = machines.map((machine) => machine.begin(argv, stdin)).find((b) => b !== undefined)
    if (!begun) return diskCommand(host.disk, argv, stdin, (inner) => perform(inner, "")) ?? done(127, "", `sh: ${argv[0]}: not found\n`)
    if (begun.follow) return { ...done(0), follow: begun.follow }
    if (begun.hasEffect) {
      began(host.node, argv)
      moved()
    }
    let answer: CommandResult | undefined
    const kill = clock.after(begun.takesMs, () => {
      if (isOver) return
      answer = begun.end()
      if (begun.hasEffect) moved()
    })
    return { takesMs: begun.takesMs, answer: () => answer, kill }
  }
  const claimOf = (step: string): Claim => {
    const answer = claims.get(step)?.answer()
    if (answer) return { state: "done", ...answer }
    return claims.has(step) ? { state: "running" } : { state: "none", why: "" }
  }
  function receive(argv: readonly string[], stdin: string): Running {
    const request = claimRequest(argv)
    if (!request) return perform(argv, stdin)
    const { step, argv: inner } = request
    const running = inner && !claims.has(step) ? perform(inner, stdin) : undefined
    if (running) claims.set(step, running)
    return { takesMs: running?.takesMs ?? 0, answer: () => writeClaim(claimOf(step)), kill: () => undefined }
  }
  const end = () => {
    isOver = true
  }
  return { machines, receive, end }
}
