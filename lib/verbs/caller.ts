import { createRouterClient } from "@orpc/server"
import { cookies } from "next/headers"
import { cache } from "react"
import { engine } from "../engine"
import { cookieName, ctxOf } from "./request"
import { router } from "./router"

/** Who asks, in a server component or action; read once a request. */
export const currentCtx = cache(async () => {
  const isHttps = engine().publicUrl?.startsWith("https:") ?? false
  return ctxOf((await cookies()).get(cookieName(isHttps))?.value)
})
/** The verbs for server components, as the user of this request. */
export const serverCaller = async () => createRouterClient(router, { context: await currentCtx() })
