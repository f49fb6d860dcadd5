import { structuredPatch } from "diff"
import type { FileDiff } from "../../domain/balancer-view"

const LINES_MAX = 4_000
/** More changed lines than this are not compared one by one. */
const EDITS_MAX = 10_000
/** Passwords of VRRP, and what else is one by its keyword, are nobody's to read on a screen; nor are definitions, which may be one. */
export const hidden = (text: string): string =>
  text
    .replace(/\b(auth_pass|password|smtp_password|secret|key)([^\S\n]+)(?:"[^"\n]*"|'[^'\n]*'|[^\s{}]+)/gi, "$1$2********")
    .replace(/^([^\S\n]*\$\w+=).*$/gm, "$1********")

/** The difference as a reader of patches knows it, without passwords; empty when there is none. */
export function fileDiff(node: string, path: string, before: string | null, after: string): FileDiff | null {
  if (before === after) return null
  const patch = structuredPatch("a", "b", hidden(before ?? ""), hidden(after), "", "", { context: 3, maxEditLength: EDITS_MAX })
  if (!patch) return { ...{ node, path, isNew: before === null }, lines: ["@@ …"] }
  // What differs is a password alone.
  if (patch.hunks.length === 0) return { ...{ node, path, isNew: false }, lines: ["@@", "-auth_pass ********", "+auth_pass ********"] }
  const { hunks } = patch
  const lines = hunks.flatMap((hunk, i) => [...(i === 0 ? [] : ["@@"]), ...hunk.lines.filter((line) => !line.startsWith("\\"))])
  const isLong = lines.length > LINES_MAX
  return {
    ...{ node, path, isNew: before === null },
    lines: isLong ? [...lines.slice(0, LINES_MAX), `@@ … ${lines.length - LINES_MAX}`] : lines,
  }
}
