import { Ended, exits } from "../exit"
import type { Io } from "../io"
import { balancerChanges, balancerCheck, balancerImport, balancerRender, type Given } from "../offline/balancer"
import { sayReport } from "../words"
import { type Common, print } from "./context"
import { readable, textOf } from "./offline"

const MAX_INCLUDES = 64
const directoryOf = (file: string): string => (file.includes("/") ? file.slice(0, file.lastIndexOf("/") + 1) : "")
const includesIn = (text: string): readonly string[] =>
  [...text.matchAll(/^[^\S\n]*include[^\S\n]+["']?([^\s"'*?[]{1,1024})["']?[^\S\n]*$/gm)].map(([, name = ""]) => name)

/** A file with what it includes by name, relative to its own directory; patterns are left to the caller, who is told. */
async function given(io: Io, file: string): Promise<Given> {
  const text = readable(file, await textOf(io, file))
  const files: Record<string, string> = {}
  const waiting = [...includesIn(text)]
  for (let name = waiting.shift(); name !== undefined && Object.keys(files).length < MAX_INCLUDES; name = waiting.shift()) {
    if (files[name] !== undefined) continue
    const path = name.startsWith("/") ? name : `${directoryOf(file)}${name}`
    const said = await io.readFile(path).catch(() => undefined)
    if (said === undefined) continue
    files[name] = said
    waiting.push(...includesIn(said))
  }
  return { text, files }
}
const headOf = (text: string): string => text.split("\n")[0] ?? ""
const plural = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`

export async function balancerImported(io: Io, file: string, options: Common): Promise<void> {
  const value = readable(file, balancerImport(await given(io, file)))
  const { virtualServers, directors, understood, verbatim, notUnderstood } = value
  print(
    io,
    options,
    value,
    [
      `${plural(virtualServers.length, "virtual server")}, ${plural(directors.length, "director")}; ${plural(understood, "statement")} understood\n`,
      ...verbatim.map(({ line, text }) => `${file}:${line}: kept verbatim: ${headOf(text)}\n`),
      ...notUnderstood.map(({ line, text, reason }) => `${file}:${line}: not understood: ${headOf(text)}: ${reason}\n`),
    ].join(""),
  )
}
export async function balancerRendered(io: Io, file: string, options: Common & { readonly director?: number }): Promise<void> {
  const value = readable(file, balancerRender(await given(io, file), (options.director ?? 1) - 1))
  print(io, options, value, value.text)
}
/** @throws Ended with 1 where an error is among the findings; what was found is printed first */
export async function balancerChecked(io: Io, file: string, options: Common): Promise<void> {
  const value = readable(file, balancerCheck(await given(io, file), sayReport))
  const lines = value.findings.map(({ line, severity, code, text }) => `${file}:${line}: ${severity}: ${text} [${code}]\n`)
  print(io, options, value, lines.length === 0 ? "nothing to report\n" : lines.join(""))
  if (value.findings.some(({ severity }) => severity === "error")) throw new Ended(exits.failed, "")
}
export async function balancerDiffed(io: Io, before: string, after: string, options: Common): Promise<void> {
  if (before === "-" && after === "-") throw new Ended(exits.usage, "standard input can be only one of the two files")
  const [a, b] = [await given(io, before), await given(io, after)]
  // Each by itself first, so that a fault is told with its own file's name.
  readable(before, balancerImport(a))
  readable(after, balancerImport(b))
  const value = readable(after, balancerChanges(a, b))
  const lines = value.changes.map(({ what, of, field, from, to }) =>
    field === null ? `${what}: ${of}\n` : `${of}: ${field}: ${from ?? "nothing"} → ${to ?? "nothing"}\n`,
  )
  print(io, options, value, lines.length === 0 ? "nothing would change\n" : lines.join(""))
}
