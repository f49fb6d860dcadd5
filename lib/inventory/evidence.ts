import { z } from "zod"
import { sees } from "../../agents/registry"
import type { Bus } from "../bus"
import type { Clock } from "../clock"
import type { ClusterDefinition, NodeDefinition } from "../db/definitions"
import { type Evidence, type Judgement, judge, type Witness, type WitnessKind } from "../domain/evidence"
import type { Endpoint } from "../node/session"
import type { Touch } from "../node/touch"
import { endpointOf, type Inventory, PULSE_MS } from "./inventory"

/** A member that was not heard for so long is asked after, ms: a pulse, and what its answer may take. */
const SUSPECT_MS = PULSE_MS + 300
const TICK_MS = 250
const TOUCH_MS = 1_000
/** A timer may go off that much too early. */
const TIMER_MS = 10
const PEER_TIMEOUT_MS = 5_000
const PEERS_MAX = 3
const ADDRESSES_MAX = 4
/** Often at first, then as long as its state is open. */
const AGAIN_MS = 1_000
const LATER_MS = 3_000
const FRESH_LOSS_MS = 60_000
const DEVICE_EVERY_MS = 10_000
/** A BMC that is dead with its machine answers nothing for 20 s: whoever asks now does not wait for that. */
const DEVICE_PATIENCE_MS = 6_000

export type Evidences = {
  /** What is known of a member now, the panel's own channel included. */
  readonly of: (clusterId: string, node: string) => Evidence
  readonly judgement: (clusterId: string, node: string) => Judgement | { readonly state: "heard" }
  /** Asks every witness anew; resolves when all have answered or cannot. */
  readonly askNow: (clusterId: string, node: string) => Promise<Evidence>
  /** Of two members, whether the one that answers sees the tie-breaker; false when it was not asked lately. */
  readonly seesTieBreaker: (clusterId: string) => boolean
  /** Told whenever a judgement may be another one. */
  readonly onChange: (listen: () => void) => void
  readonly start: () => void
  readonly stop: () => void
}
type Outside = {
  readonly clock: Clock
  readonly inventory: Pick<Inventory, "reach" | "session" | "facts">
  readonly clusters: () => readonly ClusterDefinition[]
  readonly touch: (endpoint: Endpoint, timeoutMs: number) => Promise<Touch>
  /** What the fence devices say of its power; none when it has none. */
  readonly power: (clusterId: string, node: string) => Promise<readonly Pick<Witness, "name" | "says" | "detail">[]>
  readonly bus: Bus
  readonly onError: (error: unknown) => void
}
type Asked = {
  readonly witnesses: Map<string, Witness>
  askedAtMs: number
  devicesAtMs: number
  asking: Promise<void> | undefined
  /** The judgement is due when it was silent for long enough, whether or not a witness says something new at that moment. */
  isDue: boolean
}

