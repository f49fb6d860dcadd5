import { familyOf } from "./balancer-address"
import { isInSubnet } from "./balancer-subnet"

/** A first packet of a connection, as it comes in from the network. */
export type Packet = { readonly address: string; readonly protocol: "tcp" | "udp"; readonly port: number }
export type Match = "yes" | "no" | "maybe"
/** Whether the packet fits, as far as that can be judged from the rule alone, and what becomes of one that does. */
export type Rule = { readonly text: string; readonly match: Match; readonly verdict: "accept" | "drop" | "none" | "elsewhere" }
export type Chain = { readonly name: string; readonly policy: string; readonly rules: readonly Rule[] }
type Condition = readonly [RegExp, (packet: Packet, value: string, kind: string) => boolean]

const listOf = (text: string): readonly string[] =>
  text
    .replace(/[{}"]/g, "")
    .split(/[,\s]+/)
    .filter(Boolean)
const hasPort = (text: string, port: number): boolean =>
  listOf(text).some((one) => {
    const [from = "", to = from] = one.split(/[-:]/)
    return Number(from) <= port && port <= Number(to)
  })
const isAddressed = (text: string, address: string): boolean =>
  listOf(text).some((one) => {
    const [base = "", prefix] = one.split("/")
    return isInSubnet(address, base, prefix === undefined ? 128 : Number(prefix))
  })
const isV6 = ({ address }: Packet) => familyOf(address) === "inet6"
const VALUE = String.raw`(\{[^}]*\}|[^\s{}!=]+)`
const DIGITS = String.raw`(\{[\d,\s-]*\}|\d+(?:-\d+)?)`
/** Conditions of nft whose outcome is certain; the second group is the value, the first what kind of thing it is of. */
const nft: readonly Condition[] = [
  [
    new RegExp(`\\b(tcp|udp|th|sctp|dccp) dport ${DIGITS}(?=\\s|$)`),
    (p, value, kind) => (kind === p.protocol || kind === "th") && hasPort(value, p.port),
  ],
  [
    /\b(ip6?) daddr (\{[0-9a-f.:/,\s]*\}|[0-9a-f.:/]+)(?=\s|$)/,
    (p, value, kind) => (kind === "ip6") === isV6(p) && isAddressed(value, p.address),
  ],
  [new RegExp(`\\b(meta l4proto|ip protocol|ip6 nexthdr) ${VALUE}`), (p, value) => listOf(value).includes(p.protocol)],
  [new RegExp(`\\b(meta nfproto) ${VALUE}`), (p, value) => listOf(value).includes(isV6(p) ? "ipv6" : "ipv4")],
  [/\b(ct state) (\{[^}]*\}|[a-z,]+)/, (_, value) => listOf(value).includes("new")],
  [/\b(iif|iifname) ("lo")/, () => false],
  [/\b(icmp|icmpv6) (type (?:\{[^}]*\}|\S+))/, () => false],
]
const iptables: readonly Condition[] = [
  [/(?<!! )(-p) (\S+)/, (p, value) => value === p.protocol],
  [/(?<!! )(--dport) (\d+(?::\d+)?)/, (p, value) => hasPort(value, p.port)],
  [/(?<!! )(--dports) ([\d,:]+)/, (p, value) => hasPort(value, p.port)],
  [/(?<!! )(-d) ([0-9a-f.:]+(?:\/\d+)?)/, (p, value) => isAddressed(value, p.address)],
  [/(?<!! )(--ctstate|--state) ([A-Z,]+)/, (_, value) => listOf(value).includes("NEW")],
  [/(?<!! )(-i) (lo)(?=\s|$)/, () => false],
  [/(-m) (tcp|udp|multiport|conntrack|state|comment)(?=\s|$)/, () => true],
]
function matchOf(text: string, conditions: readonly Condition[], packet: Packet): Match {
  let rest = text
  for (const [pattern, holds] of conditions)
    for (let found = pattern.exec(rest); found; found = pattern.exec(rest)) {
      if (!holds(packet, found[2] ?? "", found[1] ?? "")) return "no"
      rest = rest.slice(0, found.index) + rest.slice(found.index + found[0].length)
    }
  return rest.trim() === "" ? "yes" : "maybe"
}
/** What is told beside a condition and changes nothing. */
const NEUTRAL =
  /\bcomment "[^"]*"|\bcounter(?: packets \d+ bytes \d+)?|\blog(?: prefix "[^"]*")?(?: (?:level|flags) \w+)*|--comment (?:"[^"]*"|\S+)/g
