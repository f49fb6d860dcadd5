import type { Balancer, Director, VirtualServer } from "./balancer"
import { canonical, familyOf } from "./balancer-address"
import { type Rule, when } from "./balancer-rules-health"
import { familyOfServer, keyOf, type RuleContext, virtualServerRules } from "./balancer-rules-service"
import { directorRules } from "./balancer-rules-vrrp"
import { type Report, report } from "./report"

const inKeepalived: RuleContext = { engine: "keepalived" }

function servicesTwice(servers: readonly VirtualServer[]): Rule {
  const firsts = new Set<string>()
  return servers.flatMap(({ service }, i) => {
    const key = keyOf(service)
    if (service.kind === "group") return []
    const isTwice = firsts.has(key)
    firsts.add(key)
    return when(isTwice, "lbServiceTwice", { service: key }, `virtualServers.${i}.service`)
  })
}
type Group = Director["groups"][number]
/** keepalived removes IPv4, IPv6 and a mark without a family together; the kernel refuses both families without tunnels. */
function isMixed({ name, members }: Group, servers: readonly VirtualServer[]): boolean {
  const addresses = members.flatMap((one) => ("addresses" in one ? [one.addresses.includes(":")] : []))
  if (!addresses.includes(true) || !addresses.includes(false)) return false
  const users = servers.filter(({ service }) => service.kind === "group" && service.group === name)
  const isFixed = users.some(({ forwarding, realServers }) => realServers.some((one) => (one.forwarding ?? forwarding).method !== "tunnel"))
  return isFixed || members.some((one) => "mark" in one && one.family === undefined)
}
function groupRules({ directors, virtualServers }: Balancer, { engine }: RuleContext): Rule {
  const groups = new Map(directors.flatMap((director) => director.groups.map((group) => [group.name, group] as const)))
  const first = new Map(virtualServers.map(({ service }, i) => [keyOf(service), i] as const).toReversed())
  const mixed = directors.flatMap((director, d) =>
    director.groups.flatMap((group, g) =>
      when(isMixed(group, virtualServers), "lbGroupMixed", { group: group.name }, `directors.${d}.groups.${g}.members`),
    ),
  )
  const each = virtualServers.flatMap(({ service }, i) => {
    if (service.kind !== "group") return []
    const { group } = service
    const isShared = (first.get(keyOf(service)) ?? i) < i
    return [
      ...when(engine === "ipvsadm", "lbGroupRaw", { group }, `virtualServers.${i}.service.group`),
      ...when(engine === "keepalived" && !groups.has(group), "lbGroupUnknown", { group }, `virtualServers.${i}.service.group`),
      ...when(isShared, "lbGroupShared", { group }, `virtualServers.${i}.service.group`),
    ]
  })
  return [...mixed, ...each]
}
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null
/** Where keepalived knows escapes, and what Moyai itself keeps in comments. */
const escaping = /\.(?:command|regex)$|^virtualServers\.\d+(?:\.realServers\.\d+)?\.name$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is them that are looked for
const odd = /[\u0000-\u001f\u007f\ufffd"\\{}]/
/** Nearly never: the place of each word is only worked out where there is one. */
const hasOdd = (value: unknown): boolean =>
  typeof value === "string" ? odd.test(value) : isRecord(value) && Object.values(value).some(hasOdd)
/** Characters that end a line, or are none, would make one statement of the file into several; so would braces and quotes. */
function characters(value: unknown, at: string): Rule {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is them that are looked for
  const control = /[\u0000-\u001f\u007f\ufffd]/
  if (typeof value === "string")
    return [...when(control.test(value), "lbControl", {}, at), ...when(!escaping.test(at) && /["\\{}]/.test(value), "lbQuote", {}, at)]
  if (!isRecord(value)) return []
  return Object.entries(value).flatMap(([name, one]) =>
    name === "kept" || !hasOdd(one) ? [] : characters(one, at === "" ? name : `${at}.${name}`),
  )
}
const scriptFields = [
  "notifyMaster",
  "notifyBackup",
  "notifyFault",
  "notifyStop",
  "notify",
  "notifyUp",
  "notifyDown",
  "quorumUp",
  "quorumDown",
  "script",
]
const runsScripts = (value: unknown): boolean =>
  isRecord(value) &&
  Object.entries(value).some(
    ([key, one]) =>
      (scriptFields.includes(key) && isRecord(one)) || (key === "kind" && one === "misc") || (key !== "kept" && runsScripts(one)),
  )

/** Without it keepalived warns at every start, and runs as root what others can write. */
function securityRules({ directors, virtualServers }: Balancer): Rule {
  const isNeeded = runsScripts(virtualServers)
  const wanting = directors.flatMap((director, d) =>
    (isNeeded || runsScripts(director)) && !director.global?.enableScriptSecurity ? [d] : [],
  )
  if (isNeeded && directors.length === 0) return [report("lbScriptSecurity", {}, "directors.0.global.enableScriptSecurity")]
  return wanting.map((d) => report("lbScriptSecurity", {}, `directors.${d}.global.enableScriptSecurity`))
}
/** IPVS does not synchronise connections of a service whose tunnels lead to another family, and refuses one where the other is. */
function syncFamilies({ directors, virtualServers }: Balancer): Rule {
  if (!directors.some(({ global }) => global?.syncDaemon)) return []
  return virtualServers.flatMap((server, i) => {
    const family = familyOfServer(server)
    return server.realServers.flatMap(({ address }, r) => {
      const isOther = !!family && !!familyOf(address) && familyOf(address) !== family
      return when(isOther, "lbFamilySync", { value: canonical(address) }, `virtualServers.${i}.realServers.${r}.address`)
    })
  })
}
/** Nothing to say is remembered of a server, which never changes: of a thousand in a form one is edited. */
const unlessGood = (good: WeakSet<VirtualServer>, server: VirtualServer, rule: () => Rule): Rule => {
  if (good.has(server)) return []
  const found = rule()
  if (found.length === 0) good.add(server)
  return found
}
const good = { keepalived: new WeakSet<VirtualServer>(), ipvsadm: new WeakSet<VirtualServer>(), characters: new WeakSet<VirtualServer>() }
function serverRules(server: VirtualServer, context: RuleContext, at: string): Rule {
  const rule = () => virtualServerRules(server, context, at)
  // A scheduler that the director has is one more that is known: nothing else of the context is asked for.
  return context.schedulers?.includes(server.scheduler) === false ? rule() : unlessGood(good[context.engine], server, rule)
}
const serverCharacters = (server: VirtualServer, at: string): Rule => unlessGood(good.characters, server, () => characters(server, at))
/** Everything that the kernel or keepalived would refuse, pass over or change without a word (network.md §0 F2–F7, F14, §2, §3). */
export function refusalsOf(balancer: Balancer, context: RuleContext = inKeepalived): readonly Report[] {
  const isKeepalived = context.engine === "keepalived"
  return [
    ...balancer.virtualServers.flatMap((server, i) => serverRules(server, context, `virtualServers.${i}`)),
    ...servicesTwice(balancer.virtualServers),
    ...groupRules(balancer, context),
    ...syncFamilies(balancer),
    ...(isKeepalived ? balancer.directors.flatMap((director, d) => directorRules(director, `directors.${d}`)) : []),
    ...(isKeepalived ? securityRules(balancer) : []),
    ...characters({ ...balancer, virtualServers: [] }, ""),
    ...balancer.virtualServers.flatMap((server, i) => serverCharacters(server, `virtualServers.${i}`)),
  ]
}
/** What works, and will surprise somebody one day (F12, §3.1). */
export function warningsOf({ virtualServers }: Balancer): readonly Report[] {
  return virtualServers.flatMap((server, i) => {
    const at = `virtualServers.${i}`
    const { realServers, service, sorryServer } = server
    const inhibits = server.inhibitOnFailure === true || realServers.some((one) => one.inhibitOnFailure === true)
    const protocol = service.kind === "mark" ? undefined : service.protocol
    const isIdle = realServers.length > 0 && realServers.every(({ weight }) => weight === 0)
    return [
      ...when(inhibits && !sorryServer, "lbInhibitAlone", {}, at),
      ...when(isIdle && !sorryServer, "lbAllWeightsZero", {}, at),
      ...when(server.scheduler === "ovf" && protocol === "udp", "lbOverflowUdp", {}, `${at}.scheduler`),
      ...realServers.flatMap((one, r) => [
        ...one.checks.flatMap((check, c) => {
          const timeout = check.kind === "udp" ? (check.connectTimeout ?? one.connectTimeout ?? server.connectTimeout ?? 5) : 5
          return when(timeout < 4, "lbUdpTimeout", { value: String(timeout) }, `${at}.realServers.${r}.checks.${c}.connectTimeout`)
        }),
      ]),
    ]
  })
}
/** Of keepalived: a real server that nothing checks is never taken out. */
export const uncheckedOf = ({ virtualServers }: Balancer): readonly Report[] =>
  virtualServers.flatMap(({ realServers }, i) =>
    realServers.flatMap(({ address, checks, kept }, r) =>
      when(
        checks.length === 0 && !kept.some(({ text }) => /^(?:BFD|FILE)_CHECK/.test(text)),
        "lbNoCheck",
        { server: address },
        `virtualServers.${i}.realServers.${r}`,
      ),
    ),
  )
