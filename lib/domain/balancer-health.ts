import { z } from "zod"
import { kept, optional, runAs, text, whole } from "./balancer-parts"

/** Seconds where a time is meant; what a check does not say is its real server's, then its virtual server's. */
export const timing = {
  alpha: optional.flag,
  retry: optional.whole,
  delayBeforeRetry: optional.seconds,
  delayLoop: optional.seconds,
  warmup: optional.seconds,
}
const common = { ...timing, logAllFailures: optional.flag, kept }
const connection = {
  ...common,
  connectTimeout: optional.seconds,
  connectIp: optional.text,
  connectPort: optional.whole,
  bindTo: optional.text,
  bindInterface: optional.text,
  bindPort: optional.whole,
  mark: optional.whole,
}
const urlSchema = z
  .object({
    path: optional.text,
    statusCodes: z
      .array(z.object({ from: whole, to: whole }).readonly())
      .readonly()
      .optional(),
    digest: optional.text,
    virtualHost: optional.text,
    regex: optional.text,
    regexNoMatch: optional.flag,
    regexOptions: z.array(text).readonly().optional(),
    regexMinOffset: optional.whole,
    regexMaxOffset: optional.whole,
    kept,
  })
  .readonly()
const web = {
  ...connection,
  httpProtocol: optional.text,
  fastRecovery: optional.flag,
  virtualHost: optional.text,
  urls: z.array(urlSchema).readonly().default([]),
}
export const checkSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("tcp"), ...connection }).readonly(),
  z.object({ kind: z.literal("http"), ...web }).readonly(),
  z.object({ kind: z.literal("ssl"), ...web, enableSni: optional.flag, sniName: optional.text, tlsCompliant: optional.flag }).readonly(),
  z.object({ kind: z.literal("smtp"), ...connection, heloName: optional.text }).readonly(),
  z.object({ kind: z.literal("dns"), ...connection, type: optional.text, name: optional.text }).readonly(),
  z
    .object({
      kind: z.literal("misc"),
      ...common,
      path: optional.text,
      timeout: optional.whole,
      dynamic: optional.flag,
      runAs,
    })
    .readonly(),
  z.object({ kind: z.literal("ping"), ...connection }).readonly(),
  z
    .object({
      kind: z.literal("udp"),
      ...connection,
      payload: optional.text,
      /** "": any reply. Hexadecimal digits, X for one that may be any. */
      requireReply: optional.text,
      minReplyLength: optional.whole,
      maxReplyLength: optional.whole,
    })
    .readonly(),
])
export type Check = z.output<typeof checkSchema>
