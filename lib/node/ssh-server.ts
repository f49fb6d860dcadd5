import { timingSafeEqual } from "node:crypto"
import { createServer, type Socket } from "node:net"
import ssh2, { type AuthContext, type Connection } from "ssh2"
import { serveExec } from "./serve-exec"
import type { NodeSession } from "./session"

export type Served = {
  readonly port: number
  /** The cable: open connections go silent and new ones are not answered, or are cut at once. */
  readonly cut: (how: "silent" | "closed") => void
  readonly restore: () => void
  readonly close: () => Promise<void>
}
export type ServeOptions = {
  /** Asked anew for each command when a function; "off" cuts the connection, as a machine without power. */
  readonly session: NodeSession | (() => NodeSession | "off")
  /** OpenSSH private key. */
  readonly hostKey: Buffer
  readonly publicKeys: () => readonly string[]
  readonly passwords: readonly { readonly user: string; readonly password: string }[]
  /** Called when `installKey` brings a key. */
  readonly onPublicKey: (publicKey: string) => void
  /** 0 takes a free one. */
  readonly port: number
}

/** Serves a session (a simulated node's) as a real SSH server on loopback; it understands just what `ssh` sends. */
export async function serveSession(options: ServeOptions): Promise<Served> {
  const server = new ssh2.Server({ hostKeys: [options.hostKey] }, (connection) => serveConnection(connection, options))
  const sockets = new Set<Socket>()
  let cable: "whole" | "silent" | "closed" = "whole"
  const net = createServer((socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on("error", () => undefined)
    socket.once("close", () => sockets.delete(socket))
    if (cable === "closed") socket.destroy()
    if (cable === "whole") server.injectSocket(socket) // behind a silent cable nobody ever sees it
  })
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  await new Promise<void>((resolve, reject) => {
    net.once("error", reject)
    net.listen(options.port, "127.0.0.1", resolve)
  })
  const address = net.address()
  return {
    port: typeof address === "object" && address ? address.port : options.port,
    cut: (how) => {
      cable = how
      if (how === "closed") return destroyAll()
      for (const socket of sockets) {
        socket.pause()
        socket.cork()
      }
    },
    restore: () => {
      if (cable === "silent") destroyAll() // what was on the wire when it was unplugged is gone
      cable = "whole"
    },
    close: () =>
      new Promise((done) => {
        destroyAll()
        net.close(() => done())
      }),
  }
}

function serveConnection(connection: Connection, options: ServeOptions) {
  /** Commands under way, by the number that stands for their process group. */
  const groups = new Map<number, AbortController>()
  const session = () => (typeof options.session === "function" ? options.session() : options.session)
  connection.on("authentication", (auth) => authenticate(auth, options))
  connection.on("error", () => undefined)
  connection.on("ready", () => {
    connection.on("session", (accept) => {
      accept().on("exec", (acceptExec, _reject, { command }) => {
        const current = session()
        if (current === "off") connection.end()
        else serveExec(acceptExec(), command, { session: current, groups, onPublicKey: options.onPublicKey })
      })
    })
  })
}

const isSame = (a: string, b: string): boolean => {
  const [x, y] = [Buffer.from(a), Buffer.from(b)]
  return x.length === y.length && timingSafeEqual(x, y)
}
function authenticate(auth: AuthContext, { publicKeys, passwords }: ServeOptions) {
  const left: ("publickey" | "password")[] = passwords.length > 0 ? ["publickey", "password"] : ["publickey"]
  if (auth.method === "password") {
    const isRight = passwords.some(({ user, password }) => user === auth.username && isSame(password, auth.password))
    if (isRight) auth.accept()
    else auth.reject(left)
    return
  }
  if (auth.method !== "publickey") {
    auth.reject(left)
    return
  }
  for (const line of publicKeys()) {
    const key = ssh2.utils.parseKey(line)
    if (key instanceof Error || key.type !== auth.key.algo || !key.getPublicSSH().equals(auth.key.data)) continue
    // Without a signature the client only asks whether the key would do.
    if (!auth.signature || (auth.blob && key.verify(auth.blob, auth.signature, auth.hashAlgo) === true)) {
      auth.accept()
      return
    }
  }
  auth.reject(left)
}
