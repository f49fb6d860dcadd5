import { z } from "zod"
import { balancerSchema } from "../../lib/domain/balancer"
import { familyOf } from "../../lib/domain/balancer-address"
import { Name } from "../../lib/domain/call"

/** A director is watched as long as the panel knows a balancer on it. */
export const KeepalivedDefinition = z.strictObject({ balancer: Name })
export type KeepalivedDefinition = z.infer<typeof KeepalivedDefinition>

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "sha256")
const TEXT_MAX = 8 * 1024 * 1024
/**
 * `text` as a job stores it: for a password stands KEPT_PASSWORD. `balancer` and `secretKeys` say which they are, in the file's order;
 * `passwords` are put in at the last moment, and stored nowhere.
 */
export const Configure = z.strictObject({
  text: z.string().max(TEXT_MAX),
  sha256: Sha256,
  balancer: Name.optional(),
  secretKeys: z.array(z.string()).max(1_000).optional(),
  passwords: z.array(z.string()).max(1_000).optional(),
})
/** The file itself. */
export function wholeText({ text, passwords = [] }: Pick<z.infer<typeof Configure>, "text" | "passwords">): string {
  const left = [...passwords]
  return text.replaceAll(/^(\s*auth_pass )\*{8}$/gm, (line, start: string) => {
    const password = left.shift()
    return password === undefined ? line : `${start}${password}`
  })
}
export const Load = z.strictObject({ sha256: Sha256, model: balancerSchema, director: z.int().min(0).max(1) })
export const Nothing = z.strictObject({})
const Address = z.string().refine((text) => familyOf(text) !== undefined, "address")
const Addresses = z.array(Address).min(1).max(1_000)
/** `withinS`: how long VRRP may need, in s. */
export const TakeOver = z.strictObject({ addresses: Addresses, withinS: z.int().min(1).max(3_600).optional() })
export const StepDown = z.strictObject({ addresses: Addresses })

/** keepalived.conf and the files that its `include` lines bring, by the name that they say. Null: there is none. */
export type KeepalivedConfig = { readonly text: string | null; readonly files: Readonly<Record<string, string>> }
/** What `keepalived -t` says; exit 127: it is not installed. A file is good with exit 0 and no output. */
export type ConfigTest = { readonly exit: number; readonly output: string }
