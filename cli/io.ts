/** What a command sees of the machine that it runs on. */
export type Io = {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** All of standard input. */
  readonly readInput: () => Promise<string>
  /** One line, from the terminal or from standard input; null at its end. `hidden` is not echoed. */
  readonly ask: (question: string, hidden?: boolean) => Promise<string | null>
  readonly isTerminal: boolean
  readonly columns: number
  readonly env: Readonly<Record<string, string | undefined>>
  readonly hostName: string
  readonly nowMs: () => number
  readonly sleep: (ms: number) => Promise<void>
  /** @throws Error when it cannot be read */
  readonly readFile: (path: string) => Promise<string>
}
