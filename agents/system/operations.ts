import { z } from "zod"
import { DELAY_MAX_S } from "../../lib/domain/slow-start"
import { sh } from "../../lib/node/sh"
import { defineOperation } from "../contract"
import { addresses } from "./facts"
import type { Addresses } from "./schema"

/** One spelling for an address: IPv6 in RFC 5952's, as `ip` prints it. */
const canonical = (ip: string): string => (ip.includes(":") ? new URL(`http://[${ip}]/`).hostname.slice(1, -1) : ip)

const isValid = (ip: string): boolean => z.union([z.ipv4(), z.ipv6()]).safeParse(ip).success
export const isHeld = (interfaces: Addresses, ip: string): boolean =>
  interfaces.some((i) => i.addresses.some(({ address }) => isValid(address) && canonical(address) === canonical(ip)))

/** A look before an address is started elsewhere: two holders would answer in turn. It changes nothing. */
export const addressIsFree = defineOperation({
  name: "addressIsFree",
  params: z.strictObject({ ip: z.union([z.ipv4(), z.ipv6()]) }),
  timeoutMs: () => 10_000,
  sentence: ({ ip }) => ({ code: "checkAddressFree", params: { ip } }),
  command: () => addresses.command,
  fact: () => addresses,
  settled: (seen, { ip }) => !isHeld(seen, ip),
  isCheck: true,
})

/** Between two steps of a slow start. The node is not asked: the journal has when it began, so a panel that starts anew waits for the rest. */
export const delay = defineOperation({
  name: "delay",
  params: z.strictObject({ seconds: z.int().min(1).max(DELAY_MAX_S), step: z.int().min(1).max(9), of: z.int().min(1).max(9) }),
  timeoutMs: () => 1_000,
  sentence: ({ seconds, step, of }) => ({
    code: "slowStartDelay",
    params: { seconds: String(seconds), step: String(step), of: String(of) },
  }),
  command: () => sh`true`,
  fact: () => addresses,
  settled: () => true,
  delayMs: ({ seconds }) => seconds * 1_000,
})
