import { createReadStream } from "node:fs"
import { hostname } from "node:os"
import { createInterface, type Interface } from "node:readline"
import { Writable } from "node:stream"
import type { Io } from "./io"
import { textIn } from "./offline/text"

const COLUMNS = 80
/** Lines of standard input where it is no terminal: one reader for all questions, so that no line gets lost between two. */
function piped() {
  let lines: AsyncIterator<string> | undefined
  return async (): Promise<string | null> => {
    lines ??= createInterface({ input: process.stdin })[Symbol.asyncIterator]()
    const { value, done } = await lines.next()
    return done ? null : value
  }
}
function typed(question: string, hidden: boolean): Promise<string | null> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader: Interface = createInterface({ input: process.stdin, output: hidden ? silent : process.stderr, terminal: true })
  if (hidden) process.stderr.write(question)
  return new Promise((resolve) => {
    reader.on("close", () => resolve(null))
    reader.on("SIGINT", () => process.exit(130))
    reader.question(hidden ? "" : question, (answer) => {
      if (hidden) process.stderr.write("\n")
      resolve(answer)
      reader.close()
    })
  })
}
/** The machine that the command runs on. Questions go to standard error: standard output is the answer alone. */
export function terminalIo(): Io {
  const fromPipe = piped()
  const isTerminal = process.stdin.isTTY === true
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    readInput: () => textIn(process.stdin),
    ask: (question, hidden = false) => {
      if (isTerminal) return typed(question, hidden)
      process.stderr.write(`${question}\n`)
      return fromPipe()
    },
    isTerminal,
    columns: process.stdout.columns ?? (Number(process.env.COLUMNS) || COLUMNS),
    env: process.env,
    hostName: hostname(),
    nowMs: Date.now,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    readFile: (path) => textIn(createReadStream(path)),
  }
}
