import type { Duplex } from "node:stream"
import ssh2, { type Client, type ConnectConfig } from "ssh2"
import { algorithmsOf, fingerprintOf, hostKeyOf } from "./keys"
import { type Endpoint, Unreachable, type UnreachableWhy } from "./session"

export type ConnectOptions = {
  readonly privateKey: Buffer
  readonly readyTimeoutMs?: number
  readonly keepaliveMs?: number
  readonly signal?: AbortSignal
}
const READY_TIMEOUT_MS = 8_000
const KEEPALIVE_MS = 2_000
const KEEPALIVES_MISSED_MAX = 3

/** What a failed connection means. Nothing of ours was run. */
export function unreachable(
  endpoint: Pick<Endpoint, "node" | "host" | "port">,
  error: Error & { code?: string; level?: string },
): Unreachable {
  const where = `${endpoint.node} (${endpoint.host} port ${endpoint.port})`
  const say = (text: string, code: Exclude<UnreachableWhy["code"], "hostKeyChanged">) => new Unreachable(`${where}: ${text}`, { code })
  if (error.level === "client-authentication")
    return say("the login was refused; is the cluster's public key in authorized_keys of this user?", "auth")
  if (error.code === "ECONNREFUSED") return say("nothing listens there; is sshd running, and is it this port?", "refused")
  if (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN") return say("the name has no address", "dns")
  if (error.level === "client-timeout" || error.code === "ETIMEDOUT" || error.code === "EHOSTUNREACH" || error.code === "ENETUNREACH")
    return say(`no answer (${error.message})`, "timeout")
  return say(error.message, "other")
}

/**
 * A logged-in connection with the pinned host key verified before anything of ours is sent.
 * @throws Unreachable, with `hostKeyChanged` and both fingerprints when the key is another one.
 */
export async function connect(endpoint: Endpoint, options: ConnectOptions): Promise<Client> {
  const outer = endpoint.via ? await connect(endpoint.via, options) : undefined
  const sock = outer ? await forward(outer, endpoint) : undefined
  const client = new ssh2.Client()
  if (outer) client.once("close", () => outer.end())
  return new Promise((resolve, reject) => {
    let changed: Unreachable | undefined
    const fail = (error: Error) => {
      client.destroy()
      outer?.end()
      reject(changed ?? (error instanceof Unreachable ? error : unreachable(endpoint, error)))
    }
    options.signal?.addEventListener("abort", () => fail(new Error("no longer wanted")), { once: true })
    client.once("error", fail)
    client.once("close", () => fail(new Error("the connection was closed before the login")))
    client.once("ready", () => {
      client.removeAllListeners("error").removeAllListeners("close")
      client.on("error", () => undefined) // a later "close" tells it
      if (outer) client.once("close", () => outer.end())
      client.setNoDelay(true)
      resolve(client)
    })
    const hostVerifier = (blob: Buffer): boolean => {
      const offered = hostKeyOf(blob)
      if (offered === endpoint.hostKey) return true
      const [pinned, other] = [fingerprintOf(endpoint.hostKey), fingerprintOf(offered)]
      const message = `${endpoint.node} (${endpoint.host} port ${endpoint.port}) shows another host key: ${other} instead of ${pinned}. Nothing was sent to it.`
      changed = new Unreachable(message, { code: "hostKeyChanged", pinned, offered: other })
      return false
    }
    client.connect(configOf(endpoint, options, hostVerifier, sock))
  })
}

function configOf(
  endpoint: Endpoint,
  options: ConnectOptions,
  hostVerifier: (blob: Buffer) => boolean,
  sock: Duplex | undefined,
): ConnectConfig {
  return {
    ...(sock ? { sock } : { host: endpoint.host, port: endpoint.port }),
    username: endpoint.user,
    privateKey: options.privateKey,
    // A key of another type would be another key: only the pinned one's algorithms are offered, then any, so that a change is seen as one.
    algorithms: { serverHostKey: [...algorithmsOf(endpoint.hostKey), ...fallbackAlgorithms(endpoint.hostKey)] as never }, // names as in OpenSSH
    hostVerifier,
    readyTimeout: options.readyTimeoutMs ?? READY_TIMEOUT_MS,
    keepaliveInterval: options.keepaliveMs ?? KEEPALIVE_MS,
    keepaliveCountMax: KEEPALIVES_MISSED_MAX,
  }
}
const KNOWN = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256"]
export const fallbackAlgorithms = (hostKey: string): readonly string[] => KNOWN.filter((name) => !algorithmsOf(hostKey).includes(name))

const forward = (outer: Client, { host, port, node }: Endpoint): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    outer.forwardOut("127.0.0.1", 0, host, port, (error, channel) => {
      if (!error) return resolve(channel)
      outer.end()
      reject(new Unreachable(`${node}: the node in between cannot reach ${host} port ${port}: ${error.message}`, { code: "other" }))
    })
  })
