import { randomUUID } from "node:crypto"
import type { Clock } from "../clock"
import type { Db } from "../db/client"
import type { ClusterDefinition } from "../db/definitions"
import type { Delivery } from "../domain/alert-channel"
import {
  type AlertDecision,
  type AlertKind,
  type AlertRule,
  alertKinds,
  type Condition,
  decide,
  follow,
  type Picture,
} from "../domain/alerts"
import type { NodeState } from "../domain/views"
import type { Keeper } from "../keeper/keeper"
import { testMessage } from "./message"
import { createOutbox } from "./outbox"
import { createSender, noteLast, type Sealer, type Sender, sealSecret } from "./send"

export type Alerts = {
  /** One test message to a channel, now. Undefined when there is no such channel. */
  readonly test: (channel: string) => Promise<Delivery | undefined>
  /** For the database: opened by the delivery alone. */
  readonly sealed: (channelId: string, secret: string) => string
  readonly start: () => void
  readonly stop: () => Promise<void>
}
type Parts = {
  readonly db: Db
  readonly clock: Clock
  readonly keeper: () => Pick<Keeper, "clusters">
  readonly sealer: Sealer
  readonly publicUrl: string | undefined
  readonly onError: (error: unknown) => void
  /** Real connections, unless a test counts them. */
  readonly send?: Sender
}
const LOOK_MS = 1_000
/** Where nobody has a rule, as long as a first one may wait. */
const IDLE_MS = 5_000
const kindOf = (text: string): AlertKind | undefined => alertKinds.find((kind) => kind === text)

const stateOf = (state: NodeState, hasReason: boolean): NodeState => {
  if (state === "unreachable" && !hasReason) return "unknown"
  return state === "returning" && hasReason ? "unreachable" : state
}
const pictureOf = ({ nodes, services }: ClusterDefinition, tests: Picture["tests"]): Picture => ({
  // Unreachable without a reason: it was not asked yet since the panel started. Returning with one: others see it, the panel does not yet.
  nodes: nodes.map(({ name, isMember, isInMaintenance, status: { state, sinceMs, reason } }) => ({
    ...{ name, isMember, isInMaintenance, sinceMs },
    state: stateOf(state, reason !== null),
  })),
  services: services.map(({ name, status: { state, sinceMs } }) => ({ name, state, sinceMs })),
  tests,
})

type Tx = Pick<Db, "alertChannel" | "alertSent">
type Began = { readonly clusterId: string; readonly condition: Condition; readonly channel: string; readonly nowMs: number }
async function storeBegan(tx: Tx, { clusterId, condition: { kind, subject, sinceMs }, channel, nowMs }: Began) {
  const about = { clusterId, kind, subject, since: new Date(sinceMs), phase: "began", channelId: channel }
  const found = await tx.alertChannel.findUnique({ where: { id: channel }, select: { name: true } })
  // This very beginning was told before.
  const known = await tx.alertSent.findFirst({ where: about, select: { id: true } })
  if (!found || known) return
  const at = { createdAt: new Date(nowMs), nextAt: new Date(nowMs) }
  await tx.alertSent.create({ data: { ...about, ...at, state: "waiting", channelName: found.name } })
}
async function storeOver(tx: Tx, beganId: string, nowMs: number) {
  const began = await tx.alertSent.update({ where: { id: beganId }, data: { overAt: new Date(nowMs) } })
  const { clusterId, channelId, channelName, kind, subject, since, state } = began
  if (channelId === null || state === "givenUp") return
  const about = { clusterId, channelId, channelName, kind, subject, since, phase: "over", beganId }
  // Not before the other has arrived.
  const at = { createdAt: new Date(nowMs), nextAt: state === "delivered" ? new Date(nowMs) : null }
  await tx.alertSent.create({ data: { ...about, ...at, state: "waiting" } })
}

