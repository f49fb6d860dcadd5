import { z } from "zod"
import { balancerSchema } from "../../lib/domain/balancer"
import { familyOf } from "../../lib/domain/balancer-address"
import { Name } from "../../lib/domain/call"

/** A director is watched as long as the panel knows a balancer on it. */
export const KeepalivedDefinition = z.strictObject({ balancer: Name })
export type KeepalivedDefinition = z.infer<typeof KeepalivedDefinition>

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "sha256")
const TEXT_MAX = 512 * 1024
export const Configure = z.strictObject({ text: z.string().max(TEXT_MAX), sha256: Sha256 })
export const Load = z.strictObject({ sha256: Sha256, model: balancerSchema, director: z.int().min(0).max(1) })
export const Nothing = z.strictObject({})
const Address = z.string().refine((text) => familyOf(text) !== undefined, "address")
export const TakeOver = z.strictObject({ addresses: z.array(Address).min(1).max(1_000) })

/** keepalived.conf and the files that its `include` lines bring, by the name that they say. Null: there is none. */
export type KeepalivedConfig = { readonly text: string | null; readonly files: Readonly<Record<string, string>> }
/** What `keepalived -t` says; exit 127: it is not installed. A file is good with exit 0 and no output. */
export type ConfigTest = { readonly exit: number; readonly output: string }
