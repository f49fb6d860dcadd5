import ssh2, { type AuthContext, type Connection, type ServerChannel } from "ssh2"
import type { NodeSession } from "./session"
import { reading, sh } from "./sh"
import { execBytes, frameWords, isShellLine } from "./wire"

export type Served = {
  readonly port: number
  /** The cable: open connections go silent and new ones are not answered, or are cut at once. */
  readonly cut: (how: "silent" | "closed") => void
  readonly restore: () => void
  readonly close: () => Promise<void>
}
type Options = {
  readonly session: NodeSession
  /** OpenSSH private key. */
  readonly hostKey: Buffer
  readonly publicKeys: () => readonly string[]
  readonly passwords: readonly { readonly user: string; readonly password: string }[]
  readonly onPublicKey: (publicKey: string) => void
  readonly port: number
}
const COMMAND_TIMEOUT_MS = 600_000

/** Serves a session (a simulated node's) as a real SSH server on loopback; it understands just what `ssh` sends. */
export function serveSession(options: Options): Promise<Served> {
  const open = new Set<Connection>()
  const sockets = new Set<{ destroy: () => void; pause: () => void; resume: () => void }>()
  let how: "ok" | "silent" | "closed" = "ok"
  const server = new ssh2.Server({ hostKeys: [options.hostKey] }, (connection) => {
    open.add(connection)
    connection.on("authentication", (auth) => authenticate(auth, options))
    connection.on("error", () => undefined)
    connection.on("close", () => open.delete(connection))
    connection.on("ready", () => {
      connection.on("session", (accept) => {
        const session = accept()
        session.on("exec", (acceptExec, _reject, { command }) => {
          const channel = acceptExec()
          channel.on("error", () => undefined)
          serveExec(channel, command, options)
        })
      })
    })
  })
  // ssh2's Server hides the sockets; the cable needs them.
  const net = (server as unknown as { _srv: import("node:net").Server })._srv // the net.Server that it wraps
  net.prependListener("connection", (socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on("close", () => sockets.delete(socket))
    if (how === "closed") socket.destroy()
    if (how === "silent") socket.pause()
  })
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(options.port, "127.0.0.1", () =>
      resolve({
        port: portOf(server.address()),
        cut: (next) => {
          how = next
          for (const socket of sockets) next === "closed" ? socket.destroy() : socket.pause()
        },
        restore: () => {
          how = "ok"
          // What was on the wire when it was unplugged is gone.
          for (const socket of sockets) socket.destroy()
        },
        close: () =>
          new Promise((done) => {
            for (const socket of sockets) socket.destroy()
            server.close(() => done())
          }),
      }),
    )
  })
}

const portOf = (address: unknown): number =>
  typeof address === "object" && address !== null && "port" in address ? Number(address.port) : 0

function authenticate(auth: AuthContext, { publicKeys, passwords }: Options) {
  if (auth.method === "password") {
    const isRight = passwords.some(({ user, password }) => user === auth.username && password === auth.password)
    return isRight ? auth.accept() : auth.reject(["publickey", "password"])
  }
  if (auth.method !== "publickey") return auth.reject(["publickey", "password"])
  for (const line of publicKeys()) {
    const key = ssh2.utils.parseKey(line)
    if (key instanceof Error || key.type !== auth.key.algo || !key.getPublicSSH().equals(auth.key.data)) continue
    if (!auth.signature || (auth.blob && key.verify(auth.blob, auth.signature, auth.hashAlgo))) return auth.accept()
  }
  return auth.reject(["publickey", "password"])
}

function serveExec(channel: ServerChannel, line: string, options: Options) {
  const bytes = execBytes(line)
  if (bytes !== undefined) return serveCommand(channel, bytes, options)
  if (isShellLine(line)) return serveShell(channel, options)
  // The end of a process group: the session's own abort does it here, when its channel closes.
  channel.exit(line.includes("kill -s TERM") ? 0 : 127)
  channel.end()
}

function serveCommand(channel: ServerChannel, bytes: number, { session, onPublicKey }: Options) {
  const chunks: Buffer[] = []
  const gone = new AbortController()
  channel.on("data", (chunk: Buffer) => chunks.push(chunk))
  channel.on("close", () => gone.abort())
  channel.on("end", () => {
    const input = Buffer.concat(chunks)
    const argv = frameWords(input.subarray(0, bytes).toString())
    const stdin = input.subarray(bytes).toString()
    channel.write("moyai-pid 1\n")
    if (argv[2]?.includes("authorized_keys")) {
      onPublicKey(stdin)
      channel.exit(0)
      channel.end()
      return
    }
    let isStreamed = false
    const onLine = (text: string) => {
      isStreamed = true
      channel.write(`${text}\n`)
    }
    session
      .run(reading(sh`${argv}`, stdin), { timeoutMs: COMMAND_TIMEOUT_MS, signal: gone.signal, onLine })
      .then(({ exitCode, stdout, stderr }) => {
        if (!isStreamed) channel.write(stdout)
        channel.stderr.write(stderr)
        channel.exit(exitCode)
        channel.end()
      })
      .catch(() => channel.destroy())
  })
}

function serveShell(channel: ServerChannel, { session }: Options) {
  let text = ""
  let turn: Promise<void> = Promise.resolve()
  channel.write("moyai-pid 1\n")
  const answer = async (nonce: string, frame: string) => {
    const [result] = await session.read([sh`${frameWords(frame)}`], { timeoutMs: COMMAND_TIMEOUT_MS })
    if (!result) return
    channel.stderr.write(`${result.stderr}\n${nonce}\n`)
    channel.write(`${result.stdout}\n${nonce} ${result.exitCode}\n`)
  }
  channel.on("data", (chunk: Buffer) => {
    text += chunk.toString()
    for (let frame = takeFrame(text); frame; frame = takeFrame(text)) {
      const { nonce, body, rest } = frame
      text = rest
      turn = turn.then(() => answer(nonce, body)).catch(() => void channel.destroy())
    }
  })
}
function takeFrame(text: string): { readonly nonce: string; readonly body: string; readonly rest: string } | undefined {
  const [head, nonce = "", count] = text.match(/^(\S+) (\d+)\n/) ?? []
  if (head === undefined) return undefined
  const lines = text.slice(head.length).split("\n")
  if (lines.length <= Number(count)) return undefined
  return { nonce, body: lines.slice(0, Number(count)).join("\n"), rest: lines.slice(Number(count)).join("\n") }
}
