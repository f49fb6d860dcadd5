import { schedulers } from "../../lib/domain/balancer"
import { canonical, withPort } from "../../lib/domain/balancer-address"
import { IpvsKernel, type LiveRates } from "../../lib/domain/balancer-live"
import { keyOf } from "../../lib/domain/balancer-rules-service"
import type { CommandResult } from "../../lib/node/session"
import { lineOf } from "../agent-line"
import { parseIpvsList } from "./parse-list"

const OUTPUT_MAX = 2 * 1024 * 1024
/** What stands before its end. @throws Error when the script did not come to its end. */
export function wholeText(what: string, { exitCode, stdout, stderr, truncated }: CommandResult): string {
  if (stdout.length > OUTPUT_MAX || truncated) throw new Error(`${what} answered more than 1 MiB`)
  const body = /^([\s\S]*?)moyai\.end\n$/.exec(stdout)?.[1]
  if (body === undefined) throw new Error(`${what} ended with exit code ${exitCode} ${lineOf(stderr)}`.trim())
  return body
}
/** Estimated by the kernel over about 8 s, and 2 s behind. @throws Error on a line that is none of ipvsadm's */
export function parseRates(result: CommandResult): LiveRates {
  const { services, notUnderstood } = parseIpvsList(wholeText("ipvsadm -Ln --rate", result))
  const [strange] = notUnderstood
  if (strange) throw new Error(`ipvsadm -Ln --rate says: ${lineOf(strange.text)}`)
  const rateOf = ({ cps = 0, inBps = 0, outBps = 0 }: Readonly<Record<string, number>>) => ({
    connections: cps,
    bytesIn: inBps,
    bytesOut: outBps,
  })
  return Object.fromEntries(
    services.flatMap(({ service, columns, servers }) => [
      [keyOf(service), rateOf(columns)],
      ...servers.map((one) => [`${keyOf(service)} real ${withPort(canonical(one.address), one.port)}`, rateOf(one.columns)] as const),
    ]),
  )
}

const isScheduler = (name: string): boolean => schedulers.some((one) => one === name)
/** Module files, loaded modules and built-in ones, by their names; `ipvsadm --version`; `ipvsadm -Ln --daemon`. */
export function parseKernel(result: CommandResult): IpvsKernel {
  const text = wholeText("ipvs.kernel", result)
  const modules = new Set([...text.matchAll(/^module=(ip_vs[a-z0-9_]{0,20})$/gm)].map(([, name = ""]) => name))
  const isLoaded = /^loaded=1$/m.test(text)
  const found = [...modules].map((name) => name.slice("ip_vs_".length)).filter(isScheduler)
  const daemons = text.matchAll(/^(master|backup) sync daemon \(mcast=([\w.:@-]{1,32}), syncid=(\d{1,3})\b/gm)
  return IpvsKernel.parse({
    isLoaded,
    isThere: isLoaded || modules.has("ip_vs"),
    schedulers: schedulers.filter((one) => found.includes(one)),
    // It cannot even say its version without the module, which it would load.
    ipvsadm: /^ipvsadm v(\d[\w.]{0,20})/m.exec(text)?.[1] ?? (/^ipvsadm is there$/m.test(text) ? "unknown" : null),
    sync: [...daemons].map(([, role, name, id]) => ({ role, interface: name, id: Number(id) })),
  })
}
/** `key=value` lines of our own scripts. */
export const parsePairs = (result: CommandResult): ReadonlyMap<string, string> =>
  new Map(
    wholeText("the node", result)
      .split("\n")
      .filter((line) => line.includes("="))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  )
