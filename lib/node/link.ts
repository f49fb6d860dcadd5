import type { Client } from "ssh2"
import { createBackoff } from "./backoff"
import { connect } from "./connect"
import { createPatience } from "./patience"
import type { PoolOptions } from "./pool"
import { createReader } from "./reader"
import { runOn } from "./run"
import { type CommandResult, type Endpoint, isUnreachable, type RunOptions, Unreachable } from "./session"
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

export type Link = ReturnType<typeof createLink>
/** One connection to one endpoint: made when needed, again when it was lost, not before its time. */
export function createLink(endpoint: Endpoint, { options, connecting, channels, through, tell }: LinkParts) {
  const backoff = createBackoff(options.nowMs ?? Date.now, options.random ?? Math.random)
  const noLonger = () => new Unreachable(`${endpoint.node}: the panel no longer speaks to it`, { code: "closed" })
  let current: Promise<Client> | undefined
  let isClosed = false

  async function make(): Promise<Client> {
    const { privateKey } = await options.credential(endpoint)
    const outer = await through?.()
    const { keepaliveMs, readyTimeoutMs } = options
    return connecting(() => {
      if (isClosed) throw noLonger()
      return connect(endpoint, {
        privateKey,
        ...(outer ? { through: outer } : {}),
        ...(keepaliveMs ? { keepaliveMs } : {}),
        ...(readyTimeoutMs ? { readyTimeoutMs } : {}),
      })
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
  const client = async (): Promise<Client> => {
    if (isClosed) throw noLonger()
    if (!current) {
      backoff.check()
      current = make().then(made, failed)
    }
    return current
  }
  const ready = (patience: AbortSignal) => waitFor(client(), patience, endpoint.node)
  const reader = createReader(endpoint.node, async (patience) => openShell(await ready(patience), endpoint))
  return {
    client,
    read: reader.read,
    run: async (command: Sh, runOptions: RunOptions): Promise<CommandResult> => {
      const patience = createPatience(runOptions.timeoutMs, runOptions.signal)
      const send = async () => runOn(await ready(patience.signal), endpoint, command, { ...runOptions, timeoutMs: patience.leftMs() })
      try {
        return await channels(send, patience.signal)
      } catch (error) {
        if (error !== patience.signal.reason) throw error
        const why = `\`${command.masked}\` on ${endpoint.node} waited behind other commands and was not sent: ${patience.why()}`
        throw new Unreachable(why, { code: "timeout" })
      } finally {
        patience.end()
      }
    },
    close: (): void => {
      isClosed = true
      current?.then((c) => c.end()).catch(() => undefined)
    },
  }
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
