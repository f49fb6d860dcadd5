import { request as httpRequest } from "node:http"
import { request as httpsRequest } from "node:https"
import { type Delivery, delivered, undelivered, type WebhookInput } from "../domain/alert-channel"
import { guardedLookup, type Lookup, refuseLiteral } from "./address"
import type { Message } from "./message"
import { DELIVERY_TIMEOUT_MS, outcomeOf } from "./outcome"

export type Outside = {
  /** The system's, unless a test answers in its place. */
  readonly lookup?: Lookup
  readonly timeoutMs?: number
  /** Certificates of tests. */
  readonly ca?: string
}
function verdictOf(status: number): Delivery {
  if (status >= 200 && status < 300) return delivered
  return undelivered(status >= 300 && status < 400 ? "redirect" : "status", { status: String(status) })
}

/** One POST of JSON. Whoever answers with a redirect is not followed; the body of an answer is not read. Never throws. */
export function postWebhook(
  { url, header, allowPrivate }: WebhookInput,
  secret: string | undefined,
  message: Message,
  { lookup, timeoutMs = DELIVERY_TIMEOUT_MS, ca }: Outside = {},
): Promise<Delivery> {
  const body = JSON.stringify(message)
  return new Promise<Delivery>((resolve) => {
    const settle = (error: unknown) => resolve(outcomeOf(error))
    try {
      const target = new URL(url)
      refuseLiteral(target.hostname, allowPrivate)
      const request = (target.protocol === "https:" ? httpsRequest : httpRequest)(target, {
        method: "POST",
        // A connection of its own: none that somebody else opened is used again.
        agent: false,
        lookup: guardedLookup(allowPrivate, lookup),
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          ...(secret === undefined ? {} : { [header]: secret }),
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          "user-agent": "Moyai",
        },
        ...(ca === undefined ? {} : { ca }),
      })
      request.on("response", ({ statusCode = 0 }) => {
        resolve(verdictOf(statusCode))
        request.destroy()
      })
      request.on("error", settle)
      request.on("close", () => settle(new Error("closed")))
      request.end(body)
    } catch (error) {
      settle(error)
    }
  })
}
