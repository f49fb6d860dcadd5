import { createPatience } from "./patience"
import { type CommandResult, OutcomeUnknown } from "./session"
import { type Sh, stdinOf } from "./sh"
import type { Shell } from "./shell"
import { turns } from "./turns"

export type Reader = { readonly read: (commands: readonly Sh[], timeoutMs: number) => Promise<readonly CommandResult[]> }

/** One batch after the other through one shell, which is opened when needed and anew after it was closed. */
export function createReader(node: string, open: (patience: AbortSignal) => Promise<Shell>): Reader {
  const inTurn = turns(1)
  let shell: Shell | undefined
  async function ask(commands: readonly Sh[], patience: ReturnType<typeof createPatience>): Promise<readonly CommandResult[]> {
    if (!shell?.isOpen()) shell = await open(patience.signal)
    return shell.ask(commands, patience.leftMs())
  }
  return {
    read: async (commands, timeoutMs) => {
      for (const command of commands) if (stdinOf(command) !== "") throw new TypeError(`a fact reads nothing: ${command.masked}`)
      if (commands.length === 0) return []
      const patience = createPatience(timeoutMs)
      try {
        return await inTurn(() => ask(commands, patience), patience.signal)
      } catch (error) {
        if (error !== patience.signal.reason) throw error
        throw new OutcomeUnknown(`${commands.length} facts of ${node} waited behind other readings: ${patience.why()}`)
      } finally {
        patience.end()
      }
    },
  }
}
