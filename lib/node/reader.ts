import { type CommandResult, OutcomeUnknown } from "./session"
import { type Sh, stdinOf } from "./sh"
import type { Shell } from "./shell"
import { turns } from "./turns"

export type Reader = { readonly read: (commands: readonly Sh[], timeoutMs: number) => Promise<readonly CommandResult[]> }

/** One batch after the other through one shell, which is opened when needed and anew after it was closed. */
export function createReader(node: string, open: (patience: AbortSignal) => Promise<Shell>): Reader {
  const inTurn = turns(1)
  let shell: Shell | undefined
  async function ask(commands: readonly Sh[], deadlineMs: number, patience: AbortSignal): Promise<readonly CommandResult[]> {
    if (!shell?.isOpen()) shell = await open(patience)
    return shell.ask(commands, Math.max(0, deadlineMs - performance.now()))
  }
  return {
    read: async (commands, timeoutMs) => {
      for (const command of commands) if (stdinOf(command) !== "") throw new TypeError(`a fact reads nothing: ${command.masked}`)
      if (commands.length === 0) return []
      const deadlineMs = performance.now() + timeoutMs
      const patience = AbortSignal.timeout(timeoutMs)
      try {
        return await inTurn(() => ask(commands, deadlineMs, patience), patience)
      } catch (error) {
        if (error !== patience.reason) throw error
        throw new OutcomeUnknown(`${commands.length} facts of ${node}: ${timeoutMs} ms went by behind other readings`)
      }
    },
  }
}
