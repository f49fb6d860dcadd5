/** One `key = value` of lvs.cf; a value of several words (an address and its device) is in `words`. */
export type Pair = { readonly line: number; readonly key: string; readonly words: readonly string[]; readonly text: string }
/** A block, or the file itself, which has no kind. */
export type Section = {
  readonly line: number
  readonly kind: "" | "virtual" | "server" | "failover"
  readonly name: string
  readonly pairs: readonly Pair[]
  readonly sections: readonly Section[]
  /** Lines that are neither, with the reason. */
  readonly strange: readonly { readonly line: number; readonly text: string; readonly reason: string }[]
  readonly comments: readonly string[]
}
type Open = { -readonly [K in keyof Section]: Section[K] extends readonly (infer T)[] ? T[] : Section[K] }
type Failure = { readonly line: number; readonly code: string; readonly text: string }
export type Document = { readonly ok: true; readonly value: Section } | { readonly ok: false; readonly error: Failure }

const MAX_CHARACTERS = 4 * 1024 * 1024
const MAX_LINE = 4096
const MAX_DEPTH = 4
/** Piranha's own limit. */
const MAX_WORDS = 100
const inside: Readonly<Record<Section["kind"], readonly string[]>> = {
  "": ["virtual", "failover"],
  virtual: ["server"],
  server: [],
  failover: [],
}

/** Words between blanks; quotes hold blanks and close on their line. */
function wordsIn(line: string): readonly string[] | string {
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|([^\s"']+)|(["'])/g)]
  if (words.some(([, , , , open]) => open !== undefined)) return "a quote is not closed on its line"
  if (words.length > MAX_WORDS) return `there are more than ${MAX_WORDS} words`
  return words.map(([, double, single, plain]) => double ?? single ?? plain ?? "")
}
const opened = (line: number, kind: Section["kind"], name: string): Open => ({
  line,
  kind,
  name,
  pairs: [],
  sections: [],
  strange: [],
  comments: [],
})
const isKind = (word: string | undefined): word is "virtual" | "server" | "failover" =>
  word === "virtual" || word === "server" || word === "failover"

function take(open: Open, line: number, text: string): Open | "close" | undefined {
  const words = wordsIn(text)
  if (typeof words === "string") return void open.strange.push({ line, text, reason: words })
  const [first = "", second, third] = words
  if (first === "}") return "close"
  if (isKind(first) && third === "{") {
    if (inside[open.kind].includes(first)) return opened(line, first, second ?? "")
    open.strange.push({ line, text, reason: `${first} does not belong here` })
    return opened(line, first, second ?? "")
  }
  if (second === "=" && words.length > 2) open.pairs.push({ line, key: first, words: words.slice(2), text })
  else open.strange.push({ line, text, reason: "lvs.cf has lines of the form `key = value`, with blanks around the =" })
  return undefined
}
function step(stack: Open[], root: Open, line: number, raw: string): Failure | undefined {
  const said = raw.trim()
  if (raw.length > MAX_LINE) return { line, code: "tooLong", text: `The line is longer than ${MAX_LINE} characters.` }
  const open = stack.at(-1) ?? root
  if (said.startsWith("#")) open.comments.push(said)
  const taken = said === "" || said.startsWith("#") ? undefined : take(open, line, said)
  if (taken === undefined) return undefined
  if (taken !== "close") {
    if (inside[open.kind].includes(taken.kind)) open.sections.push(taken)
    stack.push(taken)
    return stack.length > MAX_DEPTH ? { line, code: "tooDeep", text: "Blocks are nested too deep." } : undefined
  }
  if (stack.length === 1) return { line, code: "braceClosed", text: "A } closes nothing." }
  stack.pop()
  return undefined
}
/** lvs.cf by lines (network.md §1.1), or why it cannot be read; never throws. */
export function readLvsCf(text: string): Document {
  if (text.length > MAX_CHARACTERS)
    return { ok: false, error: { line: 1, code: "tooLong", text: `The text is longer than ${MAX_CHARACTERS} characters.` } }
  const root = opened(1, "", "")
  const stack = [root]
  for (const [i, raw] of text.split("\n").entries()) {
    const error = step(stack, root, i + 1, raw)
    if (error) return { ok: false, error }
  }
  const last = stack.at(-1) ?? root
  if (stack.length === 1) return { ok: true, value: root }
  return { ok: false, error: { line: last.line, code: "braceOpen", text: `The { of ${last.kind} ${last.name} is never closed.` } }
}
