import { readFile } from "node:fs/promises"
import type { Deps } from "./commands/context"
import type { Io } from "./io"
import type { Panel } from "./panel"
import { run } from "./run"

type Given = {
  readonly panel?: Panel
  /** Answers to questions, in order; null-terminated by their end. */
  readonly answers?: readonly string[]
  readonly input?: string
  readonly isTerminal?: boolean
  readonly columns?: number
  readonly env?: Readonly<Record<string, string>>
  readonly hostName?: string
  readonly sleep?: Io["sleep"]
}
/** One command as it is called in a shell: what it wrote, what it asked, and how it ended. */
export async function called(line: string | readonly string[], given: Given = {}) {
  const [out, err, asked]: [string[], string[], string[]] = [[], [], []]
  const answers = [...(given.answers ?? [])]
  const io: Io = {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    readInput: async () => given.input ?? "",
    ask: async (question) => {
      asked.push(question)
      return answers.shift() ?? null
    },
    isTerminal: given.isTerminal ?? false,
    columns: given.columns ?? 80,
    env: given.env ?? {},
    hostName: given.hostName ?? "desk",
    nowMs: Date.now,
    sleep: given.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5)))),
    readFile: (path) => readFile(path, "utf8"),
  }
  const { panel } = given
  const deps: Deps = {
    io,
    panel: async () => {
      if (!panel) throw new Error("this test has no panel")
      return panel
    },
  }
  const args = typeof line === "string" ? line.split(" ") : line
  const exit = await run("moyai", args, deps)
  return { exit, out: out.join(""), err: err.join(""), asked }
}
