import type { Client, ClientChannel } from "ssh2"
import { type Endpoint, Unreachable } from "./session"
import { execLine } from "./wire"

/** RFC 4254 §5.1: SSH_OPEN_CONNECT_FAILED, which sshd says at MaxSessions, and SSH_OPEN_RESOURCE_SHORTAGE. */
const NO_ROOM: readonly unknown[] = [2, 4]
/**
 * sshd counts a session until its next turn after the channel was closed: who opens a new one right then may be one too many.
 * Nothing was sent yet, so it is simply asked again.
 */
const PAUSES_MS = [10, 20, 40, 80, 160, 320, 640]

/** @throws Unreachable: where no channel opens, nothing was sent. */
export async function openChannel(client: Client, endpoint: Endpoint, patience?: AbortSignal): Promise<ClientChannel> {
  for (let i = 0; ; i++) {
    try {
      return await openOnce(client, endpoint)
    } catch (error) {
      const pauseMs = PAUSES_MS[i]
      const { message, reason } = reasonOf(error)
      if (pauseMs === undefined || !NO_ROOM.includes(reason) || patience?.aborted) {
        throw new Unreachable(`${endpoint.node} opens no channel for a command: ${message}. See MaxSessions in its sshd_config.`, {
          code: "other",
        })
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}
const openOnce = (client: Client, { sudo }: Endpoint): Promise<ClientChannel> =>
  new Promise((resolve, reject) => {
    client.exec(execLine(sudo), (error, channel) => (error ? reject(error) : resolve(channel))) // throws when "Not connected"
  })
const reasonOf = (error: unknown): { readonly message: string; readonly reason: unknown } =>
  error instanceof Error
    ? { message: error.message, reason: "reason" in error ? error.reason : undefined }
    : { message: String(error), reason: undefined }

/**
 * As `openChannel`, as long as there is patience: what opens when nobody waits for it any more is closed again, with nothing sent on it.
 * @throws Unreachable
 */
export function openWithin(client: Client, endpoint: Endpoint, patience: AbortSignal, message: () => string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Unreachable(message(), { code: "timeout" }))
    if (patience.aborted) return giveUp()
    patience.addEventListener("abort", giveUp, { once: true })
    openChannel(client, endpoint, patience)
      .finally(() => patience.removeEventListener("abort", giveUp))
      .then((channel) => {
        if (patience.aborted) channel.close()
        else resolve(channel)
      }, reject)
  })
}
