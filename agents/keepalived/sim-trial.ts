import { canonical } from "../../lib/domain/balancer-address"
import type { Begun, SimHost, Simulate } from "../contract"
import { countsOf } from "../ipvs-sim"
import { addressLines } from "./sim-file"
import { scripts } from "./trial-scripts"

type Power = NonNullable<SimHost["power"]>
/** Machines of one rack, by its power switch: whoever has the service address spreads the requests. */
const racks = new WeakMap<Power, Map<string, SimHost>>()
function rackOf(host: SimHost): ReadonlyMap<string, SimHost> {
  const rack = (host.power && racks.get(host.power)) ?? new Map<string, SimHost>()
  if (host.power) racks.set(host.power, rack)
  return rack.set(host.node, host)
}
const answer = (stdout: string, takesMs: number): Begun => ({
  takesMs,
  hasEffect: false,
  end: () => ({ exitCode: 0, stdout, stderr: "" }),
})
const ROUND_TRIP_MS = 3
const ended = (said: string, verdict: string, exit: number, ms = ROUND_TRIP_MS, hex = ""): Begun =>
  answer(`${said}\n\nmoyai.trial ${verdict} ${exit} ${ms} ${hex}\n`, ms)
const withoutBrackets = (address = ""): string => canonical(address.replace(/^\[|\]$/g, ""))
const has = (host: SimHost, address: string): boolean =>
  [...host.addresses].some((own) => canonical(own.split("/")[0] ?? "") === canonical(address))
const reaches = (host: SimHost, address: string): boolean => has(host, address) || (host.sees?.(address) ?? false)

/** NOERROR with one record, to the question of trial-datagram.ts; as a reply to anything else it is as good as another. */
const REPLY = "4d5981800001000100000000"
const said: Readonly<Record<string, readonly [text: string, verdict: string]>> = {
  [scripts.tcp]: ["connected", "pass"],
  [scripts.smtp]: ["220 mail\n250 hello\n221 bye", "pass"],
  [scripts.ping]: ["1 packets transmitted, 1 received, 0% packet loss", "pass"],
  [scripts.datagram]: ["", "ask"],
}
/** A machine that is seen passes every check; of HTTP it says 200. */
function tried(host: SimHost, script: string, args: readonly string[]): Begun {
  if (script === scripts.unfit) return ended(args[0] ?? "", "unknown", 64)
  if (script === scripts.misc) return ended("", "ask", 0)
  const isWeb = script === scripts.web
  const address = withoutBrackets(args[isWeb ? 1 : 0])
  const seconds = Number(args[isWeb ? 3 : 2]) || 1
  if (!reaches(host, address)) return ended(`no connection within ${seconds} s`, "fail", isWeb ? 28 : 124, seconds * 1_000)
  const [text, verdict] = isWeb ? [`GET ${args[9] ?? "/"}: status 200, 29 bytes`, "pass"] : (said[script] ?? ["", "unknown"])
  return ended(text, verdict, 0, ROUND_TRIP_MS, script === scripts.datagram ? REPLY : "")
}
/** The real servers that the director with this address has now, each as often as its weight says. */
function realServers(host: SimHost, address: string, port: number): readonly string[] {
  const director = [...rackOf(host).values()].find((one) => one !== host && has(one, address))
  if (!director || !reaches(host, address)) return []
  const services = countsOf(director).filter(
    ({ service }) => service.kind === "address" && canonical(service.address) === canonical(address) && (service.port ?? port) === port,
  )
  return services.flatMap(({ reals }) => reals.flatMap((real) => Array.from({ length: Math.min(real.weight, 100) }, () => real.address)))
}
function nameOf(host: SimHost, address: string): string {
  const machine = [...rackOf(host).values()].find((one) => has(one, address))
  return machine ? `${machine.node} (${address})` : address
}
function whoAnswered(host: SimHost, [, address = "", port = "", n = ""]: readonly string[]): Begun {
  const reals = realServers(host, address, Number(port))
  const own = [...host.addresses][0]?.split("/")[0] ?? ""
  const answers = Array.from({ length: Number(n) }, (_, i) => {
    const real = reals[i % Math.max(1, reals.length)]
    return real === undefined ? "moyai.failed" : `moyai.answer\n<HTTP/1.1 200 OK\n<\n|${nameOf(host, real)}\n|client ${own}`
  })
  return answer(`moyai.addresses\n${addressLines(host)}\n${answers.join("\n")}\nmoyai.end\n`, reals.length > 0 ? 40 : 2_000)
}
/** Checks tried and requests made on a pretend machine. */
export const simulate: Simulate = (host) => {
  rackOf(host)
  const begin = ([shell, flag, script = "", name, ...args]: readonly string[]): Begun | undefined => {
    if (shell !== "sh" || flag !== "-c") return undefined
    if (name === "moyai-trial") return tried(host, script, args)
    return name === "moyai-who-answers" ? whoAnswered(host, args) : undefined
  }
  return { begin, held: () => [] }
}
