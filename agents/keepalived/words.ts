export type Definitions = Map<string, string>
const MAX_EXPANDED = 64 * 1024

/** `$NAME=value`; the `~` lines of keepalived, which make several statements of one, have no name. */
export function definitionIn(line: string): { readonly name?: string; readonly value: string } | undefined {
  const found = /^\$([A-Za-z_][A-Za-z0-9_]*)=/.exec(line)
  if (found) return { name: found[1] ?? "", value: line.slice(found[0].length).replaceAll("\\\n", " ").trim() }
  return line.startsWith("~") ? { value: line } : undefined
}
/** `${NAME}` anywhere, `$NAME` at the end of a word; what has no definition stays. */
export function expand(text: string, definitions: Definitions, depth = 8): string {
  if (depth === 0 || definitions.size === 0 || text.length > MAX_EXPANDED) return text
  let left = MAX_EXPANDED
  const after = text.replace(/\$(?:\{(\w+)\}|(\w+)(?!\S))/g, (all: string, a?: string, b?: string) => {
    const value = definitions.get(a ?? b ?? "") ?? all
    left -= value.length
    return left < 0 ? all : value
  })
  return after === text ? text : expand(after, definitions, depth - 1)
}
const escapes: Readonly<Record<string, string>> = { a: "\x07", b: "\b", E: "\x1b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" }
/** What keepalived makes of `\n`, `\x41`, `\101` in quotes; any other character is itself. */
const unescaped = (text: string): string =>
  text.replace(/\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|([\s\S]))/g, (_: string, hex?: string, octal?: string, c = "") =>
    hex === undefined && octal === undefined
      ? (escapes[c] ?? c)
      : String.fromCharCode(Number.parseInt(hex ?? octal ?? "", hex ? 16 : 8) & 255),
  )
/** Words as keepalived takes them: quotes go, what they held stays together. */
export function splitWords(text: string): readonly string[] {
  const words: string[] = []
  let open = false
  for (const [, space, double, single, plain] of text.matchAll(/(\s+)|"((?:\\[\s\S]|[^"\\])*)"?|'([^']*)'?|(\\[\s\S]|[^\s"'\\]+|\\$)/g)) {
    const piece = plain ?? single ?? unescaped(double ?? "")
    if (space === undefined) words.push(open ? `${words.pop() ?? ""}${piece}` : piece)
    open = space === undefined
  }
  return words
}
const byte = (c: string): string => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`
/** One word, in quotes where it needs them. keepalived counts braces in quotes too; escapes it knows in scripts and patterns alone. */
export const quoted = (word: string): string =>
  /^[^\s"'\\#!{}$~@]+$/.test(word) ? word : `"${word.replace(/["\\]/g, "\\$&").replace(/[{}]|[^\x20-\x7e\x80-\uffff]/g, byte)}"`
