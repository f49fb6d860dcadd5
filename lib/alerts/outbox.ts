import type { Clock } from "../clock"
import type { Db } from "../db/client"
import { type Delivery, undelivered } from "../domain/alert-channel"
import { alertKinds, nextTryMs } from "../domain/alerts"
import { messageOf } from "./message"
import { type ChannelRow, noteLast, type Sender } from "./send"

type Parts = {
  readonly db: Db
  readonly clock: Clock
  readonly send: Sender
  readonly publicUrl: string | undefined
  readonly onError: (error: unknown) => void
}
type Entry = Awaited<ReturnType<typeof dueOf>>[number]
const AT_ONCE = 50
/** How it stands after an attempt. */
function stateAfter(isDelivered: boolean, nextMs: number | undefined, nowMs: number) {
  if (isDelivered) return { state: "delivered", nextAt: null, endedAt: new Date(nowMs) }
  if (nextMs === undefined) return { state: "givenUp", nextAt: null, endedAt: new Date(nowMs) }
  return { state: "waiting", nextAt: new Date(nextMs), endedAt: null }
}
/** What is due, oldest first. */
const dueOf = (db: Db, nowMs: number, busy: readonly string[]) =>
  db.alertSent.findMany({
    where: { state: "waiting", nextAt: { lte: new Date(nowMs) }, OR: [{ channelId: null }, { channelId: { notIn: [...busy] } }] },
    orderBy: { createdAt: "asc" },
    include: { channel: true, cluster: { select: { id: true, name: true } } },
    take: AT_ONCE,
  })

export type Outbox = {
  /** Begins to deliver what is due. Each channel has one conversation at a time, so that a slow one holds up no other. */
  readonly deliverDue: () => Promise<void>
  /** Resolves when the conversations that go on have ended; none is begun any more. */
  readonly stop: () => Promise<void>
}
export function createOutbox({ db, clock, send, publicUrl, onError }: Parts): Outbox {
  const talking = new Map<string, Promise<void>>()
  let isStopped = false
  const giveUp = (id: string, { detail: { code } }: Delivery) =>
    db.alertSent.update({
      where: { id },
      data: { state: "givenUp", nextAt: null, endedAt: new Date(clock.nowMs()), detail: { code, params: {} } },
    })
  async function attempt(entry: Entry, channel: ChannelRow) {
    const { id, cluster, subject, since, attempts, createdAt } = entry
    const kind = alertKinds.find((k) => k === entry.kind)
    if (!kind) return void (await giveUp(id, undelivered("failed")))
    const phase = entry.phase === "over" ? "over" : "began"
    const about = { id, cluster, kind, phase, subject, sinceMs: since.getTime() } as const
    const outcome = await send(channel, (language) => messageOf(about, language, publicUrl))
    const nowMs = clock.nowMs()
    const after = stateAfter(outcome.ok, nextTryMs(attempts + 1, createdAt.getTime(), nowMs), nowMs)
    const detail = { code: outcome.detail.code, params: { ...outcome.detail.params } }
    await db.$transaction(async (tx) => {
      await tx.alertSent.updateMany({ where: { id, state: "waiting" }, data: { ...after, attempts: attempts + 1, detail } })
      // Its `over` waited for it: who never heard that it began does not hear that it is over.
      const its = { where: { beganId: id, state: "waiting" } }
      if (after.state === "delivered") await tx.alertSent.updateMany({ ...its, data: { nextAt: new Date(nowMs) } })
      if (after.state === "givenUp")
        await tx.alertSent.updateMany({
          ...its,
          data: { state: "dropped", endedAt: new Date(nowMs), detail: { code: "beganNotDelivered", params: {} } },
        })
    })
    await noteLast(db, channel.id, outcome, nowMs)
  }
  async function talk(entries: readonly Entry[], channel: ChannelRow) {
    for (const entry of entries) if (!isStopped) await attempt(entry, channel)
  }
  return {
    deliverDue: async () => {
      if (isStopped) return
      const byChannel = new Map<string, { channel: ChannelRow; entries: Entry[] }>()
      for (const entry of await dueOf(db, clock.nowMs(), [...talking.keys()])) {
        const { channel } = entry
        if (!channel) {
          await giveUp(entry.id, undelivered("channelGone"))
          continue
        }
        const known = byChannel.get(channel.id)
        if (known) known.entries.push(entry)
        else byChannel.set(channel.id, { channel, entries: [entry] })
      }
      for (const [id, { channel, entries }] of byChannel) {
        const conversation = talk(entries, channel)
          .catch(onError)
          .finally(() => talking.delete(id))
        talking.set(id, conversation)
      }
    },
    stop: async () => {
      isStopped = true
      await Promise.all(talking.values())
    },
  }
}
