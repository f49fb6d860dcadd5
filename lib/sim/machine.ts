import { createHash } from "node:crypto"
import type { Machine, SimHost } from "../../agents/contract"
import { simulators } from "../../agents/registry"
import { type Claim, claimRequest, writeClaim } from "../node/claim"
import type { CommandResult } from "../node/session"
import type { SimClock } from "./clock"
import { diskCommand } from "./disk"
import { done, type Running } from "./running"

export type SimNodeSpec = {
  readonly name: string
  /** IPv4 with or without prefix, on eth0. */
  readonly address: string
}
/** What all pretend machines share, and how they tell of themselves. */
export type SimWorld = {
  readonly clock: SimClock
  /** "<node> <trouble> <resource>" */
  readonly troubles: ReadonlySet<string>
  /** A command with an effect begins. */
  readonly began: (node: string, argv: readonly string[]) => void
  /** What the machines hold may have changed. */
  readonly moved: () => void
}
const hexOf = (text: string): string => createHash("sha256").update(text).digest("hex")
const uuidOf = (text: string): string => hexOf(text).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5")

/** One boot of a pretend machine: its programs, and the claims that a reboot empties. */
type Boot = { readonly machines: readonly Machine[]; readonly claims: Map<string, Running>; isOver: boolean }

export type SimMachine = ReturnType<typeof createMachine>
export function createMachine({ name, address }: SimNodeSpec, world: SimWorld) {
  const { clock } = world
  const disk = new Map<string, string>()
  let boots = 0
  let boot: Boot | undefined = start()

  function start(): Boot {
    boots += 1
    const host: SimHost = {
      node: name,
      nowMs: clock.nowMs,
      has: (trouble, resource) => world.troubles.has(`${name} ${trouble} ${resource}`),
      bootId: uuidOf(`${name} boot ${boots}`),
      machineId: hexOf(name).slice(0, 32),
      bootedAtMs: clock.nowMs(),
      disk,
      addresses: new Set([address.includes("/") ? address : `${address}/24`]),
    }
    return { machines: simulators.map((simulate) => simulate(host)), claims: new Map(), isOver: false }
  }
  function perform(now: Boot, argv: readonly string[], stdin: string): Running {
    const begun = now.machines.map((machine) => machine.begin(argv, stdin)).find((b) => b !== undefined)
    if (!begun) return diskCommand(disk, argv, stdin, (a) => perform(now, a, "")) ?? done(127, "", `sh: ${argv[0]}: not found\n`)
    if (begun.follow) return { ...done(0), follow: begun.follow }
    if (begun.hasEffect) world.began(name, argv)
    world.moved()
    let answer: CommandResult | undefined
    const callOff = clock.after(begun.takesMs, () => {
      if (now.isOver) return
      answer = begun.end()
      world.moved()
    })
    return { takesMs: begun.takesMs, answer: () => answer, kill: callOff }
  }
  const claimOf = (now: Boot, step: string): Claim => {
    const answer = now.claims.get(step)?.answer()
    if (answer) return { state: "done", ...answer }
    return now.claims.has(step) ? { state: "running" } : { state: "none", why: "" }
  }
  /** A command has arrived. Undefined when the machine is off. A claimed one cannot be killed: it outlives who asked for it. */
  function receive(argv: readonly string[], stdin: string): Running | undefined {
    const now = boot
    if (!now) return undefined
    const request = claimRequest(argv)
    if (!request) return perform(now, argv, stdin)
    const { step, argv: inner } = request
    const running = inner && !now.claims.has(step) ? perform(now, inner, stdin) : undefined
    if (running) now.claims.set(step, running)
    return { takesMs: running?.takesMs ?? 0, answer: () => writeClaim(claimOf(now, step)), kill: () => undefined }
  }
  const powerOff = () => {
    if (boot) boot.isOver = true
    boot = undefined
    world.moved()
  }
  const powerOn = () => {
    boot ??= start()
    world.moved()
  }
  return {
    receive,
    powerOff,
    powerOn,
    isOn: () => boot !== undefined,
    /** Changes with each boot: a command of an earlier one has no answer. */
    boots: () => boots,
    held: () => boot?.machines.flatMap((machine) => machine.held()) ?? [],
    units: () => boot?.machines.flatMap((machine) => machine.units?.() ?? []) ?? [],
    disturb: (what: string, whom: string) => {
      const hit = boot?.machines.some((machine) => machine.disturb?.(what, whom)) ?? false
      world.moved()
      return hit
    },
    disk,
  }
}
