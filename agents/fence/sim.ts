import type { CommandResult } from "../../lib/node/session"
import type { Begun, SimHost, Simulate } from "../contract"
import { metadataOf, simulatedAgents } from "./sim-metadata"

type Power = NonNullable<SimHost["power"]>
const STATUS_MS = 300
const SWITCH_MS = 1_000
const SLOW_MS = 8_000

const answer = (exitCode: number, stdout = "", stderr = "", takesMs = 0): Begun => ({
  takesMs,
  hasEffect: false,
  end: () => ({ exitCode, stdout, stderr }),
})
/** What a lying device says of each plug, by power switch: every machine that asks is told the same. */
const lies = new WeakMap<Power, Map<string, boolean>>()
const liesOf = (power: Power): Map<string, boolean> => {
  const told = lies.get(power) ?? new Map<string, boolean>()
  lies.set(power, told)
  return told
}
const variablesOf = (stdin: string): ReadonlyMap<string, string> =>
  new Map(
    stdin
      .split("\n")
      .flatMap((line) => (line.includes("=") ? [[line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]] : [])),
  )

/** fence_ipmilan has no outlets: the device is the node's own. */
function ask(power: Power, variables: ReadonlyMap<string, string>): Begun {
  const device = variables.get("ip") ?? variables.get("ipaddr") ?? ""
  const plug = variables.get("plug") ?? variables.get("port") ?? device
  const action = variables.get("action") ?? "reboot"
  const trouble = power.trouble(device)
  if (plug === "") return answer(1, "", "ERROR: Failed: You have to enter plug number or machine identification\n")
  if (trouble === "broken") return answer(1, "", "power switch does not answer\n")
  const told = liesOf(power)
  const isOn = () => (trouble === "lies" ? told.get(plug) : undefined) ?? power.isOn(plug)
  const status = (): CommandResult =>
    isOn() ? { exitCode: 0, stdout: "Status: ON\n", stderr: "" } : { exitCode: 2, stdout: "Status: OFF\n", stderr: "" }
  const takesMs = trouble === "slow" ? SLOW_MS : action === "status" ? STATUS_MS : SWITCH_MS
  if (action === "status") return { takesMs, hasEffect: false, end: status }
  if (action !== "on" && action !== "off") return answer(1, "", `ERROR: Failed: Unrecognised action '${action}'\n`)
  const end = (): CommandResult => {
    if (trouble === "lies") told.set(plug, action === "on")
    else power.set(plug, action === "on")
    return { exitCode: 0, stdout: `Success: Powered ${action.toUpperCase()}\n`, stderr: "" }
  }
  return { takesMs, hasEffect: true, end }
}

/** Fence agents of a pretend machine: they talk to the switch of its rack. */
export const simulate: Simulate = (host) => {
  const begin = (argv: readonly string[], stdin: string): Begun | undefined => {
    const [program = "", ...words] = argv
    if (program === "find" && argv.includes("fence_*")) return answer(0, simulatedAgents.map((name) => `/usr/sbin/${name}\n`).join(""))
    const agent = simulatedAgents.find((name) => program === `/usr/sbin/${name}`)
    if (agent === undefined) return undefined
    if (words.join(" ") === "-o metadata") return answer(0, metadataOf(agent))
    if (words.length > 0) return answer(1, "", "ERROR: Parse error\n")
    return host.power ? ask(host.power, variablesOf(stdin)) : answer(1, "", "power switch does not answer\n")
  }
  return { begin, held: () => [] }
}
