import { Ended, exits } from "../exit"
import type { Io } from "../io"
import { check, diff, order, place, type Result, type Unreadable, unread } from "../offline"
import { type Common, print } from "./context"

/** The text of a file, or why its bytes are none. @throws Ended with 2 for a file that cannot be read */
export async function textOf(io: Io, file: string): Promise<Result<string>> {
  try {
    return { ok: true, value: await (file === "-" ? io.readInput() : io.readFile(file)) }
  } catch (error) {
    const { message, cause } = error instanceof Error ? error : new Error(String(error))
    if (isUnreadable(cause)) return { ok: false, error: cause }
    throw new Ended(exits.usage, `${file}: ${message}`, { code: "unreadable" })
  }
}
const isUnreadable = (cause: unknown): cause is Unreadable =>
  typeof cause === "object" && cause !== null && "line" in cause && "code" in cause && "text" in cause
/** @throws Ended with 2: it cannot be read as what it should be */
export function readable<T>(file: string, result: Result<T>): T {
  if (result.ok) return result.value
  const { line, code, text } = result.error
  throw new Ended(exits.usage, `${file}:${line}: ${text}`, { code, line })
}
export async function servicesOrder(io: Io, file: string, options: Common): Promise<void> {
  const value = readable(file, order(readable(file, await textOf(io, file))))
  const lines = Object.entries(value.services).map(
    ([name, { start, stop }]) => `${name}\n  start: ${start.join(" ")}\n  stop:  ${stop.join(" ")}\n`,
  )
  print(io, options, value, lines.join(""))
}
export async function servicesDiff(io: Io, before: string, after: string, options: Common): Promise<void> {
  if (before === "-" && after === "-") throw new Ended(exits.usage, "standard input can be only one of the two files")
  const result = diff(readable(before, await textOf(io, before)), readable(after, await textOf(io, after)))
  const value = readable(result.file === "old" ? before : after, result)
  const parts = (["stop", "start", "reconfigure"] as const).flatMap((what) => value[what].map((item) => `${what} ${item}\n`))
  print(io, options, value, parts.length === 0 ? "nothing is stopped, started or reconfigured\n" : parts.join(""))
}
/** `S=h1` → [S, h1]. @throws Ended */
function ownerOf(said: string): readonly [string, string] {
  const at = said.indexOf("=")
  if (at < 1 || at === said.length - 1) throw new Ended(exits.usage, `--owner ${said}: SERVICE=NODE, please`)
  return [said.slice(0, at), said.slice(at + 1)]
}
/** Each service by one owner. @throws Ended */
function ownersOf(said: readonly string[]): Readonly<Record<string, string>> {
  const pairs = said.map(ownerOf)
  const twice = pairs.find(([name, node], i) => pairs.findIndex((other) => other[0] === name && other[1] !== node) > i)
  if (twice) throw new Ended(exits.usage, `--owner: ${twice[0]} is said to run on two nodes`)
  return Object.fromEntries(pairs)
}
type Placing = Common & { readonly online: string; readonly owner: readonly string[] }
export async function servicesPlace(io: Io, file: string, { online, owner, ...options }: Placing): Promise<void> {
  const running = {
    online: online
      .split(",")
      .map((n) => n.trim())
      .filter(Boolean),
    owners: ownersOf(owner),
  }
  const value = readable(file, place(readable(file, await textOf(io, file)), running))
  const lines = Object.entries(value.services).map(([name, { scores, candidates, reasons }]) =>
    [
      `${name}: ${candidates.join(", ") || "nowhere"}\n`,
      ...Object.entries(scores).map(([node, score]) => `  ${node} ${score} ${reasons[node] ?? ""}`.trimEnd().concat("\n")),
    ].join(""),
  )
  print(io, options, value, lines.join(""))
}
/** @throws Ended with 1 where an error is among the findings; what was found is printed first */
export async function servicesCheck(io: Io, file: string, options: Common): Promise<void> {
  const text = await textOf(io, file)
  const value = readable(file, text.ok ? check(text.value) : unread(text.error))
  const lines = value.findings.map(({ line, severity, code, text }) => `${file}:${line}: ${severity}: ${text} [${code}]\n`)
  print(io, options, value, lines.length === 0 ? "nothing to report\n" : lines.join(""))
  if (value.findings.some(({ severity }) => severity === "error")) throw new Ended(exits.failed, "")
}
