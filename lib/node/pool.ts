import type { Client } from "ssh2"
import { connect } from "./connect"
import { putBy } from "./put"
import { runOn } from "./run"
import { type Endpoint, isUnreachable, type NodeSession, Unreachable } from "./session"
import { openShell, type Shell } from "./shell"
import { turns } from "./turns"

/** sshd allows 10 sessions a connection (MaxSessions): one is the facts' shell, one is kept for aborts. */
const CHANNELS_MAX = 8
/** Kept for commands that stream for ever, such as a followed journal. */
const CONNECTS_AT_ONCE = 16
const BACKOFF_MIN_MS = 500
const BACKOFF_MAX_MS = 15_000

export type PoolOptions = {
  readonly credential: (endpoint: Endpoint) => Promise<{ readonly privateKey: Buffer }>
  readonly nowMs?: () => number
  readonly random?: () => number
  readonly keepaliveMs?: number
  readonly readyTimeoutMs?: number
}
export type Pool = {
  /** Connects when first used, again when the link was lost; between two tries it fails at once and says when the next is due. */
  readonly session: (endpoint: Endpoint) => NodeSession
  readonly forget: (endpoint: Endpoint) => void
  readonly close: () => Promise<void>
}
const keyOf = (endpoint: Endpoint): string => JSON.stringify(endpoint)

export function createPool(options: PoolOptions): Pool {
  const links = new Map<string, Link>()
  const connecting = turns(CONNECTS_AT_ONCE)
  const linkOf = (endpoint: Endpoint): Link => {
    const key = keyOf(endpoint)
    const link = links.get(key) ?? createLink(endpoint, options, connecting)
    links.set(key, link)
    return link
  }
  return {
    session: (endpoint) => {
      const run: NodeSession["run"] = (command, runOptions) =>
        linkOf(endpoint).withChannel((client) => runOn(client, endpoint, command, runOptions))
      return {
        node: endpoint.node,
        run,
        read: (commands, { timeoutMs }) => linkOf(endpoint).read(commands, timeoutMs),
        put: (file) => putBy(run, endpoint.node, file),
      }
    },
    forget: (endpoint) => {
      links.get(keyOf(endpoint))?.close()
      links.delete(keyOf(endpoint))
    },
    close: async () => {
      for (const link of links.values()) link.close()
      links.clear()
    },
  }
}

type Link = {
  readonly withChannel: <T>(act: (client: Client) => Promise<T>) => Promise<T>
  readonly read: Shell["read"]
  readonly close: () => void
}
/** One connection to one endpoint, made when needed. */
function createLink(endpoint: Endpoint, options: PoolOptions, connecting: ReturnType<typeof turns>): Link {
  const nowMs = options.nowMs ?? Date.now
  const random = options.random ?? Math.random
  const channels = turns(CHANNELS_MAX - 1)
  let client: Promise<Client> | undefined
  let shell: Promise<Shell> | undefined
  let [failures, nextMs, isClosed] = [0, 0, false]
  let last: Unreachable | undefined
  const lose = () => {
    client = undefined
    shell = undefined
  }
  const failed = (error: unknown) => {
    lose()
    failures += 1
    // Full jitter: a rack that comes back is not stormed.
    nextMs = nowMs() + random() * Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** failures)
    if (isUnreachable(error)) last = error
    throw error
  }
  const made = (c: Client): Client => {
    failures = 0
    last = undefined
    c.once("close", lose)
    if (isClosed) c.end()
    return c
  }
  async function open(): Promise<Client> {
    const { privateKey } = await options.credential(endpoint)
    const { keepaliveMs, readyTimeoutMs } = options
    return connecting(() =>
      connect(endpoint, { privateKey, ...(keepaliveMs ? { keepaliveMs } : {}), ...(readyTimeoutMs ? { readyTimeoutMs } : {}) }),
    )
  }
  const get = (): Promise<Client> => {
    if (isClosed) throw new Unreachable(`${endpoint.node}: the panel no longer speaks to it`, { code: "closed" })
    if (client) return client
    const waitMs = nextMs - nowMs()
    if (waitMs > 0 && last) throw new Unreachable(`${last.message}; next try in ${Math.ceil(waitMs / 1000)} s`, last.why)
    client = open().then(made, failed)
    return client
  }
  const getShell = async (): Promise<Shell> => {
    const c = await get()
    const known = await shell
    if (known?.isOpen()) return known
    shell = openShell(c, endpoint)
    shell.catch(() => {
      shell = undefined
    })
    return shell
  }
  return {
    withChannel: async (act) => channels(async () => act(await get())),
    read: async (commands, timeoutMs) => (commands.length === 0 ? [] : (await getShell()).read(commands, timeoutMs)),
    close: () => {
      isClosed = true
      client?.then((c) => c.end()).catch(() => undefined)
    },
  }
}
