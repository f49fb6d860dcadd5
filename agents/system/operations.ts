import { z } from "zod"
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
