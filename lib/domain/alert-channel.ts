import { z } from "zod"
import { type AlertKind, type AlertPhase, alertKinds } from "./alerts"
import { Name } from "./call"
import type { Coded } from "./views"

export const alertLanguages = ["en", "ja"] as const
const Common = {
  name: Name,
  language: z.enum(alertLanguages).default("en"),
  /** Loopback, private, link-local and metadata addresses may be connected to. */
  allowPrivate: z.boolean().default(false),
}
const URL_MAX = 2_000
/** http or https, printable, without a user or a password in it: those would be shown. */
export const WebhookUrl = z
  .string()
  .max(URL_MAX, "webhookUrl")
  .regex(/^https?:\/\/[\x21-\x7e]+$/, "webhookUrl")
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    return url !== undefined && url.username === "" && url.password === "" && url.hostname !== ""
  }, "webhookUrl")
/** A header's name; not one by which the request itself is framed. */
export const HeaderName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, "headerName")
  .refine(
    (name) => !/^(host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|user-agent)$/i.test(name),
    "headerName",
  )
/** One visible line; it goes into a header. */
export const HeaderSecret = z.string().regex(/^[\x21-\x7e]([\x20-\x7e]{0,998}[\x21-\x7e])?$/, "headerValue")
/** Printable ASCII around one "@": nothing that an address list, a header or a display name is made of. */
export const MailAddress = z
  .string()
  .max(254, "mailAddress")
  .regex(/^[A-Za-z0-9_+=~!#$%&'*/?^{|}-]+(\.[A-Za-z0-9_+=~!#$%&'*/?^{|}-]+)*@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, "mailAddress")
const SmtpHost = z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?$/, "host")
const SmtpUser = z
  .string()
  .max(255, "smtpUser")
  .regex(/^([A-Za-z0-9_][A-Za-z0-9._%+@=\\-]*)?$/, "smtpUser")
export const SmtpPassword = z
  .string()
  .min(1, "smtpPassword")
  .max(1_000, "smtpPassword")
  .regex(/^\P{Cc}*$/u, "oneLine")

export const WebhookInput = z.object({ ...Common, url: WebhookUrl, header: HeaderName.default("Authorization") })
export type WebhookInput = z.infer<typeof WebhookInput>
export const mailSecurity = ["starttls", "tls", "none"] as const
export const EmailInput = z.object({
  ...Common,
  host: SmtpHost,
  port: z.int("port").min(1, "port").max(65535, "port"),
  security: z.enum(mailSecurity).default("starttls"),
  /** Empty: no login. */
  user: SmtpUser.default(""),
  from: MailAddress,
  to: z.array(MailAddress).min(1, "mailAddress").max(20),
})
export type EmailInput = z.infer<typeof EmailInput>
export type ChannelSettings = ({ readonly kind: "webhook" } & WebhookInput) | ({ readonly kind: "email" } & EmailInput)

const plain = (value: unknown): object => (typeof value === "object" && value !== null ? value : {})
/** As it was saved, `settings` without kind and name; undefined for what this version does not understand. */
export function storedSettings(row: {
  readonly kind: string
  readonly name: string
  readonly settings: unknown
}): ChannelSettings | undefined {
  const raw = { ...plain(row.settings), name: row.name }
  if (row.kind === "webhook") {
    const { data } = WebhookInput.safeParse(raw)
    return data && { kind: "webhook", ...data }
  }
  const { data } = EmailInput.safeParse(raw)
  return row.kind === "email" && data ? { kind: "email", ...data } : undefined
}
/** As a database or a stream holds it. */
export const StoredDetail = z.object({ code: z.string(), params: z.record(z.string(), z.string()) }).catch({ code: "failed", params: {} })

/** Where a secret goes: who changes that gives the secret again, so that nobody has it sent to himself. */
export const destinationOf = (settings: ChannelSettings): string =>
  settings.kind === "webhook"
    ? `${new URL(settings.url).origin} ${settings.header.toLowerCase()}`
    : `${settings.host.toLowerCase()} ${settings.port} ${settings.security} ${settings.user}`

const RULES_MAX = 50
const DAY_MS = 24 * 3_600_000
export const AlertRuleInput = z.object({
  kind: z.enum(alertKinds),
  afterMs: z.int("alertAfter").min(0, "alertAfter").max(DAY_MS, "alertAfter"),
  /** Names. */
  channels: z.array(Name).min(1, "channelMissing").max(20),
})
export const AlertRulesInput = z.array(AlertRuleInput).max(RULES_MAX)
export type AlertRuleInput = z.infer<typeof AlertRuleInput>

// ---- what the queries answer ----
export const alertOutcomes = [
  "delivered",
  "redirect",
  "status",
  "addressRefused",
  "timeout",
  "notFound",
  "connectFailed",
  "tlsFailed",
  "noStarttls",
  "loginRefused",
  "rejected",
  "secretLost",
  "channelGone",
  "beganNotDelivered",
  "failed",
] as const
/** How a delivery ended; `detail.code` is one of alertOutcomes. */
export type Delivery = { readonly ok: boolean; readonly detail: Coded }
export const delivered: Delivery = { ok: true, detail: { code: "delivered", params: {} } }
export const undelivered = (code: (typeof alertOutcomes)[number], params: Coded["params"] = {}): Delivery => ({
  ok: false,
  detail: { code, params },
})
export type ChannelView = {
  readonly name: string
  readonly settings: ChannelSettings
  /** The secret itself never leaves the panel. */
  readonly hasSecret: boolean
  readonly last: (Delivery & { readonly atMs: number }) | null
  readonly rules: number
}
export const sentStates = ["waiting", "delivered", "givenUp", "dropped"] as const
export type SentState = (typeof sentStates)[number]
export type SentView = {
  readonly id: string
  readonly kind: AlertKind
  readonly subject: string
  readonly phase: AlertPhase
  readonly channel: string
  readonly sinceMs: number
  readonly createdMs: number
  readonly state: SentState
  readonly attempts: number
  /** Of one that waits: when it is tried next. */
  readonly nextMs: number | null
  readonly endedMs: number | null
  readonly detail: Coded | null
}
