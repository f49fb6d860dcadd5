import { createHash } from "node:crypto"
import { done, type Running } from "./running"

type Perform = (argv: readonly string[]) => Running

/** Programs that only know the disk. The put's script answers as lib/node/put.ts reads it, its check included. */
export function diskCommand(disk: Map<string, string>, argv: readonly string[], stdin: string, perform: Perform): Running | undefined {
  const [tool, first = ""] = argv
  if (tool === "true") return done(0)
  if (tool === "false") return done(1)
  if (tool === "cat" && argv.length === 1) return done(0, stdin)
  if (tool === "cat" && argv.length === 2) {
    const content = disk.get(first)
    return content === undefined ? done(1, "", `cat: ${first}: No such file or directory\n`) : done(0, content)
  }
  return tool === "sh" && argv[3] === "moyai-put" ? put(disk, argv.slice(4), stdin, perform) : undefined
}

function put(disk: Map<string, string>, [path = "", , sum = "", ...check]: readonly string[], stdin: string, perform: Perform): Running {
  const before = disk.get(path)
  if (before !== undefined && hashOf(before) === sum) return done(0, "put unchanged\n")
  if (hashOf(stdin) !== sum) return done(0, "put short\n")
  const temporary = `${path}.moyai.new`
  if (check.length > 0) {
    disk.set(temporary, stdin)
    const verdict = perform([...check, temporary]).answer() ?? { exitCode: 1, stdout: "", stderr: "" }
    disk.delete(temporary)
    if (verdict.exitCode !== 0) return done(0, `put refused ${verdict.exitCode}\n${verdict.stdout}`, verdict.stderr)
  }
  const kept =
    before === undefined ? "" : `${path}.moyai-kept.${[...disk.keys()].filter((p) => p.startsWith(`${path}.moyai-kept.`)).length}`
  if (before !== undefined) disk.set(kept, before)
  disk.set(path, stdin)
  return done(0, `put written ${kept}\n`)
}
const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex")
