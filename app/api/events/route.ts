import { cookies } from "next/headers"
import { eventStream } from "@/lib/api/stream"
import { engine } from "@/lib/engine"
import { cookieName, ctxOf } from "@/lib/verbs/request"

export const dynamic = "force-dynamic"

/** The panel's own pages follow this. */
export async function GET(request: Request): Promise<Response> {
  const { bus, publicUrl } = engine()
  const token = (await cookies()).get(cookieName(publicUrl?.startsWith("https:") ?? false))?.value
  const isWelcome = async () => (await ctxOf(token)).user !== null
  if (!(await isWelcome())) return new Response(null, { status: 401 })
  return eventStream(bus, request, isWelcome)
}
