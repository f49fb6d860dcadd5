import { canonical, withPort } from "../../lib/domain/balancer-address"
import { CONNECTIONS_MAX, type LiveConnection, type LiveConnections, type LiveCounters } from "../../lib/domain/balancer-connections"
import { keyOf } from "../../lib/domain/balancer-rules-service"
import type { CommandResult } from "../../lib/node/session"
import { sh } from "../../lib/node/sh"
import { lineOf } from "../agent-line"
import type { Fact } from "../contract"
import { parseIpvsList } from "./parse-list"

/** ipvsadm would load the module by itself: it is asked only where the module is. */
const asking = (command: string): string => `
PATH=$PATH:/usr/sbin:/sbin; LC_ALL=C; export PATH LC_ALL
if [ -e /proc/net/ip_vs ]; then
  command -v ipvsadm >/dev/null || { echo "ipvsadm is not installed" >&2; exit 127; }
  ${command}
fi
echo moyai.end`
const LINE_MAX = 200
// Two lines of heading, and one more entry than is shown.
const CONNECTIONS = asking(`ipvsadm -Lcn --persistent-conn | head -n ${CONNECTIONS_MAX + 3} | tr -s ' ' | cut -c 1-${LINE_MAX}`)
const COUNTERS = asking("ipvsadm -Ln --stats --exact | tr -s ' '")

/** @throws Error when the script did not come to its end, or ipvsadm said nothing but an error. */
function bodyOf(what: string, { exitCode, stdout, stderr, truncated }: CommandResult): string {
  if (truncated) throw new Error(`${what} answered more than 1 MiB`)
  const body = /^([\s\S]*?)moyai\.end\n$/.exec(stdout)?.[1]
  if (body === undefined) throw new Error(lineOf(stderr) || `${what} ended with exit code ${exitCode}`)
  if (body === "" && stderr.trim() !== "") throw new Error(lineOf(stderr))
  return body
}
const head = /^IPVS connection entries ?$|^pro expire state /
const entry =
  /^(\S{1,10}) (\d{1,8}):(\d\d) (\S{1,30}) ([\da-f.:[\]]+:\d{1,5}) ([\da-f.:[\]]+:\d{1,5}) ([\da-f.:[\]]+:\d{1,5})(?: (\S+) ?(.*?))? ?$/
function connectionIn(line: string): LiveConnection {
  const [found, protocol = "", minutes, seconds, state = "", source = "", virtual = "", destination = "", pe, data = ""] =
    entry.exec(line) ?? []
  if (found === undefined) throw new Error(`ipvsadm -Lcn says: ${lineOf(line)}`)
  return {
    ...{ protocol, expiresIn: Number(minutes) * 60 + Number(seconds), state, source, virtual, destination },
    pe: pe === undefined ? null : { name: pe, data },
  }
}
/** @throws Error on a line that is none of ipvsadm's */
export function parseConnections(result: CommandResult): LiveConnections {
  const lines = bodyOf("ipvsadm -Lcn", result)
    .split("\n")
    .map((line) => line.replace(/ +/g, " "))
    .filter((line) => line !== "" && !head.test(line))
  return { rows: lines.slice(0, CONNECTIONS_MAX).map(connectionIn), isCut: lines.length > CONNECTIONS_MAX }
}
/** @throws Error on a line that is none of ipvsadm's */
export function parseCounters(result: CommandResult): LiveCounters {
  const { services, notUnderstood } = parseIpvsList(bodyOf("ipvsadm -Ln --stats", result))
  const [strange] = notUnderstood
  if (strange) throw new Error(`ipvsadm -Ln --stats says: ${lineOf(strange.text)}`)
  const countOf = ({ conns = 0, inPkts = 0, outPkts = 0, inBytes = 0, outBytes = 0 }: Readonly<Record<string, number>>) => ({
    ...{ connections: conns, packetsIn: inPkts, packetsOut: outPkts, bytesIn: inBytes, bytesOut: outBytes },
  })
  return Object.fromEntries(
    services.flatMap(({ service, columns, servers }) => [
      [keyOf(service), countOf(columns)],
      ...servers.map((one) => [`${keyOf(service)} real ${withPort(canonical(one.address), one.port)}`, countOf(one.columns)] as const),
    ]),
  )
}
/** On demand: the connection table, its first entries. Empty where the module is not loaded. */
export const connections: Fact<LiveConnections> = {
  name: "ipvs.connections",
  command: sh`sh -c ${CONNECTIONS} moyai-ipvs-connections`,
  parse: parseConnections,
  everyMs: 1_000,
}
/** On demand: what has passed since the entries were made. Empty where the module is not loaded. */
export const counters: Fact<LiveCounters> = {
  name: "ipvs.counters",
  command: sh`sh -c ${COUNTERS} moyai-ipvs-counters`,
  parse: parseCounters,
  everyMs: 1_000,
}
