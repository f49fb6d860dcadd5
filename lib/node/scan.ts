import { connect as connectSocket } from "node:net"
import ssh2 from "ssh2"
import { unreachable } from "./connect"
import { algorithmsOf, fingerprintOf, hostKeyOf } from "./keys"

export { installKey } from "./install-key"

/** `banner` is how the server names itself, such as "SSH-2.0-OpenSSH_9.2p1": printable, at most 200 characters. */
export type Scanned = { readonly hostKey: string; readonly fingerprint: string; readonly keyType: string; readonly banner: string }
export type ScanTarget = { readonly host: string; readonly port: number; readonly timeoutMs: number }

/** Asks for the host key, of the preferred type if there is one, and leaves before anything of ours is sent. @throws Unreachable */
export function scanHostKey({ host, port, timeoutMs }: ScanTarget, preferredType = "ssh-ed25519"): Promise<Scanned> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client()
    const sock = connectSocket({ host, port })
    let found: Omit<Scanned, "banner"> | undefined
    const fail = (error: Error) => {
      clearTimeout(timer)
      client.destroy()
      sock.destroy()
      reject(unreachable({ node: host, host, port }, error))
    }
    const timer = setTimeout(() => fail(Object.assign(new Error(`no host key in ${timeoutMs} ms`), { code: "ETIMEDOUT" })), timeoutMs)
    const banner = bannerOf(sock)
    const end = (error: Error) => {
      if (!found) return fail(error)
      clearTimeout(timer)
      resolve({ ...found, banner: banner() })
      sock.destroy()
    }
    client.on("error", end)
    client.on("close", () => end(Object.assign(new Error("it closed before it showed a host key"), { code: "ECONNRESET" })))
    const hostVerifier = (blob: Buffer): boolean => {
      const hostKey = hostKeyOf(blob)
      found = { hostKey, fingerprint: fingerprintOf(hostKey), keyType: hostKey.split(" ")[0] ?? "" }
      return false
    }
    client.connect({ sock, username: "moyai", readyTimeout: 0, hostVerifier, algorithms: { serverHostKey: algorithmsOf(preferredType) } })
  })
}

/** Reads along until the server has named itself; the line is plain text and the first that begins with "SSH-" (RFC 4253 §4.2). */
function bannerOf(sock: ReturnType<typeof connectSocket>): () => string {
  let text = ""
  const readAlong = (chunk: Buffer) => {
    text += chunk.toString("latin1").slice(0, 4096)
    if (text.length >= 4096 || /^SSH-[^\n]*\n/m.test(text)) sock.off("data", readAlong)
  }
  sock.once("connect", () => sock.prependListener("data", readAlong))
  return () => (text.match(/^SSH-[\x20-\x7e]{1,196}/m) ?? [""])[0]
}
