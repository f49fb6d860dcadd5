import { z } from "zod"
import { findToken } from "../auth/token"
import type { Engine } from "../engine"
import { localeOf } from "../i18n/messages"
import { authorise, defineVerb, isRefused } from "../verbs/verb"
import { ctxOfToken, tokenOf } from "./caller"
import { problem } from "./problem"
import { eventStream } from "./stream"

/** No verb of the router: its answer does not end. Refused and on record as one. */
const follow = defineVerb({ name: "event.follow", kind: "query", role: "viewer", input: z.object({}), run: async () => ({}) })

/** The event stream for a token; it ends with the token. */
export async function followEvents(engine: Engine, request: Request): Promise<Response> {
  try {
    await authorise(await ctxOfToken(engine, request.headers), follow, {})
  } catch (error) {
    if (!isRefused(error)) throw error
    return problem(error.status, error.reports, localeOf(undefined, request.headers.get("accept-language")))
  }
  const token = tokenOf(request.headers) ?? ""
  return eventStream(engine.bus, request, async () => (await findToken(engine.db, token, engine.clock.nowMs()))?.state === "valid")
}
