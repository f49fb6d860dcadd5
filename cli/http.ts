import { randomUUID } from "node:crypto"
import type { Report } from "../lib/domain/report"
import { Ended, exits } from "./exit"
import type { Panel } from "./panel"
import { PanelError } from "./refusal"
import { isQuery } from "./verbs"

export type Access = { readonly url: string; readonly token: string | undefined }
type Problem = {
  readonly detail?: string
  readonly title?: string
  readonly reports?: readonly Report[]
  readonly plan?: unknown
  readonly by?: unknown
}

const PATIENCE_MS = 60_000
const causeOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof Error) return "code" in cause ? String(cause.code) : cause.message
  return error instanceof Error ? error.message : String(error)
}
/** Nothing was sent: asking again cannot be a second execution, and will not help. */
const neverArrived = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]

/** @throws Ended when nobody answers. An answer that got lost is asked for once more: the key makes that one execution. */
async function send(url: URL, init: RequestInit, isRetry = false): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(PATIENCE_MS) })
  } catch (error) {
    const cause = causeOf(error)
    if (!isRetry && !neverArrived.includes(cause)) return send(url, init, true)
    throw new Ended(exits.unreachable, `the panel at ${url.origin} does not answer: ${cause}`, { code: "unreachable" })
  }
}
const jsonOf = async (response: Response): Promise<unknown> => {
  try {
    return await response.json()
  } catch {
    throw new Ended(exits.unreachable, `${response.url} does not answer as a panel does (${response.status})`, { code: "unreachable" })
  }
}
/** One verb by HTTP (docs/api.md). @throws PanelError, Ended */
export async function callVerb({ url, token }: Access, verb: string, input: object): Promise<unknown> {
  const target = new URL(`/api/v1/${verb.replace(".", "/")}`, url)
  const isGet = isQuery(verb)
  if (isGet) for (const [key, value] of Object.entries(input)) if (value !== undefined) target.searchParams.set(key, String(value))
  const response = await send(target, {
    method: isGet ? "GET" : "POST",
    headers: {
      accept: "application/json",
      "user-agent": "moyai-cli/1",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(isGet ? {} : { "content-type": "application/json", "idempotency-key": randomUUID() }),
    },
    ...(isGet ? {} : { body: JSON.stringify(input) }),
  })
  const answer = await jsonOf(response)
  if (response.ok) return answer
  const { detail, title, reports = [], ...extra } = answer as Problem // problem+json of our own server
  throw new PanelError(response.status, detail ?? title ?? `status ${response.status}`, { reports, ...extra })
}
/** The panel over HTTP; every verb is a call. */
export const httpPanel = (access: Access): Panel => {
  const room = (entity: string) =>
    new Proxy(
      {},
      {
        get:
          (_, verb) =>
          (input: object = {}) =>
            callVerb(access, `${entity}.${String(verb)}`, input),
      },
    )
  // `then` is asked for by `await`; it is no room.
  return new Proxy({}, { get: (_, entity) => (entity === "then" ? undefined : room(String(entity))) }) as Panel // the router's type; a test calls each
}
