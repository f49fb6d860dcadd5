import { createLink, type Link } from "./link"
import { putBy } from "./put"
import type { Endpoint, NodeSession, Unreachable } from "./session"
import { turns } from "./turns"

const CONNECTS_AT_ONCE = 16
/** sshd allows 10 sessions a connection (MaxSessions): 6 for commands, two for the facts' shells; the rest is for ending what hangs. */
const COMMANDS_AT_ONCE = 6

export type PoolOptions = {
  readonly credential: (endpoint: Endpoint) => Promise<{ readonly privateKey: Buffer }>
  readonly nowMs?: () => number
  /** From 0 to 1: the jitter between two tries. */
  readonly random?: () => number
  /** Between two signs of life; three missed ones end the connection. */
  readonly keepaliveMs?: number
  readonly readyTimeoutMs?: number
}
/** `why` is set when the connection was lost or could not be made. */
export type LinkState = { readonly endpoint: Endpoint; readonly state: "connected" | "disconnected"; readonly why?: Unreachable }

export type Pool = {
  /** Connects when first used, again when the link was lost; between two tries it fails at once and says when the next is due. */
  readonly session: (endpoint: Endpoint) => NodeSession
  /** Tells each connection made, lost or failed. Returns how to stop. */
  readonly onState: (listener: (state: LinkState) => void) => () => void
  /** Ends the connection. What is under way on it has an unknown outcome; the next use begins without a pause. */
  readonly forget: (endpoint: Endpoint) => void
  readonly close: () => Promise<void>
}
const keyOf = (endpoint: Endpoint): string => JSON.stringify(endpoint)

/** One connection for each endpoint, whoever uses it. Another port or host key is another endpoint. */
export function createPool(options: PoolOptions): Pool {
  const links = new Map<string, Link>()
  const listeners = new Set<(state: LinkState) => void>()
  const connecting = turns(CONNECTS_AT_ONCE)
  let isClosed = false

  const tellOf = (endpoint: Endpoint) => (why: Unreachable | undefined) => {
    for (const listener of listeners) listener(why ? { endpoint, state: "disconnected", why } : { endpoint, state: "connected" })
  }
  const linkOf = (endpoint: Endpoint): Link => {
    const known = links.get(keyOf(endpoint))
    if (known) return known
    const { via } = endpoint
    const through = via ? () => linkOf(via).client() : undefined
    const link = createLink(endpoint, { options, connecting, channels: turns(COMMANDS_AT_ONCE), through, tell: tellOf(endpoint) })
    if (isClosed) link.close()
    links.set(keyOf(endpoint), link)
    return link
  }
  return {
    session: (endpoint) => {
      const run: NodeSession["run"] = async (command, runOptions) => linkOf(endpoint).run(command, runOptions)
      return {
        node: endpoint.node,
        run,
        read: async (commands, readOptions) => linkOf(endpoint).read(commands, readOptions),
        put: (file) => putBy(run, endpoint.node, file),
      }
    },
    onState: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    forget: (endpoint) => {
      links.get(keyOf(endpoint))?.close()
      links.delete(keyOf(endpoint))
    },
    close: async () => {
      isClosed = true
      for (const link of links.values()) link.close()
    },
  }
}
