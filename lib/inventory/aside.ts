import type { Fact } from "../../agents/contract"
import { isOutcomeUnknown, type NodeSession } from "../node/session"

const TIMEOUT_MS = 60_000
const WHY_MAX = 300
type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string }
/** A question that takes seconds, by a channel of its own: the facts of the node go on meanwhile. What the parser throws is a reason as well. */
export async function askAside<T>(session: NodeSession, { command, parse, timeoutMs = TIMEOUT_MS }: Fact<T>): Promise<Answer<T>> {
  try {
    const result = await session.run(command, { timeoutMs })
    return understood(() => parse(result))
  } catch (error) {
    if (!isOutcomeUnknown(error)) throw error
    return { ok: false, why: error.message.slice(-WHY_MAX) }
  }
}
function understood<T>(parse: () => T): Answer<T> {
  try {
    return { ok: true, value: parse() }
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message.slice(0, WHY_MAX) : "" }
  }
}
