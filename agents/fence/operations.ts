import { reading, type Sh, secret, sh } from "../../lib/node/sh"
import { defineOperation, type Fact } from "../contract"
import { programOf } from "./metadata"
import { parsePower } from "./parse"
import { FenceRequest, isSecretName, type Power } from "./schema"

const linesOf = (entries: readonly (readonly [string, string])[]): string => entries.map(([key, value]) => `${key}=${value}\n`).join("")
/** A secret that was stored among the parameters is treated as one all the same. */
function entriesOf({ params, secrets = {} }: FenceRequest) {
  const all = Object.entries(params)
  return {
    open: all.filter(([name]) => !isSecretName(name)),
    hidden: [...all.filter(([name]) => isSecretName(name)), ...Object.entries(secrets)],
  }
}
/** fence-agents' protocol: all by stdin as key=value lines, so that `ps` and sudo's log show nothing of it. */
export function agentCommand(request: FenceRequest, action: "off" | "on" | "status"): Sh {
  const { open, hidden } = entriesOf(request)
  const program = sh`${programOf(request.agent)}`
  const shown = linesOf([["action", action], ...open])
  if (hidden.length === 0) return reading(program, shown)
  const { masked } = reading(program, shown + linesOf(hidden.map(([name]) => [name, "***"])))
  return { ...reading(program, secret(shown + linesOf(hidden))), masked }
}
/** Agents repeat lines that they do not know, the value included: `Ignoring unknown option 'password=…'`. */
function withoutSecrets(request: FenceRequest) {
  const values = entriesOf(request).hidden.map(([, value]) => value.trim())
  const longestFirst = values.filter((value) => value !== "").sort((a, b) => b.length - a.length)
  return (text: string): string => longestFirst.reduce((seen, value) => seen.replaceAll(value, "***"), text)
}

const STATUS_TIMEOUT_MS = 30_000
/** An agent waits by itself until its device says so (power_timeout, 20 s by default), and may try again. */
const POWER_TIMEOUT_MS = 120_000

/** What the device says of the node's power. Asked, never scheduled. @throws ZodError */
export const power = (raw: FenceRequest): Fact<Power> => {
  const request = FenceRequest.parse(raw)
  const clean = withoutSecrets(request)
  return {
    name: `fence.power:${request.device}:${request.node}`,
    command: agentCommand(request, "status"),
    parse: (result) => {
      const { detail } = parsePower({ ...result, stdout: clean(result.stdout), stderr: clean(result.stderr) })
      return { says: parsePower(result).says, detail }
    },
    everyMs: 3_600_000,
    timeoutMs: STATUS_TIMEOUT_MS,
  }
}
const operation = (action: "off" | "on", code: string, alwaysRun: boolean) =>
  defineOperation({
    name: action,
    params: FenceRequest,
    timeoutMs: ({ timeoutMs }) => timeoutMs ?? POWER_TIMEOUT_MS,
    sentence: ({ device, node, agent }) => ({ code, params: { device, target: node, agent } }),
    command: (request) => agentCommand(request, action),
    fact: power,
    settled: ({ says }) => says === action,
    alwaysRun,
    clean: withoutSecrets,
  })
export const off = operation("off", "fenceOff", true)
export const on = operation("on", "fenceOn", false)
