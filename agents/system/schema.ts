import { z } from "zod"

/** Every node has the same facts: nothing is defined. */
export const SystemDefinition = z.strictObject({})
export type SystemDefinition = z.infer<typeof SystemDefinition>

/** For the eye: a name of the node's own choosing may not steer a terminal or turn a line around. */
const Text = z
  .string()
  .max(1_024)
  .transform((text) => text.replace(/[\p{Cc}\p{Cf}]/gu, ""))
const Bytes = z.number().nonnegative()

export const Identity = z.object({
  hostname: Text,
  machineId: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .nullable(),
  /** New at each boot: the before token of a restart. */
  bootId: z.string().regex(/^[0-9a-f-]{36}$/),
  /** Addresses that the node finds for its own name; empty when it finds none (document 003: a cluster node that did not know itself). */
  ownAddresses: z.array(Text).max(64),
})
export const Os = z.object({ name: Text, id: Text, version: Text, kernel: Text, cpus: z.int().positive().max(65_536) })
export const Load = z.object({ one: z.number().nonnegative(), five: z.number().nonnegative(), fifteen: z.number().nonnegative() })
export const Memory = z.object({ totalBytes: Bytes, availableBytes: Bytes, swapTotalBytes: Bytes, swapFreeBytes: Bytes })
export const Uptime = z.object({ seconds: z.number().nonnegative() })
/** The node's wall clock, ms since the epoch. How far off it is, is the panel's to say. */
export const NodeClock = z.object({ epochMs: z.number() })

export const Interface = z.object({
  name: Text,
  /** Set up by its administrator. */
  isUp: z.boolean(),
  /** A cable, and something at its other end. */
  hasCarrier: z.boolean(),
  mac: Text.nullable(),
  mtu: z.number().nullable(),
  addresses: z.array(z.object({ address: Text, prefix: z.int().min(0).max(128), scope: Text })).max(4_096),
})
export const Addresses = z.array(Interface).max(4_096)
export type Addresses = z.infer<typeof Addresses>
/** Each tool that the panel may drive, and whether it is there. */
export const Tools = z.record(z.string(), z.boolean())
export const UnitsAtBoot = z.array(z.object({ unit: Text, state: Text })).max(10_000)
/** What this machine's ping and arping say of an address: true is an answer, false none, null that it could not ask. */
export const Sees = z.array(z.object({ address: z.string(), ping: z.boolean().nullable(), arp: z.boolean().nullable() }))
export type Sees = z.infer<typeof Sees>
