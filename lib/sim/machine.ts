import { createHash } from "node:crypto"
import type { SimHost } from "../../agents/contract"
import { type Boot, createBoot, type SimWorld } from "./boot"
import type { Running } from "./running"

export type SimNodeSpec = {
  readonly name: string
  /** IPv4 with or without prefix, on eth0. */
  readonly address: string
}
const hexOf = (text: string): string => createHash("sha256").update(text).digest("hex")
const uuidOf = (text: string): string => hexOf(text).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5")

const hostOf = (
  { name, address }: SimNodeSpec,
  { clock, troubles, sees, power, lan }: SimWorld,
  disk: Map<string, string>,
  boots: number,
  isAlive: () => boolean,
): SimHost => ({
  node: name,
  nowMs: clock.nowMs,
  has: (trouble, resource) => troubles.has(`${name} ${trouble} ${resource}`),
  bootId: uuidOf(`${name} boot ${boots}`),
  machineId: hexOf(name).slice(0, 32),
  bootedAtMs: clock.nowMs(),
  disk,
  addresses: new Set([address.includes("/") ? address : `${address}/24`]),
  sees: (other) => sees(name, other),
  power,
  lan: lan.join(name),
  after: (delayMs, act) => void clock.after(delayMs, () => isAlive() && act()),
})

/** A pretend machine with its power switch. */
export type SimMachine = ReturnType<typeof createMachine>
export function createMachine(spec: SimNodeSpec, world: SimWorld) {
  const disk = new Map<string, string>()
  let boots = 0
  let host: SimHost | undefined
  let boot: Boot | undefined
  const start = (): Boot => {
    boots += 1
    const mine = boots
    host = hostOf(spec, world, disk, boots, () => boot !== undefined && boots === mine)
    return createBoot(host, world)
  }
  boot = start()
  return {
    /** Undefined when it is off. */
    receive: (argv: readonly string[], stdin: string): Running | undefined => boot?.receive(argv, stdin),
    powerOff: () => {
      boot?.end()
      boot = undefined
      world.lan.leave(spec.name)
      world.moved()
    },
    powerOn: () => {
      boot ??= start()
      world.moved()
    },
    isOn: () => boot !== undefined,
    /** Without their prefixes; none when it is off. */
    addresses: (): readonly string[] => (boot && host ? [...host.addresses].map((a) => a.split("/")[0] ?? a) : []),
    /** One more with each boot: a command of an earlier one has no answer. */
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
