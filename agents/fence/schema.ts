import { z } from "zod"
import { Name } from "../../lib/domain/call"
import { FenceAgent, FenceParams } from "../../lib/domain/fencing"

const HOUR_MS = 3_600_000
/** Nothing is defined here: devices are the panel's, and none is watched by schedule. */
export const FenceDefinition = z.strictObject({})
export type FenceDefinition = z.infer<typeof FenceDefinition>

/** One device asked about one node. `secrets` come when it is bound: the stored call is without them. */
export const FenceRequest = z.strictObject({
  agent: FenceAgent,
  params: FenceParams,
  /** The node whose power it is; the agent itself is told by `params` (plug …). */
  node: Name,
  device: Name,
  timeoutMs: z.int().min(1_000).max(HOUR_MS).exactOptional(),
  secrets: FenceParams.exactOptional(),
})
export type FenceRequest = z.infer<typeof FenceRequest>

/** What a device says of the power; `detail` is one line of the agent's own words, empty unless it is an error. */
export type Power = { readonly says: "on" | "off" | "error"; readonly detail: string }

/** Names of files, programs and scripts that hold or print a secret are no secrets. */
const isPlace = /_(?:script|file|path)$/i
const looksSecret = /passw|passphrase|secret|token|api_?key|access_?key|private_?key|hexadecimal_kg|^community$/i
export const isSecretName = (name: string): boolean => looksSecret.test(name) && !isPlace.test(name)