/** Asks after silent members: what the panel's channel, a fresh connection, other members and fence devices say, each with its time. */
export function createEvidence(outside: Outside): Evidences {
  const { clock, inventory } = outside
  const asked = new Map<string, Asked>()
  const tie = new Map<string, { readonly atMs: number; readonly isSeen: boolean }>()
  const stopped = new AbortController()
  let listen = () => {}
  const changed = (clusterId: string, node: string) => {
    outside.bus.publish({ type: "changed", what: "node", key: `${clusterId}/${node}` })
    listen()
  }
  const clusterOf = (id: string) => outside.clusters().find((c) => c.id === id)
  const recordOf = (clusterId: string, node: string): Asked => {
    const key = `${clusterId}/${node}`
    const known = asked.get(key) ?? {
      witnesses: new Map(),
      askedAtMs: Number.NEGATIVE_INFINITY,
      devicesAtMs: Number.NEGATIVE_INFINITY,
      asking: undefined,
      isDue: false,
    }
    asked.set(key, known)
    return known
  }
  const silentMs = (clusterId: string, node: string): number => {
    const reach = inventory.reach(clusterId, node)
    return reach === undefined ? 0 : clock.nowMs() - (reach.lastHeardMs ?? reach.sinceMs)
  }
  const isHeard = (clusterId: string, node: string): boolean =>
    inventory.reach(clusterId, node)?.lastHeardMs != null && silentMs(clusterId, node) <= SUSPECT_MS
  const othersOf = (cluster: ClusterDefinition, node: string) => cluster.nodes.filter((n) => n.isMember && n.name !== node)
  const heardOthers = (cluster: ClusterDefinition, node: string) => othersOf(cluster, node).filter((n) => isHeard(cluster.id, n.name))

  function note(clusterId: string, node: string, kind: WitnessKind, { name, says, detail }: Pick<Witness, "name" | "says" | "detail">) {
    const { witnesses } = recordOf(clusterId, node)
    const key = `${kind} ${name}`
    const before = witnesses.get(key)
    const atMs = clock.nowMs()
    witnesses.set(key, { kind, name, says, detail, atMs, sinceMs: before?.says === says ? before.sinceMs : atMs })
    if (before?.says !== says) changed(clusterId, node)
  }
  async function askConnect(cluster: ClusterDefinition, node: NodeDefinition) {
    note(cluster.id, node.name, "connect", { name: "", ...(await outside.touch(endpointOf(cluster, node), TOUCH_MS)) })
  }
  async function look(cluster: ClusterDefinition, peer: string, addresses: readonly string[]) {
    const fact = sees(addresses)
    const result = await inventory.session(cluster.id, peer).run(fact.command, { timeoutMs: PEER_TIMEOUT_MS })
    return fact.parse(result)
  }
  async function askPeer(cluster: ClusterDefinition, node: NodeDefinition, peer: string) {
    const addresses = addressesOf(cluster, node, inventory.facts)
    const said =
      addresses.length === 0
        ? { says: "cannotSay" as const, detail: "no address to ask for" }
        : await look(cluster, peer, addresses).then(wordsOf, cannot)
    note(cluster.id, node.name, "peer", { name: peer, ...said })
  }
  async function askDevices(cluster: ClusterDefinition, node: NodeDefinition) {
    const record = recordOf(cluster.id, node.name)
    record.devicesAtMs = clock.nowMs()
    const all = await outside.power(cluster.id, node.name)
    // An agent takes its time: what is no longer this node's device by then says nothing of it.
    const current = clusterOf(cluster.id)?.nodes.find(({ name }) => name === node.name)
    for (const said of all) if (current && hasDevice(current, said.name)) note(cluster.id, node.name, "device", said)
  }
  async function ask(cluster: ClusterDefinition, node: NodeDefinition, withDevices: boolean) {
    const peers = heardOthers(cluster, node.name).slice(0, PEERS_MAX)
    // A witness that is no longer asked is no longer heard.
    const { witnesses } = recordOf(cluster.id, node.name)
    const isAsked = ({ kind, name }: Witness) =>
      kind === "peer" ? peers.some((p) => p.name === name) : kind !== "device" || hasDevice(node, name)
    for (const [key, witness] of witnesses) if (!isAsked(witness)) witnesses.delete(key)
    const devices = withDevices ? askDevices(cluster, node).catch(outside.onError) : Promise.resolve()
    await Promise.all([askConnect(cluster, node), ...peers.map(({ name }) => askPeer(cluster, node, name))])
    // In an object: a promise would be waited for here.
    return { devices }
  }
  /** One question at a time; the devices, which are slow, are not waited for. */
  function begin(cluster: ClusterDefinition, node: NodeDefinition, withDevices: boolean) {
    const record = recordOf(cluster.id, node.name)
    record.askedAtMs = clock.nowMs()
    record.asking = ask(cluster, node, withDevices)
      .then(() => undefined, outside.onError)
      .finally(() => {
        record.asking = undefined
        changed(cluster.id, node.name)
      })
  }
  function judgeWhenDue(cluster: ClusterDefinition, node: NodeDefinition, silence: number) {
    const record = recordOf(cluster.id, node.name)
    if (record.isDue) return
    record.isDue = true
    const leftMs = Math.max(cluster.fencing.lostAfterMs - silence, 0) + TIMER_MS
    const wake = () => !stopped.signal.aborted && record.isDue && changed(cluster.id, node.name)
    void clock.sleep(leftMs, stopped.signal).then(wake, outside.onError)
  }
  const isKnownOff = ({ status: { state } }: NodeDefinition) => state === "fenced" || state === "confirmed"
  /** What was said before it was heard again is of an earlier silence. Answers to a question that was asked since then stay. */
  function forget(clusterId: string, node: string, { witnesses }: Asked) {
    const heardMs = inventory.reach(clusterId, node)?.lastHeardMs ?? Number.POSITIVE_INFINITY
    for (const [key, { atMs }] of witnesses) if (atMs <= heardMs) witnesses.delete(key)
  }
  function tickNode(cluster: ClusterDefinition, node: NodeDefinition) {
    const silence = silentMs(cluster.id, node.name)
    const record = recordOf(cluster.id, node.name)
    if (silence <= SUSPECT_MS || isKnownOff(node)) {
      record.isDue = false
      return forget(cluster.id, node.name, record)
    }
    judgeWhenDue(cluster, node, silence)
    const nowMs = clock.nowMs()
    if (record.asking || nowMs - record.askedAtMs < (silence > FRESH_LOSS_MS ? LATER_MS : AGAIN_MS)) return
    begin(cluster, node, node.fencing.levels.length > 0 && nowMs - record.devicesAtMs >= DEVICE_EVERY_MS)
  }
  function tickTie(cluster: ClusterDefinition) {
    const { tieBreaker } = cluster.fencing
    const members = cluster.nodes.filter((n) => n.isMember)
    const [witness, ...rest] = members.filter((n) => isHeard(cluster.id, n.name))
    if (tieBreaker === null || members.length !== 2 || witness === undefined || rest.length > 0) return
    const last = tie.get(cluster.id)
    if (last && clock.nowMs() - last.atMs < AGAIN_MS) return
    tie.set(cluster.id, { atMs: clock.nowMs(), isSeen: last?.isSeen ?? false })
    void look(cluster, witness.name, [tieBreaker])
      .then(wordsOf, cannot)
      .then(({ says }) => {
        tie.set(cluster.id, { atMs: clock.nowMs(), isSeen: says === "alive" })
        if (last?.isSeen !== (says === "alive")) changed(cluster.id, witness.name)
      })
  }
  async function loop() {
    while (!stopped.signal.aborted) {
      for (const cluster of outside.clusters()) {
        for (const node of cluster.nodes.filter((n) => n.isMember)) tickNode(cluster, node)
        tickTie(cluster)
      }
      await clock.sleep(TICK_MS, stopped.signal)
    }
  }
  const evidenceOf = (clusterId: string, node: string): Evidence => {
    const reach = inventory.reach(clusterId, node)
    const heardMs = reach?.lastHeardMs ?? null
    const isAlive = isHeard(clusterId, node)
    const channel: Witness = {
      ...{ kind: "channel", name: "", says: isAlive ? "alive" : "silent", atMs: clock.nowMs() },
      ...{
        sinceMs: isAlive ? (reach?.sinceMs ?? clock.nowMs()) : (heardMs ?? reach?.sinceMs ?? clock.nowMs()),
        detail: reach?.why?.code ?? "",
      },
    }
    return { node, heardMs: heardMs ?? reach?.sinceMs ?? null, witnesses: [channel, ...recordOf(clusterId, node).witnesses.values()] }
  }
  return {
    of: evidenceOf,
    judgement: (clusterId, node) => {
      const cluster = clusterOf(clusterId)
      if (!cluster || isHeard(clusterId, node)) return { state: "heard" }
      return judge({
        ...{ evidence: evidenceOf(clusterId, node), nowMs: clock.nowMs(), lostAfterMs: cluster.fencing.lostAfterMs },
        ...{ others: othersOf(cluster, node).length, othersHeard: heardOthers(cluster, node).length },
      })
    },
    askNow: async (clusterId, node) => {
      const cluster = clusterOf(clusterId)
      const found = cluster?.nodes.find((n) => n.name === node)
      if (cluster && found) {
        const { devices } = await ask(cluster, found, found.fencing.levels.length > 0)
        await Promise.race([devices, clock.sleep(DEVICE_PATIENCE_MS)])
      }
      return evidenceOf(clusterId, node)
    },
    seesTieBreaker: (clusterId) => {
      const last = tie.get(clusterId)
      return last?.isSeen === true && clock.nowMs() - last.atMs <= 2 * PEER_TIMEOUT_MS
    },
    onChange: (listener) => {
      listen = listener
    },
    start: () => void loop().catch(outside.onError),
    stop: () => stopped.abort(),
  }
}

