import { FencingSettings, fencingDefaults } from "../../lib/domain/fencing"
import { startWorld, type World } from "../../lib/server/world.fixture"
import { type VirtualClock, virtualClock } from "../../lib/sim/clock"
import { domainInput, type Story, serviceInput } from "./story"

const START_MS = Date.UTC(2026, 0, 1)
export const STEP_MS = 100
const PATIENCE_MS = 120_000

export type Stage = {
  readonly w: World
  readonly clock: VirtualClock
  readonly log: string[]
  readonly story: Story
  zeroMs: number
  readonly seen: { event: number; command: number }
}
export const passedMs = ({ clock, zeroMs }: Stage): number => clock.nowMs() - zeroMs
export const at = (stage: Stage): string => {
  const seconds = passedMs(stage) / 1_000
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${(seconds % 60).toFixed(1).padStart(4, "0")}`
}
export const say = (stage: Stage, text: string) => stage.log.push(`${at(stage)} ${text}`)

/** A person's request takes time on the nodes: time passes until it is answered. */
export async function driven<T>({ clock }: Pick<Stage, "clock">, ask: Promise<T>): Promise<T> {
  let isOver = false
  const done = ask.finally(() => {
    isOver = true
  })
  done.catch(() => undefined)
  for (let waitedMs = 0; !isOver && waitedMs < PATIENCE_MS; waitedMs += STEP_MS) await clock.advance(STEP_MS)
  return done
}

async function giveDevices({ w, clock }: Pick<Stage, "w" | "clock">, { fencing }: Story): Promise<void> {
  const { admin, clusterId, cluster } = w
  const { devices, nodes, runsOn, unfences, delays, settings, gateways } = fencing
  for (const gateway of gateways) cluster.gateways.add(gateway)
  for (const name of devices) {
    const device = { name, agent: "fence_sim", params: { ip: name }, runsOn, unfences: unfences.includes(name) }
    await driven({ clock }, admin.fence.saveDevice({ clusterId, was: null, device, secrets: { password: "rack" } }))
  }
  for (const [node, levels] of Object.entries(nodes)) {
    const uses = levels.map((level) => level.map((device) => ({ device, params: { plug: node } })))
    await driven({ clock }, admin.fence.saveNode({ clusterId, node, fencing: { levels: uses, delayMs: delays[node] ?? 0 } }))
  }
  const next = FencingSettings.parse({ ...fencingDefaults, afterFencing: "off", ...settings })
  await driven({ clock }, admin.fence.saveSettings({ clusterId, settings: next }))
}

/** The panel and its nodes as the story has them, all defined and nothing begun. Time zero is when the cluster is unlocked. */
export async function setStage(story: Story, skewMs: () => number = () => 0): Promise<Stage> {
  const clock = virtualClock(START_MS)
  const w = await startWorld({ services: false, users: true, clock, nodes: story.nodes.map((name) => ({ name })), skewMs })
  const stage: Stage = { w, clock, log: [], story, zeroMs: START_MS, seen: { event: 0, command: 0 } }
  const { admin, clusterId } = w
  for (const [name, definition] of Object.entries(story.domains))
    await driven(stage, admin.domain.save({ clusterId, was: null, domain: domainInput(name, definition) }))
  await giveDevices({ w, clock }, story)
  // All at once, so that none has a start on the others.
  const locked = (lockedBy: string | null) => w.db.cluster.update({ where: { id: clusterId }, data: { lockedBy } })
  await locked("set-up")
  await driven(stage, w.engine().keeper.redefined())
  for (const [name, definition] of Object.entries(story.services))
    await driven(stage, admin.service.save({ clusterId, was: null, service: serviceInput(name, definition) }))
  await clock.advance(10_000)
  stage.seen.event = (await w.db.event.findFirst({ orderBy: { id: "desc" } }))?.id ?? 0
  stage.zeroMs = clock.nowMs()
  await locked(null)
  await driven(stage, w.engine().keeper.redefined())
  return stage
}
