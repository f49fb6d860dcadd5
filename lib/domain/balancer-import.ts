import type { Balancer } from "./balancer"

/** Of a statement that the model does not have: known to its format and kept, or known to nobody (or wrong), with the reason. */
export type ImportNote = { readonly line: number; readonly text: string; readonly reason?: string }
/** What the format cannot tell, so that the model may differ from what runs; `code` is for programs. */
export type Caution = { readonly line: number; readonly code: CautionCode; readonly params: Readonly<Record<string, string>> }
export const cautionCodes = ["thresholdsLost", "jiffies", "flagsLost", "localForwarding"] as const
export type CautionCode = (typeof cautionCodes)[number]
/** A file of the old world, read. Lines count from 1; those of an included file are its `include`'s. */
export type Imported = {
  readonly balancer: Balancer
  /** Statements that are in the model. */
  readonly understood: number
  readonly verbatim: readonly ImportNote[]
  readonly notUnderstood: readonly ImportNote[]
  readonly cautions: readonly Caution[]
  /** Where a part of the model was said: `virtualServers.0.realServers.1.weight` → line. */
  readonly lines: ReadonlyMap<string, number>
}
export type Unreadable = { readonly line: number; readonly code: string; readonly text: string }
export type ImportResult = { readonly ok: true; readonly value: Imported } | { readonly ok: false; readonly error: Unreadable }

/** The line of a field, or of what it is a part of; 1 where the file says nothing about it. */
export function lineOf({ lines }: Pick<Imported, "lines">, field = ""): number {
  const parts = field.split(".")
  for (let n = parts.length; n > 0; n--) {
    const line = lines.get(parts.slice(0, n).join("."))
    if (line !== undefined) return line
  }
  return 1
}
