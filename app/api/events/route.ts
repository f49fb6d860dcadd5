import { cookies } from "next/headers"
import type { Numbered } from "@/lib/bus"
import { engine } from "@/lib/engine"
import { cookieName, ctxOf } from "@/lib/verbs/request"

export const dynamic = "force-dynamic"
const BEAT_MS = 15_000
const encoder = new TextEncoder()

/** The event stream (SSE), resumable by Last-Event-ID. After a gap the browser is told to ask for everything again. */
export async function GET(request: Request): Promise<Response> {
  const { bus, publicUrl } = engine()
  const token = (await cookies()).get(cookieName(publicUrl?.startsWith("https:") ?? false))?.value
  const isWelcome = async () => (await ctxOf(token)).user !== null
  if (!(await isWelcome())) return new Response(null, { status: 401 })
  const lastId = request.headers.get("last-event-id") ?? new URL(request.url).searchParams.get("since")
  let close = () => {}
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (text: string) => controller.enqueue(encoder.encode(text))
      const send = ({ id, event }: Numbered) => write(`id: ${id}\ndata: ${JSON.stringify(event)}\n\n`)
      const missed = lastId === null ? "gap" : bus.since(lastId)
      write("retry: 1000\n\n")
      if (missed === "gap") write(`event: gap\ndata: {}\n\n`)
      else for (const numbered of missed) send(numbered)
      const leave = bus.subscribe(send)
      // The beat lets the browser notice a dead link, and a session that was ended loses its stream.
      const beat = setInterval(() => {
        write(`event: beat\ndata: ${Date.now()}\n\n`)
        void isWelcome().then((yes) => {
          if (!yes) close()
        })
      }, BEAT_MS)
      close = () => {
        clearInterval(beat)
        leave()
        close = () => {}
        controller.close()
      }
      request.signal.addEventListener("abort", () => close())
    },
    cancel: () => close(),
  })
  return new Response(stream, { headers: { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" } })
}
