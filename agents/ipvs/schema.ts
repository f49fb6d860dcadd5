import { z } from "zod"
import { balancerSchema } from "../../lib/domain/balancer"
import { canonical, familyOf } from "../../lib/domain/balancer-address"
import { MarkRule } from "../../lib/domain/balancer-live"
import { Name } from "../../lib/domain/call"

/** A director is watched as long as the panel knows a balancer on it. */
export const IpvsDefinition = z.strictObject({ balancer: Name })
export type IpvsDefinition = z.infer<typeof IpvsDefinition>

const TEXT_MAX = 4 * 1024 * 1024
/** `input` is made by `renderChanges` from the table that was read. */
export const Restore = z.strictObject({ model: balancerSchema, input: z.string().max(TEXT_MAX) })
export const Persist = z.strictObject({ text: z.string().max(TEXT_MAX) })
export const LoadModule = z.strictObject({ module: z.string().regex(/^ip_vs(?:_[a-z0-9]{1,16})?$/, "module") })
export const Nothing = z.strictObject({})
export const Marks = z.strictObject({ rules: z.array(MarkRule).min(1).max(1_000) })
const isOwn = (address: string): boolean => !address.startsWith("127.") && address !== "::1" && familyOf(address) !== undefined
/** In one spelling, as `ip` prints it. */
export const Address = z.strictObject({ address: z.union([z.ipv4(), z.ipv6()]).transform(canonical).refine(isOwn, "loopback") })