/** The loop around the decisions: once a second from what the keeper holds to messages, which stand in the database before they leave. */
export function createAlerts({ db, clock, keeper, sealer, publicUrl, onError, send = createSender(sealer) }: Parts): Alerts {
  const outbox = createOutbox({ db, clock, send, publicUrl, onError })
  const stopped = new AbortController()
  const held = new Map<string, { readonly conditions: readonly Condition[]; readonly lookedMs: number }>()
  let running: Promise<void> = Promise.resolve()

  async function rulesOf(): Promise<ReadonlyMap<string, readonly AlertRule[]>> {
    const rows = await db.alertRule.findMany({ include: { channels: { select: { id: true } } }, orderBy: { position: "asc" } })
    const byCluster = new Map<string, AlertRule[]>()
    for (const { clusterId, kind: word, afterMs, channels } of rows) {
      const kind = kindOf(word)
      if (kind) byCluster.set(clusterId, [...(byCluster.get(clusterId) ?? []), { kind, afterMs, channels: channels.map(({ id }) => id) }])
    }
    return byCluster
  }
  const toldOf = async () =>
    (await db.alertSent.findMany({ where: { phase: "began", overAt: null } })).flatMap(
      ({ id, clusterId, channelId, kind: word, ...row }) => {
        const kind = kindOf(word)
        return kind ? [{ id, clusterId, kind, subject: row.subject, sinceMs: row.since.getTime(), channel: channelId ?? "" }] : []
      },
    )
  async function testsOf(clusterId: string): Promise<Picture["tests"]> {
    const rows = await db.fenceMethod.findMany({
      where: { node: { clusterId } },
      select: { tested: true, testedAt: true, node: { select: { name: true } }, device: { select: { name: true } } },
    })
    return rows.map(({ node, device, tested, testedAt }) => ({
      ...{ node: node.name, device: device.name, says: tested },
      atMs: testedAt?.getTime() ?? null,
    }))
  }
  /** All of one look, or nothing of it. */
  const store = (clusterId: string, { began, over }: AlertDecision, nowMs: number) =>
    db.$transaction(async (tx) => {
      for (const { condition, channel } of began) await storeBegan(tx, { clusterId, condition, channel, nowMs })
      for (const { id } of over) await storeOver(tx, id, nowMs)
    })
  async function look() {
    const [rules, told] = await Promise.all([rulesOf(), toldOf()])
    for (const cluster of keeper().clusters()) {
      const { id } = cluster
      const its = { rules: rules.get(id) ?? [], told: told.filter(({ clusterId }) => clusterId === id) }
      const asksForTests = [...its.rules, ...its.told].some(({ kind }) => kind === "deviceTestFailed")
      const picture = pictureOf(cluster, asksForTests ? await testsOf(id) : [])
      const nowMs = clock.nowMs()
      // After a start, what was told and is not over is what held.
      const before = held.get(id)
      const conditions = follow(before?.conditions ?? its.told, picture, nowMs, before?.lookedMs)
      const decision = decide(conditions, its.rules, its.told, nowMs)
      if (decision.began.length + decision.over.length > 0) await store(id, decision, nowMs)
      held.set(id, { conditions, lookedMs: nowMs })
    }
    await outbox.deliverDue()
    return rules.size === 0 && told.length === 0 ? IDLE_MS : LOOK_MS
  }
  return {
    sealed: (channelId, secret) => sealSecret(sealer, channelId, secret),
    test: async (name) => {
      const channel = await db.alertChannel.findUnique({ where: { name } })
      if (!channel) return undefined
      const outcome = await send(channel, (language) => testMessage(randomUUID(), language, clock.nowMs(), publicUrl))
      await noteLast(db, channel.id, outcome, clock.nowMs())
      return outcome
    },
    start: () => {
      running = (async () => {
        while (!stopped.signal.aborted) {
          const nextMs = await look().catch((error: unknown) => {
            onError(error)
            return LOOK_MS
          })
          await clock.sleep(nextMs, stopped.signal)
        }
      })()
    },
    stop: async () => {
      stopped.abort()
      await running
      await outbox.stop()
    },
  }
}
