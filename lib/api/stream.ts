import type { Bus, Numbered } from "../bus"

const BEAT_MS = 15_000
const encoder = new TextEncoder()

/** The event stream (SSE), resumable by Last-Event-ID or `since`. After a gap the client is told to ask for everything again. Ends when `isWelcome` is false. */
export function eventStream(bus: Bus, request: Request, isWelcome: () => Promise<boolean>): Response {
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
      // The beat lets the client notice a dead link, and a session or token that was ended loses its stream.
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
