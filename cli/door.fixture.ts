import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { createDoor } from "../lib/api/answer"
import type { World } from "../lib/server/world.fixture"

async function bodyOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString("utf8")
}
/** The panel's door for programs on loopback: all of it but Next. */
export async function listen(w: World) {
  const faults: unknown[] = []
  const door = createDoor(w.engine, (error) => void faults.push(error))
  const seen: { readonly path: string; readonly agent: string | undefined }[] = []
  let toLose = 0
  const server = createServer(async (request, response) => {
    const { method = "GET", url = "/", headers } = request
    seen.push({ path: url.split("?")[0] ?? "", agent: headers["user-agent"] })
    const body = method === "GET" ? {} : { body: await bodyOf(request) }
    const given = Object.entries(headers).flatMap(([k, v]) => (typeof v === "string" ? [[k, v] as [string, string]] : []))
    const answer = await door(new Request(`http://panel${url}`, { method, headers: new Headers(given), ...body }))
    if (method === "POST" && toLose-- > 0) return void request.socket.destroy()
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo // it listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    seen,
    /** The next commands are carried out, and nobody hears of it. */
    loseAnswers: (count: number) => {
      toLose = count
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
