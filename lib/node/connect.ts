import type { Duplex } from "node:stream"
import ssh2, { type Client, type ConnectConfig } from "ssh2"
import { algorithmsOf } from "./keys"
import { pinned } from "./pinned"
import { type Endpoint, Unreachable, type UnreachableWhy } from "./session"

export type ConnectOptions = {
  /** OpenSSH format without a passphrase. A Buffer: with a parsed key all logins failed (stack.md §5). */
  readonly privateKey: Buffer
  readonly readyTimeoutMs?: number
  readonly keepaliveMs?: number
  /** A connection to the node `via`, to go through. It stays open when this one ends. */
  readonly through?: Client
}
const READY_TIMEOUT_MS = 8_000
const KEEPALIVE_MS = 2_000
const KEEPALIVES_MISSED_MAX = 3
/** Each command under way listens for the end of its connection. */
const LISTENERS_MAX = 64

type Where = Pick<Endpoint, "node" | "host" | "port">
type Code = Exclude<UnreachableWhy["code"], "hostKeyChanged">
const CODES: Readonly<Record<string, Code>> = {
  ECONNREFUSED: "refused",
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  ETIMEDOUT: "timeout",
  EHOSTUNREACH: "timeout",
  ENETUNREACH: "timeout",
  ECONNRESET: "closed",
}
const HINTS: Readonly<Record<Code, string>> = {
  auth: "the login was refused; is the cluster's public key in authorized_keys of this user?",
  refused: "nothing listens there; is sshd running, and is it this port?",
  dns: "the name has no address",
  timeout: "no answer",
  closed: "it closed the connection before the login",
  other: "",
}
/** What a failed connection means. Nothing of ours was run. */
export function unreachable(where: Where, error: Error & { readonly code?: unknown; readonly level?: unknown }): Unreachable {
  const code: Code =
    error.level === "client-authentication"
      ? "auth"
      : error.level === "client-timeout"
        ? "timeout"
        : (CODES[String(error.code)] ?? (/before handshake/.test(error.message) ? "closed" : "other"))
  const text = code === "auth" ? HINTS.auth : [HINTS[code], error.message].filter(Boolean).join(": ")
  return new Unreachable(`${where.node} (${where.host} port ${where.port}): ${text}`, { code })
}

/**
 * A logged-in connection; the pinned host key is verified before anything of ours is sent.
 * @throws Unreachable, with `hostKeyChanged` and both fingerprints when the key is another one.
 */
export async function connect(endpoint: Endpoint, options: ConnectOptions): Promise<Client> {
  const sock = options.through ? await forward(options.through, endpoint) : undefined
  const config: ConnectConfig = {
    username: endpoint.user,
    privateKey: options.privateKey,
    authHandler: ["publickey"],
    keepaliveInterval: options.keepaliveMs ?? KEEPALIVE_MS,
    keepaliveCountMax: KEEPALIVES_MISSED_MAX,
  }
  return login(endpoint, config, options.readyTimeoutMs ?? READY_TIMEOUT_MS, sock)
}

/** Logs in as `config` says, at the pinned host only. @throws Unreachable */
export function login(
  endpoint: Endpoint,
  config: ConnectConfig,
  readyTimeoutMs: number,
  sock?: Duplex,
  client = new ssh2.Client(),
): Promise<Client> {
  const pin = pinned(endpoint)
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      clearTimeout(timer)
      reject(pin.changed() ?? unreachable(endpoint, error))
      client.destroy()
      sock?.destroy()
    }
    // ssh2's own limit does not cover a name's look-up nor a channel that never answers.
    const timer = setTimeout(
      () => fail(Object.assign(new Error(`not logged in after ${readyTimeoutMs} ms`), { code: "ETIMEDOUT" })),
      readyTimeoutMs,
    )
    const ended = () => fail(Object.assign(new Error("closed"), { code: "ECONNRESET" }))
    client.on("error", fail) // stays: after the login a "close" follows, which tells it
    client.once("close", ended)
    client.once("ready", () => {
      clearTimeout(timer)
      client.removeListener("close", ended)
      client.setMaxListeners(LISTENERS_MAX)
      client.setNoDelay(true)
      resolve(client)
    })
    try {
      client.connect({
        ...(sock ? { sock } : { host: endpoint.host, port: endpoint.port }),
        ...config,
        algorithms: { serverHostKey: algorithmsOf(endpoint.hostKey) },
        hostVerifier: pin.verify,
        readyTimeout: 0,
      })
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error))) // such as a private key that cannot be read
    }
  })
}

const forward = (through: Client, { host, port, node, via }: Endpoint): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const refused = ({ message }: Error) =>
      reject(
        new Unreachable(`${node}: ${via?.node ?? "the node in between"} cannot reach ${host} port ${port}: ${message}`, { code: "other" }),
      )
    try {
      through.forwardOut("127.0.0.1", 0, host, port, (error, channel) => (error ? refused(error) : resolve(channel)))
    } catch (error) {
      refused(error instanceof Error ? error : new Error(String(error))) // "Not connected"
    }
  })
