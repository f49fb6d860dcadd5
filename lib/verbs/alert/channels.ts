import { z } from "zod"
import type { Prisma } from "../../db/client"
import { json } from "../../db/client"
import {
  type ChannelSettings,
  type ChannelView,
  destinationOf,
  EmailInput,
  HeaderSecret,
  SmtpPassword,
  StoredDetail,
  storedSettings,
  WebhookInput,
} from "../../domain/alert-channel"
import { Name } from "../../domain/call"
import { report } from "../../domain/report"
import type { Ctx } from "../context"
import { defineVerb, notFound, Refused } from "../verb"

/** With how the last delivery ended; without the secrets. */
export const channels = defineVerb({
  name: "alert.channels",
  kind: "query",
  role: "admin",
  input: z.object({}),
  run: async ({ db }): Promise<readonly ChannelView[]> => {
    const rows = await db.alertChannel.findMany({ orderBy: { name: "asc" }, include: { _count: { select: { rules: true } } } })
    return rows.flatMap((row) => {
      const settings = storedSettings(row)
      const { name, secretSealed, lastAt, lastOk, lastDetail, _count } = row
      const last = lastAt && { atMs: lastAt.getTime(), ok: lastOk === true, detail: StoredDetail.parse(lastDetail) }
      return settings ? [{ name, settings, hasSecret: secretSealed !== null, last, rules: _count.rules }] : []
    })
  },
})

type Asked = {
  readonly was: string | null
  readonly settings: ChannelSettings
  /** undefined keeps the one that is stored, null takes it away. */
  readonly secret: string | null | undefined
  readonly secretField: string
}
async function saveChannel({ db, engine, nowMs }: Ctx, { was, settings, secret, secretField }: Asked) {
  const { name, kind, ...rest } = settings
  const old = was === null ? null : await db.alertChannel.findUnique({ where: { name: was } })
  if (was !== null && !old) throw notFound(`channel ${was}`)
  if (name !== was && (await db.alertChannel.findUnique({ where: { name } })))
    throw new Refused(409, [report("nameTaken", { name }, "channel.name")])
  const before = old && storedSettings(old)
  // Else who may change the address, but never saw the secret, would have it sent to himself.
  if (old?.secretSealed && secret === undefined && (!before || destinationOf(before) !== destinationOf(settings)))
    throw new Refused(409, [report("invalid", { detail: "secretAgain" }, secretField)])
  const id = old?.id ?? engine.newId()
  const sealed = secret === undefined ? {} : { secretSealed: secret === null ? null : engine.alerts.sealed(id, secret) }
  const data = { name, kind, settings: json(rest), ...sealed } satisfies Prisma.AlertChannelUpdateInput
  await db.$transaction(async (tx) => {
    if (!old) return void (await tx.alertChannel.create({ data: { id, ...data } }))
    await tx.alertChannel.update({ where: { id }, data })
    // What could not be delivered is tried at once, with what was put right.
    await tx.alertSent.updateMany({
      where: { channelId: id, state: "waiting", nextAt: { not: null } },
      data: { nextAt: new Date(nowMs()), channelName: name },
    })
  })
  return {}
}
const Was = Name.nullable()

export const saveWebhook = defineVerb({
  name: "alert.saveWebhook",
  kind: "command",
  role: "admin",
  input: z.object({ was: Was, channel: WebhookInput, secret: HeaderSecret.nullable().optional() }),
  run: (ctx, { was, channel, secret }) =>
    saveChannel(ctx, { was, settings: { kind: "webhook", ...channel }, secret, secretField: "secret" }),
})
export const saveEmail = defineVerb({
  name: "alert.saveEmail",
  kind: "command",
  role: "admin",
  input: z.object({ was: Was, channel: EmailInput, password: SmtpPassword.nullable().optional() }),
  run: (ctx, { was, channel, password }) =>
    saveChannel(ctx, { was, settings: { kind: "email", ...channel }, secret: password, secretField: "password" }),
})

export const removeChannel = defineVerb({
  name: "alert.removeChannel",
  kind: "command",
  role: "admin",
  input: z.object({ name: Name }),
  run: async ({ db }, { name }) => {
    const found = await db.alertChannel.findUnique({
      where: { name },
      include: { rules: { select: { cluster: { select: { name: true } } } } },
    })
    if (!found) throw notFound(`channel ${name}`)
    const by = [...new Set(found.rules.map(({ cluster }) => cluster.name))]
    if (by.length > 0) throw new Refused(409, [report("inUse", { what: name, by: by.join(", ") })])
    await db.alertChannel.delete({ where: { id: found.id } })
    return {}
  },
})

/** Sends a message now, and answers how that went. */
export const testChannel = defineVerb({
  name: "alert.testChannel",
  kind: "command",
  role: "admin",
  input: z.object({ name: Name }),
  run: async ({ engine }, { name }) => {
    const outcome = await engine.alerts.test(name)
    if (!outcome) throw notFound(`channel ${name}`)
    return outcome
  },
})
