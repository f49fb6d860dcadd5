import { connect, type Socket } from "node:net"
import { createTransport } from "nodemailer"
import { z } from "zod"
import { type Delivery, delivered, type EmailInput, undelivered } from "../domain/alert-channel"
import { guardedLookup, refuseLiteral } from "./address"
import type { Message } from "./message"
import { DELIVERY_TIMEOUT_MS, outcomeOf, outcomeOfCode } from "./outcome"
import type { Outside } from "./webhook"

const SUBJECT_MAX = 200
/** One line without control characters, whatever came in: nothing in it begins another header. */
export const headerText = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .trim()
    .slice(0, SUBJECT_MAX)

function openSocket({ host, port, allowPrivate }: EmailInput, { lookup, timeoutMs }: Outside): Promise<Socket> {
  refuseLiteral(host, allowPrivate)
  const signal = AbortSignal.timeout(timeoutMs ?? DELIVERY_TIMEOUT_MS)
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup: guardedLookup(allowPrivate, lookup) })
    const giveUp = () => socket.destroy(new DOMException("too slow", "TimeoutError"))
    signal.addEventListener("abort", giveUp)
    // It stays: the whole conversation has to end in time.
    socket.once("close", () => signal.removeEventListener("abort", giveUp))
    // It stays as well: an error before the mail's own listener is there would end the panel.
    socket.on("error", reject)
    socket.once("connect", () => resolve(socket))
  })
}
/** What of a mail's error is ours to tell: codes and numbers. */
const SmtpError = z.object({
  code: z.string().catch(""),
  /** The socket's own code, which `code` replaced. */
  originalCode: z.string().optional().catch(undefined),
  responseCode: z.int().optional().catch(undefined),
  command: z.string().catch(""),
})
/** The server's own words are not kept: they may hold what was sent to it. */
function verdictOf(error: unknown, isLate: boolean): Delivery {
  if (isLate) return undelivered("timeout")
  const known = SmtpError.safeParse(error)
  if (!known.success) return outcomeOf(error)
  const { code, originalCode, responseCode, command } = known.data
  if (code === "EAUTH" || code === "ENOAUTH") return undelivered("loginRefused", { status: String(responseCode ?? "") })
  if (originalCode !== undefined) return outcomeOfCode(originalCode)
  if (code === "ETLS" && command === "STARTTLS") return undelivered("noStarttls")
  if (code === "ETLS") return undelivered("tlsFailed", { why: code })
  return responseCode === undefined ? outcomeOf(error) : undelivered("rejected", { status: String(responseCode) })
}

/** One mail to all addresses, over a socket of our own. Never throws. */
export async function sendEmail(
  settings: EmailInput,
  password: string | undefined,
  message: Message,
  outside: Outside = {},
): Promise<Delivery> {
  const { host, security, user, from, to } = settings
  const timeoutMs = outside.timeoutMs ?? DELIVERY_TIMEOUT_MS
  const endsMs = performance.now() + timeoutMs
  let socket: Socket | undefined
  try {
    const connection = await openSocket(settings, outside)
    socket = connection
    const transport = createTransport({
      ...{ host, port: settings.port, secure: security === "tls", requireTLS: security === "starttls", ignoreTLS: security === "none" },
      ...(user === "" ? {} : { auth: { user, pass: password ?? "" } }),
      ...{ greetingTimeout: timeoutMs, socketTimeout: timeoutMs, disableFileAccess: true, disableUrlAccess: true },
      tls: { rejectUnauthorized: true, ...(outside.ca === undefined ? {} : { ca: outside.ca }) },
      getSocket: (_: unknown, callback: (error: Error | null, options: { connection: Socket }) => void) => callback(null, { connection }),
    })
    // Addresses as objects: no list is parsed from them.
    await transport.sendMail({
      from: { name: "Moyai", address: from },
      to: to.map((address) => ({ name: "", address })),
      envelope: { from, to: [...to] },
      subject: headerText(`[Moyai] ${message.text}`),
      text: bodyOf(message),
      messageId: `<${message.id}@${from.split("@")[1]}>`,
      headers: { "Auto-Submitted": "auto-generated" },
    })
    return delivered
  } catch (error) {
    return verdictOf(error, performance.now() >= endsMs)
  } finally {
    socket?.destroy()
  }
}
const bodyOf = ({ text, sinceMs, link }: Message): string =>
  [text, new Date(sinceMs).toISOString(), ...(link === null ? [] : [link])].join("\n\n")
