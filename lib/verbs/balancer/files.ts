import { structuredPatch } from "diff"
import type { FileDiff } from "../../domain/balancer-view"

const LINES_MAX = 4_000
/** More changed lines than this are not compared one by one. */
const EDITS_MAX = 10_000
const PATIENCE_MS = 1_000
/** Passwords of VRRP, and what else is one by its keyword, are nobody's to read on a screen; nor are definitions, which may be one. */
export const hidden = (text: string): string =>
  text
    .replace(/\b(auth_pass|password|smtp_password|secret|key)([^\S\n]+)(?:"[^"\n]*"|'[^'\n]*'|[^\s{}]+)/gi, "$1$2********")
    .replace(/^([^\S\n]*\$\w+=).*$/gm, "$1********")

const shown = (lines: readonly string[]): readonly string[] =>
  lines.length > LINES_MAX ? [...lines.slice(0, LINES_MAX), `@@ … ${lines.length - LINES_MAX}`] : lines
/** The difference as a reader of patches knows it, without passwords; empty when there is none. */
export function fileDiff(node: string, path: string, before: string | null, after: string): FileDiff | null {
  if (before === after) return null
  const at = { node, path, isNew: before === null }
  if (before === null) {
    const lines = hidden(after).replace(/\n$/, "").split("\n")
    return { ...at, lines: shown(lines.map((line) => `+${line}`)) }
  }
  const options = { context: 3, maxEditLength: EDITS_MAX, timeout: PATIENCE_MS }
  const patch = structuredPatch("a", "b", hidden(before), hidden(after), "", "", options)
  if (!patch) return { ...at, lines: ["@@ …"] }
  // What differs is a password alone.
  if (patch.hunks.length === 0) return { ...at, lines: ["@@", "-auth_pass ********", "+auth_pass ********"] }
  const { hunks } = patch
  return {
    ...at,
    lines: shown(hunks.flatMap((hunk, i) => [...(i === 0 ? [] : ["@@"]), ...hunk.lines.filter((line) => !line.startsWith("\\"))])),
  }
}
