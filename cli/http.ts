import { randomUUID } from "node:crypto"
import { request as overHttp } from "node:http"
import { request as overHttps } from "node:https"
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
  if (!(error instanceof Error)) return String(error)
  return "code" in error && typeof error.code === "string" ? error.code : error.message
}
/** Nothing was sent: asking again cannot be a second execution, and will not help. */
const neverArrived = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]

type Sent = { readonly method: "GET" | "POST"; readonly headers: Readonly<Record<string, string>>; readonly body?: string }
type Answer = { readonly status: number; readonly text: string }
/** Not `fetch`: loading it takes longer than the answer. A redirect is followed nowhere. */
const once = (url: URL, { method, headers, body }: Sent): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = url.protocol === "https:" ? overHttps : overHttp
    const asked = request(url, { method, headers, signal: AbortSignal.timeout(PATIENCE_MS) }, (answer) => {
      answer.once("error", reject)
      answer
        .setEncoding("utf8")
        .toArray()
        .then((parts) => resolve({ status: answer.statusCode ?? 0, text: parts.join("") }), reject)
    })
    asked.once("error", reject)
    asked.end(body)
  })
/** @throws Ended when nobody answers. An answer that got lost is asked for once more: the key makes that one execution. */
async function send(url: URL, sent: Sent, isRetry = false): Promise<Answer> {
  try {
    return await once(url, sent)
  } catch (error) {
    const cause = causeOf(error)
    if (!isRetry && !neverArrived.includes(cause)) return send(url, sent, true)
    throw new Ended(exits.unreachable, `the panel at ${url.origin} does not answer: ${cause}`, { code: "unreachable" })
  }
}
function jsonOf(url: URL, { status, text }: Answer): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Ended(exits.unreachable, `${url.href} does not answer as a panel does (${status})`, { code: "unreachable" })
  }
}
/** One verb by HTTP (docs/api.md). @throws PanelError, Ended */
export async function callVerb({ url, token }: Access, verb: string, input: object): Promise<unknown> {
  const target = new URL(`/api/v1/${verb.replace(".", "/")}`, url)
  const isGet = isQuery(verb)
  if (isGet) for (const [key, value] of Object.entries(input)) if (value !== undefined) target.searchParams.set(key, String(value))
  const said = await send(target, {
    method: isGet ? "GET" : "POST",
    headers: {
      accept: "application/json",
      "user-agent": "moyai-cli/1",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(isGet ? {} : { "content-type": "application/json", "idempotency-key": randomUUID() }),
    },
    ...(isGet ? {} : { body: JSON.stringify(input) }),
  })
  const answer = jsonOf(target, said)
  if (said.status >= 200 && said.status < 300) return answer
  const { detail, title, reports = [], ...extra } = answer as Problem // problem+json of our own server
  throw new PanelError(said.status, detail ?? title ?? `status ${said.status}`, { reports, ...extra })
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
