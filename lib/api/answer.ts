import { SmartCoercionPlugin } from "@orpc/json-schema"
import { OpenAPIHandler } from "@orpc/openapi/fetch"
import { ZodToJsonSchemaConverter } from "@orpc/zod/zod4"
import { report } from "../domain/report"
import type { Engine } from "../engine"
import { type Locale, localeOf } from "../i18n/messages"
import { verbs } from "../verbs/all"
import type { Ctx } from "../verbs/context"
import { router } from "../verbs/router"
import { isRefused, Refused, type Verb } from "../verbs/verb"
import { readBody } from "./body"
import { ctxOfToken, tokenOf } from "./caller"
import { type Answer, isKey, once } from "./idempotency"
import { problem, problemOf } from "./problem"

export const PREFIX = "/api/v1"
const byPath: ReadonlyMap<string, Pick<Verb, "name" | "kind" | "hasSecretAnswer">> = new Map(
  Object.values(verbs).flatMap((inRoom) => Object.values(inRoom).map((verb) => [`${PREFIX}/${verb.name.replace(".", "/")}`, verb])),
)
type OnFault = (error: unknown) => void

/** Only a query's words are text that may mean a number; a body says what it means. */
function handlersOf(onFault: OnFault) {
  const telling = ({ next }: { readonly next: () => Promise<unknown> }) =>
    next().catch((error: unknown) => {
      onFault(error)
      throw error
    })
  const coercion = new SmartCoercionPlugin({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  return {
    query: new OpenAPIHandler(router, { plugins: [coercion], clientInterceptors: [telling as never] }), // passes its result through
    command: new OpenAPIHandler(router, { clientInterceptors: [telling as never] }),
  }
}
/** Answers `/api/v1/{entity}/{verb}` from the panel's verbs. `onFault` hears of each error; never throws. */
export function createDoor(engine: () => Engine, onFault: OnFault): (request: Request) => Promise<Response> {
  const handlers = handlersOf(onFault)
  return async (request) => {
    const locale = localeOf(undefined, request.headers.get("accept-language"))
    try {
      return await answer(engine(), handlers, request, locale)
    } catch (error) {
      if (isRefused(error)) return problem(error.status, error.reports, locale, error.extra)
      onFault(error)
      return problem(500, [report("fault")], locale)
    }
  }
}

async function answer(engine: Engine, handlers: ReturnType<typeof handlersOf>, request: Request, locale: Locale): Promise<Response> {
  const url = new URL(request.url)
  const verb = byPath.get(url.pathname)
  const wanted = verb?.kind === "query" ? "GET" : "POST"
  if (!verb) return problem(404, [report("verbUnknown", { path: url.pathname.slice(0, 200) })], locale)
  if (request.method !== wanted)
    return problem(405, [report("methodWrong", { path: url.pathname, method: wanted })], locale, {}, { allow: wanted })
  const context = await ctxOfToken(engine, request.headers)
  const body = wanted === "POST" ? await readBody(request) : undefined
  const run = async (): Promise<Answer> => {
    const init = body === undefined ? { method: "GET" } : { method: "POST", body, headers: { "content-type": "application/json" } }
    const { matched, response } = await handlers[verb.kind].handle(new Request(url, init), { prefix: PREFIX, context })
    if (!matched) throw new Error(`${verb.name} is in the table and not in the router`)
    return { status: response.status, body: await response.text() }
  }
  const key = request.headers.get("idempotency-key")
  const { isReplay, ...answered } =
    key === null || body === undefined || context.tokenId === undefined
      ? { ...(await run()), isReplay: false }
      : await keyed({ ...context, tokenId: context.tokenId }, request.headers, { key, request: `${url.pathname} ${body}`, verb }, run)
  return respond(answered, isReplay, locale)
}
type KeyedRequest = { readonly key: string; readonly request: string; readonly verb: Pick<Verb, "hasSecretAnswer"> }
async function keyed(
  { db, nowMs, tokenId }: Ctx & { readonly tokenId: string },
  headers: Headers,
  { key, request, verb }: KeyedRequest,
  run: () => Promise<Answer>,
) {
  if (!isKey(key)) throw new Refused(400, [report("keyInvalid")])
  const isSecret = verb.hasSecretAnswer === true
  return once(db, { tokenId, token: tokenOf(headers) ?? "", key, request, isSecret }, nowMs, run)
}
function respond({ status, body }: Answer, isReplay: boolean, locale: Locale): Response {
  const replayed: Record<string, string> = isReplay ? { "idempotency-replayed": "true" } : {}
  if (status >= 400) return problemOf(status, body, locale, replayed)
  return new Response(body, { status, headers: { "content-type": "application/json", "cache-control": "no-store", ...replayed } })
}
