import { type Delivery, undelivered } from "../domain/alert-channel"
import { AddressRefused } from "./address"

/** How long one delivery may take, from the lookup to the last answer, ms. */
export const DELIVERY_TIMEOUT_MS = 10_000

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" && /^\w{1,64}$/.test(error.code) ? error.code : ""
const TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_OSSL_|HOSTNAME_MISMATCH|EPROTO)/
/** An error of a connection in our words: nothing that the other side said is kept. */
export function outcomeOf(error: unknown): Delivery {
  if (error instanceof AddressRefused) return undelivered("addressRefused", { address: error.address })
  // Several addresses were tried: the first says enough.
  if (error instanceof AggregateError) return outcomeOf(error.errors[0])
  if (error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError")) return undelivered("timeout")
  return outcomeOfCode(codeOf(error))
}
export function outcomeOfCode(code: string): Delivery {
  if (code === "ETIMEDOUT" || code === "ABORT_ERR") return undelivered("timeout")
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return undelivered("notFound")
  if (TLS.test(code)) return undelivered("tlsFailed", { why: code })
  return code === "" ? undelivered("failed") : undelivered("connectFailed", { why: code })
}
