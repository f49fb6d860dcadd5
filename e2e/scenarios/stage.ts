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

/** The panel and its nodes as the story has them, all defined and nothing begun. Time zero is when the cluster is unlocked. */
export async function setStage(story: Story, skewMs: () => number = () => 0): Promise<Stage> {
  const clock = virtualClock(START_MS)
  const w = await startWorld({ services: false, clock, nodes: story.nodes.map((name) => ({ name })), skewMs })
  const stage: Stage = { w, clock, log: [], story, zeroMs: START_MS, seen: { event: 0, command: 0 } }
  const { admin, clusterId } = w
  for (const [name, definition] of Object.entries(story.domains))
    await driven(stage, admin.domain.save({ clusterId, was: null, domain: domainInput(name, definition) }))
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
