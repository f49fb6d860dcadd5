import type { Result } from "./result"

export type Finding = {
  /** From 1. */
  readonly line: number
  readonly severity: "error" | "warning" | "info"
  readonly code: string
  readonly text: string
}
/** The JSON of `moyai services check`; with an error among the findings the command ends with 1. A broken file is one finding. */
export type Checked = { readonly findings: readonly Finding[] }
export const check = (_text: string): Result<Checked> => ({ ok: true, value: { findings: [] } })
