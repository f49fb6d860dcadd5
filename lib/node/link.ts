import type { Client } from "ssh2"
import { createBackoff } from "./backoff"
import { connect } from "./connect"
import { createPatience } from "./patience"
import type { PoolOptions } from "./pool"
import { createReader } from "./reader"
import { runOn } from "./run"
import { type CommandResult, type Endpoint, isUnreachable, type ReadOptions, type RunOptions, Unreachable } from "./session"
import type { Sh } from "./sh"
import { openShell } from "./shell"
import type { turns } from "./turns"

export type LinkParts = {
  readonly options: PoolOptions
  readonly connecting: ReturnType<typeof turns>
  readonly channels: ReturnType<typeof turns>
  /** The connection of the node `via`. */
  readonly through: (() => Promise<Client>) | undefined
  readonly tell: (why: Unreachable | undefined) => void
}

const noLonger = (node: string) => new Unreachable(`${node}: the panel no longer speaks to it`, { code: "closed" })

/** One connection to one endpoint: made when needed, again when it was lost, not before its time. */
function keepConnected(endpoint: Endpoint, { options, connecting, through, tell }: LinkParts) {
  const backoff = createBackoff(options.nowMs ?? Date.now, options.random ?? Math.random)
  let current: Promise<Client> | undefined
  let isClosed = false

  async function make(): Promise<Client> {
    const { privateKey } = await options.credential(endpoint)
    const outer = await through?.()
    const { keepaliveMs, readyTimeoutMs } = options
    const optional = {
      ...(outer ? { through: outer } : {}),
      ...(keepaliveMs ? { keepaliveMs } : {}),
      ...(readyTimeoutMs ? { readyTimeoutMs } : {}),
    }
    return connecting(async () => {
      if (isClosed) throw noLonger(endpoint.node)
      return connect(endpoint, { privateKey, ...optional })
    })
  }
  const made = (client: Client): Client => {
    let why = "the connection was closed"
    client.on("error", ({ message }) => {
      why = message
    })
    client.once("close", () => {
      const error = new Unreachable(`${endpoint.node}: the connection was lost (${why}).`, { code: "closed" })
      current = undefined
      backoff.lost(error)
      tell(error)
    })
    backoff.made()
    tell(undefined)
    if (isClosed) client.end()
    return client
  }
  const failed = (error: unknown): never => {
    current = undefined
    backoff.failed(error)
    if (isUnreachable(error)) tell(error)
    throw error
  }
  return {
    client: async (): Promise<Client> => {
      if (isClosed) throw noLonger(endpoint.node)
      if (!current) {
        backoff.check()
        current = make().then(made, failed)
      }
      return current
    },
    close: (): void => {
      isClosed = true
      current?.then((client) => client.end()).catch(() => undefined)
    },
  }
}

export type Link = ReturnType<typeof createLink>
/** What goes over a connection: commands, a bounded number at once, and facts. */
export function createLink(endpoint: Endpoint, parts: LinkParts) {
  const { client, close } = keepConnected(endpoint, parts)
  const ready = (patience: AbortSignal) => waitFor(client(), patience, endpoint.node)
  const open = async (patience: AbortSignal) => openShell(await ready(patience), endpoint)
  const [reader, aside] = [createReader(endpoint.node, open), createReader(endpoint.node, open)]
  async function run(command: Sh, options: RunOptions): Promise<CommandResult> {
    const patience = createPatience(options.timeoutMs, options.signal)
    const send = async () => runOn(await ready(patience.signal), endpoint, command, { ...options, timeoutMs: patience.leftMs() })
    try {
      return await parts.channels(send, patience.signal)
    } catch (error) {
      if (error !== patience.signal.reason) throw error
      const why = `\`${command.masked}\` on ${endpoint.node} waited behind other commands and was not sent: ${patience.why()}`
      throw new Unreachable(why, { code: "timeout" })
    } finally {
      patience.end()
    }
  }
  const read = (commands: readonly Sh[], { timeoutMs, isAside = false }: ReadOptions) =>
    (isAside ? aside : reader).read(commands, timeoutMs)
  return { client, close, run, read }
}

/** The connection goes on being made when this caller has no more time for it. */
function waitFor(making: Promise<Client>, patience: AbortSignal, node: string): Promise<Client> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Unreachable(`${node}: no connection yet, nothing was sent`, { code: "timeout" }))
    if (patience.aborted) giveUp()
    patience.addEventListener("abort", giveUp, { once: true })
    making.finally(() => patience.removeEventListener("abort", giveUp)).then(resolve, reject)
  })
}
