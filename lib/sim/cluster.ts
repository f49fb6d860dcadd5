import type { NodeSession } from "../node/session"
import type { Touch } from "../node/touch"
import type { SimWorld } from "./boot"
import { type SimClock, simulatedClock } from "./clock"
import { createLan } from "./lan"
import { createMachine, type SimNodeSpec } from "./machine"
import { type FaultOf, simSession } from "./session"

/** The machine of the panel, among pretend ones. */
const PANEL = "moyai-panel"
export type SimNode = {
  readonly name: string
  readonly session: NodeSession
  /** Resources and units that may be active, in the order of their starts. */
  readonly held: () => readonly string[]
  readonly powerOff: () => void
  readonly powerOn: () => void
  readonly unplug: () => void
  readonly plugIn: () => void
  readonly isOn: () => boolean
  readonly isPlugged: () => boolean
  /** Whether the panel's way to it is open. */
  readonly isReachable: () => boolean
  /** When its power or a cable of it changed last. */
  readonly changedMs: () => number
  /** The way from the panel alone is cut, or open again: its neighbours see it. */
  readonly cutFromPanel: (isCut: boolean) => void
  readonly addresses: () => readonly string[]
  readonly units: () => readonly { readonly name: string; readonly isRunning: boolean }[]
  /** An effect from outside: "stopUnit" or "removeAddress". False when nothing came of it. */
  readonly disturb: (what: string, name: string) => boolean
  /** By path; it survives a reboot. */
  readonly disk: ReadonlyMap<string, string>
}
export type SimCluster = ReturnType<typeof createSimCluster>
type Options = {
  readonly nodes: readonly { readonly name: string; readonly address?: string }[]
  readonly clock?: SimClock
}

/** A pretend cluster behind the port to a machine. With nothing said, its time passes only when somebody sleeps. */
export function createSimCluster({ nodes: specs, clock = simulatedClock() }: Options) {
  const executed: string[] = []
  const violations: string[] = []
  const troubles = new Set<string>()
  let faultOf: FaultOf = () => undefined
  const nodes = new Map<string, SimNode>()
  /** Addresses that answer whoever has a cable: a tie-breaker is one of them. */
  const gateways = new Set<string>()
  /** "h1 h2": these two do not see each other, whoever else does. */
  const splits = new Set<string>()
  const devices = new Map<string, "broken" | "lies" | "slow">()
  let onPower = (plug: string, isOn: boolean): void => (isOn ? nodes.get(plug)?.powerOn() : nodes.get(plug)?.powerOff())

  /** No resource may be held by two nodes, from the moment a start begins until a stop has ended. */
  function moved() {
    const holders = new Map<string, string>()
    for (const node of nodes.values())
      for (const resource of node.held()) {
        const other = holders.get(resource)
        if (other !== undefined) violations.push(`${resource} is held by ${other} and ${node.name} at ${clock.nowMs()}`)
        holders.set(resource, node.name)
      }
  }
  const began = (node: string, argv: readonly string[]) => void executed.push(`${node} ${argv.join(" ")}`)
  const isOnNet = (name: string) => name === PANEL || (nodes.get(name)?.isOn() && nodes.get(name)?.isPlugged())
  const sees = (from: string, address: string): boolean => {
    const name = address.split(".")[0] ?? ""
    const other = nodes.get(name) ?? [...nodes.values()].find((n) => n.addresses().includes(address))
    if (!other) return gateways.has(address) && isOnNet(from) === true
    return isOnNet(from) === true && isOnNet(other.name) === true && !isSplit(from, other.name)
  }
  /** The power switch of the rack: fence_sim is its agent, and `ip` names the device. */
  const power: SimWorld["power"] = {
    isOn: (plug) => nodes.get(plug)?.isOn() ?? false,
    set: (plug, isOn) => onPower(plug, isOn),
    trouble: (device) => devices.get(device),
  }
  const isSplit = (a: string, b: string) => splits.has([a, b].sort().join(" "))
  const isPlugged = (name: string) => nodes.get(name)?.isPlugged() ?? true
  const lan = createLan(isPlugged, (from, to) => isOnNet(from) === true && isPlugged(to) && !isSplit(from, to))
  const world: SimWorld = { clock, troubles, began, moved, sees, power, lan }
  specs.forEach(({ name, address = `10.0.0.${11 + nodes.size}` }) => {
    nodes.set(
      name,
      createNode({ name, address }, world, (node, command) => faultOf(node, command)),
    )
  })
  const panel = createNode({ name: PANEL, address: "10.0.0.1" }, world, () => undefined)
  const nodeOf = (name: string): SimNode => {
    const node = nodes.get(name)
    if (!node) throw new Error(`no node ${name}`)
    return node
  }
  return {
    clock,
    /** "<node> <argv>" of each command with an effect, in the order in which they began. */
    executed,
    violations,
    /** "<node> start|stop|slow <resource or unit>" */
    troubles,
    gateways,
    splits,
    /** What is wrong with a fence device, by its name. */
    devices,
    /** The machine that the panel itself runs on; no node. */
    panel: panel.session,
    /** Who serves the machines over SSH sees to their links as well. */
    setOnPower: (act: (node: string, isOn: boolean) => void) => {
      onPower = act
    },
    nodes: (): readonly SimNode[] => [...nodes.values()],
    nodeOf,
    power: (name: string, isOn: boolean) => (isOn ? nodeOf(name).powerOn() : nodeOf(name).powerOff()),
    cable: (name: string, isPlugged: boolean) => (isPlugged ? nodeOf(name).plugIn() : nodeOf(name).unplug()),
    /** Asked once for each command sent through a session, and once for each round trip of facts. */
    setFaults: (faults: FaultOf) => {
      faultOf = faults
    },
  }
}

function createNode(spec: SimNodeSpec, world: SimWorld, faultOf: FaultOf): SimNode {
  const machine = createMachine(spec, world)
  const breaks = new Set<() => void>()
  let isPlugged = true
  let isCut = false
  let changedMs = world.clock.nowMs()
  const change = (act: () => void) => () => {
    changedMs = world.clock.nowMs()
    act()
  }
  const breakAll = () => {
    for (const broke of breaks) broke()
  }
  const onBreak = (broke: () => void) => {
    breaks.add(broke)
    return () => void breaks.delete(broke)
  }
  const { isOn, held, units, disturb, powerOn, disk } = machine
  return {
    name: spec.name,
    session: simSession(spec.name, { clock: world.clock, machine, isPlugged: () => isPlugged && !isCut, faultOf, onBreak }),
    isOn,
    held,
    units,
    disturb,
    powerOn: change(powerOn),
    disk,
    changedMs: () => changedMs,
    isPlugged: () => isPlugged,
    isReachable: () => machine.isOn() && isPlugged && !isCut,
    addresses: machine.addresses,
    cutFromPanel: (isNow) =>
      change(() => {
        isCut = isNow
        if (isNow) breakAll()
      })(),
    powerOff: change(() => {
      machine.powerOff()
      breakAll()
    }),
    unplug: change(() => {
      isPlugged = false
      breakAll()
      world.lan.changed()
    }),
    plugIn: change(() => {
      isPlugged = true
      world.lan.changed()
    }),
  }
}

/** What a fresh connection from the panel says of a pretend machine. */
export const touchSim = (node: SimNode): Touch =>
  node.isReachable() ? { says: "alive", detail: "port 22 greets" } : { says: "silent", detail: "port 22: no answer in 1000 ms" }
