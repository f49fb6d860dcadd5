import type { Imported } from "../../lib/domain/balancer-import"

/** It is in the model; it is known, kept and written back; nobody knows it, or it is wrong, and it is written back all the same. */
export type Reading = "understood" | "verbatim" | "notUnderstood"
export type Covered = { readonly line: number; readonly what: string; readonly reading: Reading; readonly reason?: string }

/** Every statement of the file by its line: what is understood by its field of the model, the others by their text. */
export function coverageOf({ lines, verbatim, notUnderstood }: Imported): readonly Covered[] {
  const understood = [...lines].map(([what, line]): Covered => ({ line, what, reading: "understood" }))
  const kept = verbatim.map(({ line, text }): Covered => ({ line, what: text, reading: "verbatim" }))
  const strange = notUnderstood.map(
    ({ line, text, reason }): Covered => ({
      line,
      what: text,
      reading: "notUnderstood",
      ...(reason === undefined ? {} : { reason }),
    }),
  )
  return [...understood, ...kept, ...strange].toSorted((a, b) => a.line - b.line)
}
