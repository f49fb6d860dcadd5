import type { CommandResult } from "../../lib/node/session"
import type { Begun, SimHost } from "../contract"

/** `failed`: over, nothing runs. `stuck`: it could not be stopped, or only half started, and may run. */
export type Phase = "started" | "stopped" | "failed" | "starting" | "stopping" | "stuck"
export type Change = {
  readonly name: string
  readonly action: "start" | "stop"
  readonly takesMs: number
  /** Where a start that fails ends. */
  readonly failsAs: "failed" | "stuck"
  readonly succeeded: () => CommandResult
  readonly failed: () => CommandResult
}
const SLOW_MS = 60_000
const AGAIN_MS = 50
export type Phases = ReturnType<typeof phasesOf>

/** Where each thing on a pretend machine stands. What has stopped is forgotten, so that the order is that of the starts. */
export function phasesOf(host: SimHost) {
  const phases = new Map<string, Phase>()
  const get = (name: string): Phase => phases.get(name) ?? "stopped"
  const set = (name: string, phase: Phase) => (phase === "stopped" ? phases.delete(name) : phases.set(name, phase))
  function change({ name, action, takesMs, failsAs, succeeded, failed }: Change): Begun {
    const after = action === "start" ? "started" : "stopped"
    if (get(name) === after) return { takesMs: AGAIN_MS, hasEffect: true, end: succeeded }
    set(name, action === "start" ? "starting" : "stopping")
    const end = () => {
      const isBad = host.has(action, name)
      set(name, isBad ? (action === "stop" ? "stuck" : failsAs) : after)
      return isBad ? failed() : succeeded()
    }
    return { takesMs: host.has("slow", name) ? SLOW_MS : takesMs, hasEffect: true, end }
  }
  const held = () => [...phases].filter(([, phase]) => phase !== "stopped" && phase !== "failed").map(([name]) => name)
  return { get, set, change, held }
}
export const result = (exitCode: number, stdout = "", stderr = ""): CommandResult => ({ exitCode, stdout, stderr })
/** Done at once, without an effect. */
export const answer = (exitCode: number, stdout = "", stderr = ""): Begun => ({
  takesMs: 0,
  hasEffect: false,
  end: () => result(exitCode, stdout, stderr),
})