const hasDevice = ({ fencing }: NodeDefinition, name: string): boolean => fencing.levels.flat().some(({ device }) => device === name)
const cannot = (error: unknown) => ({
  says: "cannotSay" as const,
  detail: error instanceof Error ? error.message.slice(0, 200) : String(error),
})
type Said = readonly { readonly address: string; readonly ping: boolean | null; readonly arp: boolean | null }[]
function wordsOf(said: Said): Pick<Witness, "says" | "detail"> {
  const answering = said.filter(({ ping, arp }) => ping === true || arp === true)
  if (answering.length > 0)
    return { says: "alive", detail: answering.map(({ address, ping }) => `${address} ${ping === true ? "ping" : "ARP"}`).join(", ") }
  const silent = said.filter(({ ping, arp }) => ping === false || arp === false)
  const how = silent.some(({ arp }) => arp === false) ? "no ping, no ARP answer" : "no ping"
  return silent.length > 0 ? { says: "silent", detail: how } : { says: "cannotSay", detail: "could not ask" }
}

const Interfaces = z.array(z.object({ addresses: z.array(z.object({ address: z.string(), scope: z.string().default("global") })) }))
const Ip = z.union([z.ipv4(), z.ipv6()])
const HostName = z.string().regex(/^(?=.{1,253}$)[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$/)
const isLoopback = (address: string) => /^(127\.|::1$|localhost)/.test(address)
/** Where the other members would find it: the panel's own way to it, and what it last said of itself; never an address of a service. */
function addressesOf(cluster: ClusterDefinition, node: NodeDefinition, facts: Inventory["facts"]): readonly string[] {
  const text = JSON.stringify(cluster.services.map(({ resources }) => resources.map(({ params }) => params)))
  const isService = (address: string) => text.includes(`"${address}"`) || text.includes(`"${address}/`)
  const seen = Interfaces.safeParse(facts.get(cluster.id, node.name, "system.addresses")?.value).data ?? []
  const own = seen.flatMap(({ addresses }) => addresses.filter(({ scope }) => scope === "global").map(({ address }) => address))
  const all = [node.host, ...own].filter(
    (a) => (Ip.safeParse(a).success || HostName.safeParse(a).success) && !isLoopback(a) && !isService(a),
  )
  return [...new Set(all)].slice(0, ADDRESSES_MAX)
}
