import { structuredPatch } from "diff"
import type { FileDiff } from "../../domain/balancer-view"

const LINES_MAX = 4_000
/** Passwords of VRRP, and what else is one by its keyword, are nobody's to read on a screen. */
const hidden = (text: string): string => text.replace(/^(\s*(?:auth_pass|password|smtp_password|key)\s+).*$/gim, "$1********")

/** The difference as a reader of patches knows it, without passwords; empty when there is none. */
export function fileDiff(node: string, path: string, before: string | null, after: string): FileDiff | null {
  if (before === after) return null
  const { hunks } = structuredPatch("a", "b", hidden(before ?? ""), hidden(after), "", "", { context: 3 })
  const lines = hunks.flatMap((hunk, i) => [...(i === 0 ? [] : ["@@"]), ...hunk.lines.filter((line) => !line.startsWith("\\"))])
  const isLong = lines.length > LINES_MAX
  return {
    ...{ node, path, isNew: before === null },
    lines: isLong ? [...lines.slice(0, LINES_MAX), `@@ … ${lines.length - LINES_MAX}`] : lines,
  }
}
