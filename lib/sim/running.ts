import type { CommandResult } from "../node/session"

/** A command at work on a pretend machine. */
export type Running = {
  readonly takesMs: number
  /** Undefined as long as it has not ended. */
  readonly answer: () => CommandResult | undefined
  /** It is killed: what it would have done at its end is not done. */
  readonly kill: () => void
  /** It streams until it is called off. */
  readonly follow?: (onLine: (line: string) => void) => () => void
}
export const done = (exitCode: number, stdout = "", stderr = ""): Running => ({
  takesMs: 0,
  answer: () => ({ exitCode, stdout, stderr }),
  kill: () => undefined,
})
