import type { Result } from "./result"

/** What a reconfiguration does, each as `type:primary` in the order in which it happens; the JSON of `moyai services diff`. */
export type Diff = { readonly stop: readonly string[]; readonly start: readonly string[]; readonly reconfigure: readonly string[] }
export const diff = (_before: string, _after: string): Result<Diff> => ({ ok: true, value: { stop: [], start: [], reconfigure: [] } })
