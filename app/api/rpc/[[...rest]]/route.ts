import { RPCHandler } from "@orpc/server/fetch"
import { cookies } from "next/headers"
import { bodyMaxKib } from "@/lib/api/body"
import { isSameOrigin } from "@/lib/auth/origin"
import { engine } from "@/lib/engine"
import { logError } from "@/lib/log"
import { ADDRESS_HEADER, cookieName, ctxOf } from "@/lib/verbs/request"
import { router } from "@/lib/verbs/router"

export const dynamic = "force-dynamic"
const handler = new RPCHandler(router, {
  interceptors: [
    ({ next }) =>
      next().catch((error: unknown) => {
        logError("rpc", error)
        throw error
      }),
  ],
})

/** Everything by POST from the panel's own pages: a form on another site gets nowhere. */
export async function POST(request: Request): Promise<Response> {
  const { publicUrl } = engine()
  if (!isSameOrigin(request.headers, publicUrl)) return Response.json({ code: "crossSite" }, { status: 403 })
  if (Number(request.headers.get("content-length") ?? 0) > bodyMaxKib(request.url) * 1_024)
    return Response.json({ code: "tooLarge" }, { status: 413 })
  const token = (await cookies()).get(cookieName(publicUrl?.startsWith("https:") ?? false))?.value
  const context = await ctxOf(token, request.headers.get(ADDRESS_HEADER) ?? "")
  const { matched, response } = await handler.handle(request, { prefix: "/api/rpc", context })
  return matched ? response : Response.json({ code: "notFound" }, { status: 404 })
}