function nftRule(line: string, packet: Packet): Rule {
  const text = line.replace(NEUTRAL, "").trim()
  const [, verb = ""] = /(?:^|\s)(accept|drop|reject|jump|goto|return|queue|redirect|dnat|vmap)\b(?: .*)?$/.exec(text) ?? []
  const verdict = verb === "accept" ? "accept" : verb === "drop" || verb === "reject" ? "drop" : verb === "" ? "none" : "elsewhere"
  const condition = verb === "" ? text : text.replace(new RegExp(`(?:^|\\s)${verb}\\b.*$`), "")
  return { text: line, match: matchOf(condition, nft, packet), verdict }
}
function iptablesRule(line: string, packet: Packet): Rule {
  const [, target = ""] = / -[jg] (\S+)/.exec(line) ?? []
  const known: Readonly<Record<string, Rule["verdict"]>> = { ACCEPT: "accept", DROP: "drop", REJECT: "drop", LOG: "none", "": "none" }
  const verdict = Object.hasOwn(known, target) ? (known[target] ?? "elsewhere") : "elsewhere"
  const condition = line
    .replace(/^-A INPUT/, "")
    .replace(NEUTRAL, "")
    .replace(/ -[jg] \S+.*$/, "")
  return { text: line, match: matchOf(condition, iptables, packet), verdict }
}

/** A line begins a table or a chain, ends one, or is in one. */
type Place = { readonly table: string; readonly chain: string; readonly lines: readonly string[] }
function nftPlaces(lines: readonly string[]): readonly Place[] {
  const places: { table: string; chain: string; lines: string[] }[] = []
  let table = ""
  let chain: string | undefined
  for (const line of lines) {
    const [, what, name = ""] = /^(table|chain|set|map) (.+) \{/.exec(line) ?? []
    if (what === "table") table = name
    else if (what === "chain") places.push({ table, chain: name, lines: [] })
    if (what !== undefined) chain = what === "chain" ? name : undefined
    else if (line === "}") chain = undefined
    else if (chain !== undefined) places.at(-1)?.lines.push(line)
  }
  return places
}
const nftChains = (lines: readonly string[], packet: Packet): readonly Chain[] =>
  nftPlaces(lines).flatMap(({ table, chain, lines: [first = "", ...rest] }) => {
    const [, policy = "accept"] = /^type filter hook input [^;]*;(?: policy (\w+))?/.exec(first) ?? []
    const isOurs = table.startsWith("inet ") || table.startsWith(isV6(packet) ? "ip6 " : "ip ")
    if (!isOurs || !first.startsWith("type filter hook input ")) return []
    const own = rest.filter((line) => line !== "" && !line.startsWith("#"))
    return [{ name: `${table} ${chain}`, policy, rules: own.map((line) => nftRule(line, packet)) }]
  })
/** Each `iptables-save` of a family, and in it what stands between `*filter` and the next table. */
function iptablesChains(text: string, packet: Packet): readonly Chain[] {
  const saves = text.split(/^(?=# Generated by ip6?tables)/m).filter((save) => save.startsWith("# Generated by ip6") === isV6(packet))
  const tables = saves.flatMap((save) => save.split(/^(?=\*)/m)).filter((table) => table.startsWith("*filter\n"))
  return tables.map((table) => {
    const lines = table.split("\n")
    const policy = lines.find((line) => line.startsWith(":INPUT "))?.split(" ")[1] ?? "ACCEPT"
    const rules = lines.filter((line) => line.startsWith("-A INPUT ")).map((line) => iptablesRule(line, packet))
    return { name: "filter INPUT", policy: policy.toLowerCase(), rules }
  })
}
/** Chains that see what comes in for this machine: nft's base chains at the hook `input`, and INPUT of the old filter table. */
export function chainsOf(filter: string, packet: Packet): readonly Chain[] {
  const lines = filter.split("\n").map((line) => line.trim())
  return [...nftChains(lines, packet), ...iptablesChains(lines.join("\n"), packet)]
}
