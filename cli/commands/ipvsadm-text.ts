import { withPort } from "../../lib/domain/balancer-address"
import type { BalancerConnections, ClusterCounters, ClusterTable, LiveConnection, LiveCounter } from "../../lib/domain/balancer-connections"
import type { LiveRate, LiveReal, LiveService } from "../../lib/domain/balancer-live"
import { plain } from "../table"

/** Whose lines these are: its name and role stand before each of them. */
type Block = { readonly node: string; readonly role: string; readonly lines: readonly string[] }
const EMPTY = "(no virtual servers)"
const padded = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - [...text].length))
const widest = (texts: readonly string[], least: number): number => texts.reduce((most, text) => Math.max(most, [...text].length), least)
/** Columns of ipvsadm behind a column for the director and one for its role, so that `grep` and `sort` work by director. */
function behind(title: string, heads: readonly string[], blocks: readonly Block[]): string {
  const nodeWidth = widest(
    blocks.map(({ node }) => node),
    "DIRECTOR".length,
  )
  const roleWidth = widest(
    blocks.map(({ role }) => role),
    "ROLE".length,
  )
  const line = (node: string, role: string, rest: string) =>
    `${padded(node, nodeWidth)} ${padded(role, roleWidth)}  ${plain(rest)}`.trimEnd()
  const [first = "", ...others] = heads
  return [
    title,
    line("DIRECTOR", "ROLE", first),
    ...others.map((head) => line("", "", head)),
    ...blocks.flatMap(({ node, role, lines }) => lines.map((text) => line(node, role, text))),
  ]
    .map((text) => `${text}\n`)
    .join("")
}
const TITLE = "IP Virtual Server"

const methods: Readonly<Record<LiveReal["method"], string>> = { nat: "Masq", direct: "Route", tunnel: "Tunnel", local: "Local" }
/** `tcp 10.0.0.1:80` as ipvsadm writes it: `TCP  10.0.0.1:80`; a mark as `FWM  7`, `FWM  7 IPv6`. */
function nameOf(key: string): string {
  const [kind = "", rest = "", family] = key.split(" ")
  return kind === "fwmark" ? `FWM  ${rest}${family === undefined ? "" : " IPv6"}` : `${padded(kind.toUpperCase(), 4)} ${rest}`
}
function serviceLines(service: LiveService): readonly string[] {
  const { key, scheduler, persistence, onePacket, realServers } = service
  const flags = [scheduler, ...(persistence === null ? [] : [`persistent ${persistence}`]), ...(onePacket ? ["ops"] : [])]
  const real = ({ address, port, method, weight, active, inactive }: LiveReal) =>
    `  -> ${padded(withPort(address, port), 28)} ${padded(methods[method], 7)} ${padded(String(weight), 6)} ${padded(String(active), 10)} ${inactive}`
  return [`${nameOf(key)} ${flags.join(" ")}`, ...realServers.map(real)]
}
/** `ipvsadm -Ln` of every director; one whose table is not known is left out. */
export const tableText = ({ directors }: Pick<ClusterTable, "directors">): string =>
  behind(
    TITLE,
    ["Prot LocalAddress:Port Scheduler Flags", "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn"],
    directors.flatMap(({ node, role, table }) => {
      if (table === null) return []
      return [{ node, role, lines: table.value.length === 0 ? [EMPTY] : table.value.flatMap(serviceLines) }]
    }),
  )

const numbered = (name: string, numbers: readonly (number | string)[]): string =>
  `${padded(name, 33)}${numbers.map((n) => ` ${String(n).padStart(8)}`).join("")}`
/** Values by the keys of `LiveRates`: a service's, then those of its real servers. */
function keyedLines<T>(values: Readonly<Record<string, T>>, numbersOf: (value: T) => readonly number[]): readonly string[] {
  const lines = Object.entries(values).map(([key, value]) => {
    const [service = "", real] = key.split(" real ")
    return numbered(real === undefined ? nameOf(service) : `  -> ${real}`, numbersOf(value))
  })
  return lines.length === 0 ? [EMPTY] : lines
}
/** `ipvsadm -Ln --rate`, without packets: the panel does not read them. */
export const ratesText = ({ directors }: Pick<ClusterTable, "directors">): string =>
  behind(
    TITLE,
    [numbered("Prot LocalAddress:Port", ["CPS", "InBPS", "OutBPS"]), "  -> RemoteAddress:Port"],
    directors.flatMap(({ node, role, rates }) =>
      rates === null
        ? []
        : [
            {
              ...{ node, role },
              lines: keyedLines(rates.value, ({ connections, bytesIn, bytesOut }: LiveRate) => [connections, bytesIn, bytesOut]),
            },
          ],
    ),
  )
/** `ipvsadm -Ln --stats --exact`. */
export const countersText = ({ directors }: ClusterCounters): string =>
  behind(
    TITLE,
    [numbered("Prot LocalAddress:Port", ["Conns", "InPkts", "OutPkts", "InBytes", "OutBytes"]), "  -> RemoteAddress:Port"],
    directors.flatMap(({ node, role, counters }) =>
      counters === null
        ? []
        : [
            {
              ...{ node, role },
              lines: keyedLines(counters, (one: LiveCounter) => [
                ...[one.connections, one.packetsIn, one.packetsOut, one.bytesIn, one.bytesOut],
              ]),
            },
          ],
    ),
  )

const two = (n: number): string => String(n).padStart(2, "0")
/** Minutes and seconds, as ipvsadm has them. */
const expiryOf = (seconds: number): string => `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`
const connectionCells = ({ protocol, expiresIn, state, source, virtual, destination, pe }: LiveConnection): readonly string[] => [
  ...[protocol, expiryOf(expiresIn), state, source, virtual, destination],
  ...(pe === null ? [] : [pe.name, pe.data]),
]
/** `ipvsadm -Lcn` of every director; the columns of persistence engines where there are any. */
export function connectionsText(answers: readonly BalancerConnections[]): string {
  const directors = answers.flatMap((one) => one.directors)
  const rows = directors.flatMap((one) => (one.rows ?? []).map(connectionCells))
  const heads = [
    ...["pro", "expire", "state", "source", "virtual", "destination"],
    ...(rows.some(({ length }) => length > 6) ? ["pe name", "pe_data"] : []),
  ]
  const widths = [3, 6, 11, 18, 18, 18, 16, 0].map((least, i) =>
    widest(
      rows.map((row) => row[i] ?? ""),
      least,
    ),
  )
  const line = (cells: readonly string[]) => cells.map((cell, i) => padded(cell, widths[i] ?? 0)).join(" ")
  return behind(
    "IPVS connection entries",
    [line(heads)],
    directors.flatMap(({ node, role, rows: own }) =>
      own === null ? [] : [{ node, role, lines: own.length === 0 ? ["(no connections)"] : own.map((row) => line(connectionCells(row))) }],
    ),
  )
}
