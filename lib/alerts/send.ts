import type { Db } from "../db/client"
import { type Delivery, storedSettings, undelivered } from "../domain/alert-channel"
import { sendEmail } from "./email"
import type { Language, Message } from "./message"
import { type Outside, postWebhook } from "./webhook"

export type Sealer = {
  readonly seal: (plain: Buffer, purpose: string) => string
  readonly open: (sealed: string, purpose: string) => Buffer
}
export type ChannelRow = {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly settings: unknown
  readonly secretSealed: string | null
}
/** What was sealed for one channel opens for no other. */
const purposeOf = (id: string): string => `alert channel ${id}`
export const sealSecret = (sealer: Sealer, id: string, secret: string): string => sealer.seal(Buffer.from(secret), purposeOf(id))

export type Sender = (channel: ChannelRow, say: (language: Language) => Message) => Promise<Delivery>
/** One attempt to one channel. The secret is opened for it alone. Never throws. */
export const createSender =
  (sealer: Sealer, outside: Outside = {}): Sender =>
  async (channel, say) => {
    const settings = storedSettings(channel)
    if (!settings) return undelivered("failed")
    let secret: string | undefined
    try {
      secret = channel.secretSealed === null ? undefined : sealer.open(channel.secretSealed, purposeOf(channel.id)).toString()
    } catch {
      return undelivered("secretLost")
    }
    const message = say(settings.language)
    return settings.kind === "webhook" ? postWebhook(settings, secret, message, outside) : sendEmail(settings, secret, message, outside)
  }

/** What the page shows of the channel: how the last attempt ended, of whatever kind. */
export const noteLast = (db: Db, channelId: string, { ok, detail }: Delivery, nowMs: number) =>
  db.alertChannel.updateMany({
    where: { id: channelId },
    data: { lastAt: new Date(nowMs), lastOk: ok, lastDetail: { code: detail.code, params: { ...detail.params } } },
  })
