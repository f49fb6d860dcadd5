import { connect } from "node:net"
import type { Endpoint } from "./session"

/** What a fresh connection says of a machine. A refusal is an answer too: somebody sends it. */
export type Touch = { readonly says: "alive" | "silent" | "cannotSay"; readonly detail: string }
const refusals = new Set(["ECONNREFUSED", "ECONNRESET"])
const silences = new Set(["EHOSTUNREACH", "EHOSTDOWN", "ENETUNREACH", "ETIMEDOUT"])

/** A TCP connection to the node's SSH port, ended as soon as it greets; nothing is sent. Behind another node it cannot say. */
export const touch = ({ host, port, via }: Endpoint, timeoutMs: number): Promise<Touch> =>
  new Promise((resolve) => {
    if (via) return resolve({ says: "cannotSay", detail: `reached through ${via.node}` })
    const socket = connect({ host, port })
    let isOpen = false
    const end = (answer: Touch) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    const timer = setTimeout(
      () =>
        end(
          isOpen
            ? { says: "alive", detail: `port ${port} opens, and sshd does not greet` }
            : { says: "silent", detail: `port ${port}: no answer in ${timeoutMs} ms` },
        ),
      timeoutMs,
    )
    socket.on("connect", () => {
      isOpen = true
    })
    socket.on("data", () => end({ says: "alive", detail: `port ${port} greets` }))
    socket.on("error", (error: Error & { readonly code?: string }) => {
      const code = error.code ?? error.message
      if (refusals.has(code)) end({ says: "alive", detail: `port ${port}: ${code}` })
      else end({ says: silences.has(code) ? "silent" : "cannotSay", detail: `port ${port}: ${code}` })
    })
    socket.on("end", () => end({ says: "alive", detail: `port ${port} closes` }))
  })
