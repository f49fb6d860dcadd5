import type { Director } from "../../lib/domain/balancer"
import { canonical } from "../../lib/domain/balancer-address"
import type { VrrpInstance } from "../../lib/domain/balancer-vrrp"
import type { SimHost } from "../contract"

type State = "master" | "backup" | "fault"
type Instance = { readonly config: VrrpInstance; state: State; downAtMs: number }
type Advert = { readonly priority: number; readonly from: string }

const ownAddress = (host: SimHost): string => [...host.addresses][0]?.split("/")[0] ?? ""
const priorityOf = ({ priority = 100 }: VrrpInstance): number => priority
const intervalMs = ({ advertInterval = 1 }: VrrpInstance): number => advertInterval * 1_000
/** RFC 5798: the better its priority, the sooner it speaks. */
const skewMs = (config: VrrpInstance): number => ((256 - priorityOf(config)) * intervalMs(config)) / 256
/** Two that differ in any of these do not understand each other, and both are master. */
const channelOf = ({ routerId = 0, version = 2, authentication, advertInterval = 1 }: VrrpInstance): string =>
  `vrrp ${routerId} ${version} ${advertInterval} ${authentication?.password?.slice(0, 8) ?? ""}`
const vipsOf = ({ addresses = [], excludedAddresses = [] }: VrrpInstance): readonly string[] =>
  [...addresses, ...excludedAddresses].map(({ address, prefix }) => `${canonical(address)}/${prefix ?? (address.includes(":") ? 128 : 32)}`)

const isAdvert = (value: unknown): value is Advert => typeof value === "object" && value !== null && "priority" in value && "from" in value
function heardBy(host: SimHost, channel: string): readonly Advert[] {
  const adverts = (host.lan?.hears(channel) ?? []).map((text): unknown => JSON.parse(text))
  return adverts.filter(isAdvert)
}
const isStronger = (advert: Advert, priority: number, own: string): boolean =>
  advert.priority > priority || (advert.priority === priority && advert.from > own)
/** Its priority was lowered on purpose: it goes, and the next need not wait. */
const RESIGNED = 0

/** VRRP of one pretend director: adverts over the segment, three of which must be missed; the addresses are on eth0 of the master. */
export function createVrrp(host: SimHost) {
  const instances = new Map<string, Instance>()
  /** What it put on the interface itself: a configured address of the machine stays. */
  const ours = new Set<string>()
  let isStopped = true

  function dress() {
    const wanted = new Set([...instances.values()].filter(({ state }) => state === "master").flatMap(({ config }) => vipsOf(config)))
    for (const vip of ours)
      if (!wanted.has(vip)) {
        ours.delete(vip)
        host.addresses.delete(vip)
      }
    for (const vip of wanted)
      if (!host.addresses.has(vip)) {
        ours.add(vip)
        host.addresses.add(vip)
      }
  }
  const say = (config: VrrpInstance, priority: number | undefined) =>
    host.lan?.say(
      channelOf(config),
      priority === undefined ? undefined : JSON.stringify({ priority, from: ownAddress(host) } satisfies Advert),
    )
  const wait = (one: Instance) => {
    one.downAtMs = host.nowMs() + 3 * intervalMs(one.config) + skewMs(one.config)
  }
  function become(one: Instance, state: State) {
    if (one.state === state) return
    one.state = state
    if (state !== "master") wait(one)
    dress()
    say(one.config, state === "master" ? priorityOf(one.config) : undefined)
  }
  function listen(one: Instance) {
    const { config } = one
    const heard = heardBy(host, channelOf(config))
    const spoken = heard.filter(({ priority }) => priority !== RESIGNED)
    const stronger = spoken.some((advert) => isStronger(advert, priorityOf(config), ownAddress(host)))
    if (one.state === "master") return stronger ? become(one, "backup") : undefined
    // A weaker master is waited for like a dead one, unless it is to be left in peace.
    if (stronger || spoken.some(({ priority }) => config.nopreempt === true || priority >= priorityOf(config))) return wait(one)
    if (spoken.length === 0 && heard.length > 0) one.downAtMs = Math.min(one.downAtMs, host.nowMs() + skewMs(config))
    if (host.nowMs() >= one.downAtMs) become(one, "master")
  }
  function look() {
    if (isStopped) return
    const isUp = host.lan?.isUp() ?? true
    for (const one of instances.values()) {
      if (!isUp) become(one, "fault")
      else if (one.state === "fault") become(one, "backup")
      else listen(one)
    }
  }
  const TICK_MS = 500
  let round = 0
  function tick(of: number) {
    if (isStopped || of !== round) return
    look()
    host.after?.(TICK_MS, () => tick(of))
  }
  host.lan?.onChange(look)

  function forget(found: readonly VrrpInstance[]) {
    for (const [name, one] of instances) {
      const next = found.find((config) => config.name === name)
      if (!next || channelOf(next) !== channelOf(one.config)) say(one.config, undefined)
      if (!next) instances.delete(name)
    }
  }
  function adopt(config: VrrpInstance) {
    const before = instances.get(config.name)
    const one: Instance = { config, state: before?.state ?? "backup", downAtMs: before?.downAtMs ?? 0 }
    instances.set(config.name, one)
    if (!before) wait(one)
    else if (one.state === "master") say(config, priorityOf(config))
  }
  /** Started, or told a new file: an instance that is still there goes on as what it is. */
  function configure(director: Director | undefined) {
    const found = director?.instances ?? []
    forget(found)
    for (const config of found) adopt(config)
    dress()
    if (!isStopped) return look()
    isStopped = false
    round += 1
    tick(round)
  }
  /** It says so itself, so that the next takes over at once. */
  function stop() {
    const leaving = [...instances.values()].filter(({ state }) => state === "master")
    instances.clear()
    dress()
    isStopped = true
    for (const { config } of leaving) say(config, RESIGNED)
    const hush = () => {
      for (const { config } of leaving) if (isStopped) say(config, undefined)
    }
    if (host.after) host.after(1_500, hush)
    else hush()
  }
  const isMaster = (): boolean => [...instances.values()].some(({ state }) => state === "master")
  const faults = (): readonly string[] => [...instances].flatMap(([name, { state }]) => (state === "fault" ? [name] : []))
  return { configure, stop, look, isMaster, faults }
}
