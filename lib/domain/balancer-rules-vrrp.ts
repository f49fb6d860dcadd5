import type { Director } from "./balancer"
import { canonical, familyOf } from "./balancer-address"
import { address, needed, type Rule, range, when } from "./balancer-rules-health"
import type { VrrpInstance } from "./balancer-vrrp"

const MAX_LABEL = 15
/** Of the kernel's interface names: 15 characters without white space or `/`. */
export const interfaceName = (name: string | undefined, field: string): Rule =>
  when(name !== undefined && !/^[^\s/"'\\#!{}$]{1,15}$/.test(name), "lbInterface", { value: name ?? "" }, field)

/** 3 for IPv6 whatever is said; keepalived's own default is 2. */
const versionOf = ({ version, addresses = [] }: VrrpInstance, director: Director): number =>
  addresses.some((one) => familyOf(one.address) === "inet6") ? 3 : (version ?? director.global?.vrrpVersion ?? 2)

function addressRules({ addresses = [], excludedAddresses = [] }: VrrpInstance, at: string): Rule {
  const family = addresses[0] && familyOf(addresses[0].address)
  const lists = [["addresses", addresses] as const, ["excludedAddresses", excludedAddresses] as const]
  const each = lists.flatMap(([list, vips]) =>
    vips.flatMap((vip, i) => [
      ...address(vip.address, `${at}.${list}.${i}.address`),
      ...range(vip.prefix, 0, familyOf(vip.address) === "inet6" ? 128 : 32, `${at}.${list}.${i}.prefix`),
      ...interfaceName(vip.interface, `${at}.${list}.${i}.interface`),
      ...when(familyOf(vip.address) === "inet6" && (vip.options ?? []).includes("scope"), "lbScope", {}, `${at}.${list}.${i}.options`),
      ...when((vip.label?.length ?? 0) > MAX_LABEL, "lbLabelLong", { label: vip.label ?? "" }, `${at}.${list}.${i}.label`),
    ]),
  )
  const others = addresses.flatMap((vip, i) => {
    const own = familyOf(vip.address)
    return when(!!family && !!own && own !== family, "lbVipFamily", { value: vip.address }, `${at}.addresses.${i}.address`)
  })
  return [...when(addresses.length === 0, "lbNoAddress", {}, `${at}.addresses`), ...each, ...others]
}
function unicastRules({ unicastSource, unicastPeers, multicastSource, addresses = [] }: VrrpInstance, at: string): Rule {
  const family = familyOf(unicastSource ?? unicastPeers?.[0]?.address ?? addresses[0]?.address ?? "")
  const peers = (unicastPeers ?? []).flatMap((peer, i) => [
    ...address(peer.address, `${at}.unicastPeers.${i}.address`),
    ...when(
      !!family && !!familyOf(peer.address) && familyOf(peer.address) !== family,
      "lbVipFamily",
      { value: peer.address },
      `${at}.unicastPeers.${i}.address`,
    ),
    ...range(peer.minTtl, 0, 255, `${at}.unicastPeers.${i}.minTtl`),
    ...range(peer.maxTtl, peer.minTtl ?? 0, 255, `${at}.unicastPeers.${i}.maxTtl`),
  ])
  const isAlone = (unicastSource !== undefined || unicastPeers !== undefined) && (unicastPeers ?? []).length === 0
  return [
    ...address(unicastSource, `${at}.unicastSource`),
    ...address(multicastSource, `${at}.multicastSource`),
    ...when(isAlone, "lbPeersNone", {}, `${at}.unicastPeers`),
    ...peers,
  ]
}
function timingRules(instance: VrrpInstance, director: Director, at: string): Rule {
  const { advertInterval: advert, state, nopreempt, preemptDelay, authentication: auth } = instance
  const version = versionOf(instance, director)
  return [
    ...(version === 3 ? range(advert, 0.01, 40.95, `${at}.advertInterval`) : range(advert, 1, 255, `${at}.advertInterval`)),
    ...when(
      version === 2 && advert !== undefined && !Number.isInteger(advert),
      "lbAdvertWhole",
      { value: String(advert) },
      `${at}.advertInterval`,
    ),
    ...when(
      instance.version !== undefined && instance.version !== 2 && instance.version !== 3,
      "lbWord",
      { value: String(instance.version), known: "2, 3" },
      `${at}.version`,
    ),
    ...when(state === "MASTER" && nopreempt === true, "lbStateMaster", { what: "nopreempt" }, `${at}.nopreempt`),
    ...when(state === "MASTER" && (preemptDelay ?? 0) > 0, "lbStateMaster", { what: "preempt_delay" }, `${at}.preemptDelay`),
    ...when(nopreempt === true && (preemptDelay ?? 0) > 0, "lbPreemptBoth", {}, `${at}.preemptDelay`),
    ...range(preemptDelay, 0, 1000, `${at}.preemptDelay`),
    ...when(!!auth && version === 3, "lbAuthVersion", {}, `${at}.authentication`),
    ...when((auth?.password?.length ?? 0) > 8, "lbAuthLong", {}, `${at}.authentication.password`),
    ...(auth ? needed(!!auth.password, "auth_pass", `${at}.authentication.password`) : []),
    ...when(
      auth?.type !== undefined && auth.type !== "PASS" && auth.type !== "AH",
      "lbWord",
      { value: auth?.type ?? "", known: "PASS, AH" },
      `${at}.authentication.type`,
    ),
  ]
}
type Gratuitous = Pick<
  VrrpInstance,
  "garpMasterDelay" | "garpMasterRepeat" | "garpMasterRefresh" | "garpMasterRefreshRepeat" | "garpLowerPrioDelay" | "garpLowerPrioRepeat"
>
const gratuitous = (of: Gratuitous, at: string): Rule => [
  ...range(of.garpMasterDelay, 0, 1000, `${at}.garpMasterDelay`),
  ...range(of.garpMasterRepeat, 1, 10_000, `${at}.garpMasterRepeat`),
  ...range(of.garpMasterRefresh, 0, 10_000, `${at}.garpMasterRefresh`),
  ...range(of.garpMasterRefreshRepeat, 1, 10_000, `${at}.garpMasterRefreshRepeat`),
  ...range(of.garpLowerPrioDelay, 0, 1000, `${at}.garpLowerPrioDelay`),
  ...range(of.garpLowerPrioRepeat, 0, 10_000, `${at}.garpLowerPrioRepeat`),
]
function trackRules({ trackInterfaces = [], trackScripts = [], interface: own }: VrrpInstance, director: Director, at: string): Rule {
  const scripts = new Set(director.scripts.map(({ name }) => name))
  return [
    ...trackInterfaces.flatMap(({ name, weight }, i) => [
      ...interfaceName(name, `${at}.trackInterfaces.${i}.name`),
      ...when(name === own, "lbTrackOwn", { value: name }, `${at}.trackInterfaces.${i}.name`),
      ...range(weight, -253, 253, `${at}.trackInterfaces.${i}.weight`),
    ]),
    ...trackScripts.flatMap(({ name, weight }, i) => [
      ...when(!scripts.has(name), "lbTrackUnknown", { name }, `${at}.trackScripts.${i}.name`),
      ...range(weight, -253, 253, `${at}.trackScripts.${i}.weight`),
    ]),
  ]
}
function instanceRules(instance: VrrpInstance, director: Director, at: string): Rule {
  return [
    ...needed(instance.routerId !== undefined, "virtual_router_id", `${at}.routerId`),
    ...range(instance.routerId, 1, 255, `${at}.routerId`),
    ...range(instance.priority, 1, 255, `${at}.priority`),
    ...needed(instance.interface !== undefined, "interface", `${at}.interface`),
    ...interfaceName(instance.interface, `${at}.interface`),
    ...timingRules(instance, director, at),
    ...gratuitous(instance, at),
    ...unicastRules(instance, at),
    ...addressRules(instance, at),
    ...trackRules(instance, director, at),
  ]
}
/** Of things with names or numbers, each that another one had before. */
function repeated(keys: readonly (string | undefined)[]): readonly (readonly [number, number])[] {
  const first = new Map(keys.map((key, i) => [key, i] as const).toReversed())
  return keys.flatMap((key, i) => {
    const other = key === undefined ? i : (first.get(key) ?? i)
    return other < i ? [[i, other] as const] : []
  })
}

function betweenInstances({ instances }: Director, at: string): Rule {
  const nameOf = (i: number) => instances[i]?.name ?? ""
  const wires = instances.map(({ interface: dev, routerId, addresses = [], unicastPeers = [] }) =>
    routerId === undefined
      ? undefined
      : [
          dev,
          routerId,
          familyOf(addresses[0]?.address ?? "") ?? "inet",
          unicastPeers.map((peer) => canonical(peer.address)).toSorted(),
        ].join(" "),
  )
  const vips = instances.flatMap(({ addresses = [], excludedAddresses = [] }, i) =>
    [["addresses", addresses] as const, ["excludedAddresses", excludedAddresses] as const].flatMap(([list, all]) =>
      all.map((vip, n) => ({ key: canonical(vip.address), i, field: `${at}.instances.${i}.${list}.${n}.address` })),
    ),
  )
  const seen = new Map(vips.toReversed().map((vip) => [vip.key, vip]))
  return [
    ...repeated(instances.map(({ name }) => name)).flatMap(([i]) =>
      when(true, "lbNameTwice", { name: nameOf(i) }, `${at}.instances.${i}.name`),
    ),
    ...repeated(wires).flatMap(([i, other]) =>
      when(true, "lbRouterIdTwice", { name: nameOf(other), id: String(instances[i]?.routerId) }, `${at}.instances.${i}.routerId`),
    ),
    ...vips.flatMap((vip) =>
      when(seen.get(vip.key) !== vip, "lbVipTwice", { value: vip.key, name: nameOf(seen.get(vip.key)?.i ?? 0) }, vip.field),
    ),
  ]
}
/** In a sync group all are MASTER or none is: what would change one priority alone is passed over. */
function syncRules({ syncGroups, instances, scripts }: Director, at: string): Rule {
  const byName = new Map(instances.map((one, i) => [one.name, { one, i }]))
  const weighted = new Set(scripts.filter(({ weight }) => weight !== undefined && weight.value !== 0).map(({ name }) => name))
  return syncGroups.flatMap(({ name, members = [] }, g) => {
    const path = `${at}.syncGroups.${g}.members`
    const heavy = members.flatMap((member) => {
      const { one, i } = byName.get(member) ?? {}
      const tracks = [...(one?.trackInterfaces ?? []), ...(one?.trackScripts ?? [])]
      const isHeavy = tracks.some((track) => (track.weight ?? (weighted.has(track.name) ? 1 : 0)) !== 0)
      return when(isHeavy, "lbSyncWeight", { name: member, group: name }, `${at}.instances.${i}.trackScripts`)
    })
    return [
      ...when(members.length < 2, "lbSyncAlone", { group: name }, path),
      ...members.flatMap((member, n) => when(!byName.has(member), "lbSyncUnknown", { name: member }, `${path}.${n}`)),
      ...heavy,
    ]
  })
}
function globalRules({ global, instances, scripts }: Director, at: string): Rule {
  if (!global) return []
  const { syncDaemon: sync, timeouts } = global
  const MAX_TIMEOUT = 2_678_400
  const isStrict = global.strict === true && instances.some((one) => one.unicastPeers !== undefined || one.authentication !== undefined)
  return [
    ...(sync
      ? [
          ...interfaceName(sync.interface, `${at}.global.syncDaemon.interface`),
          ...range(sync.id, 0, 255, `${at}.global.syncDaemon.id`),
          ...range(sync.maxlen, 1, 65507, `${at}.global.syncDaemon.maxlen`),
          ...range(sync.port, 1, 65535, `${at}.global.syncDaemon.port`),
          ...range(sync.ttl, 1, 255, `${at}.global.syncDaemon.ttl`),
          ...address(sync.group, `${at}.global.syncDaemon.group`),
        ]
      : []),
    ...(["tcp", "tcpfin", "udp"] as const).flatMap((one) => range(timeouts?.[one], 0, MAX_TIMEOUT, `${at}.global.timeouts.${one}`)),
    ...when(
      global.vrrpVersion !== undefined && global.vrrpVersion !== 2 && global.vrrpVersion !== 3,
      "lbWord",
      { value: String(global.vrrpVersion), known: "2, 3" },
      `${at}.global.vrrpVersion`,
    ),
    ...gratuitous(global, `${at}.global`),
    ...range(global.startupDelay, 0, 1000, `${at}.global.startupDelay`),
    ...range(global.smtpServer?.port, 1, 65535, `${at}.global.smtpServer.port`),
    ...when(isStrict, "lbStrict", {}, `${at}.global.strict`),
    ...scripts.flatMap((one, i) => [
      ...needed(!!one.script?.command, "script", `${at}.scripts.${i}.script`),
      ...range(one.weight?.value, -253, 253, `${at}.scripts.${i}.weight`),
      ...range(one.interval, 1, 1_000_000, `${at}.scripts.${i}.interval`),
      ...range(one.rise, 1, 1_000_000, `${at}.scripts.${i}.rise`),
      ...range(one.fall, 1, 1_000_000, `${at}.scripts.${i}.fall`),
    ]),
  ]
}
/** Refusals of one director's own part; `at` is its path in the model. */
export const directorRules = (director: Director, at: string): Rule => [
  ...globalRules(director, at),
  ...director.instances.flatMap((one, i) => instanceRules(one, director, `${at}.instances.${i}`)),
  ...betweenInstances(director, at),
  ...syncRules(director, at),
]
