import type { Imported } from "../../domain/balancer-import"
import type { CoverageLine } from "../../domain/balancer-view"
import { hidden } from "./files"

const LINES_MAX = 20_000
/** Every line of a file by how it was read; a note may span several lines. */
export function coverageOf(text: string, { verbatim, notUnderstood }: Imported): readonly CoverageLine[] {
  const marks = new Map<number, Pick<CoverageLine, "read" | "reason">>()
  const mark = (line: number, lines: number, read: CoverageLine["read"], reason: string | null) => {
    for (let i = 0; i < lines; i++) marks.set(line + i, { read, reason: i === 0 ? reason : null })
  }
  for (const note of verbatim) mark(note.line, note.text.split("\n").length, "verbatim", note.reason ?? null)
  for (const note of notUnderstood) mark(note.line, note.text.split("\n").length, "notUnderstood", note.reason ?? null)
  return text
    .split("\n")
    .slice(0, LINES_MAX)
    .map((line, i) => ({
      ...{ line: i + 1, text: hidden(line).slice(0, 400) },
      ...(marks.get(i + 1) ?? { read: /^\s*(?:[#!].*)?$/.test(line) ? ("blank" as const) : ("understood" as const), reason: null }),
    }))
}
