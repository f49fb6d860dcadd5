import type { Driver, Fact } from "../../agents/contract"
import { drivers } from "../../agents/registry"
import type { Bus } from "../bus"
import type { Clock } from "../clock"
import type { Db } from "../db/client"
import type { ClusterDefinition, NodeDefinition } from "../db/definitions"
import { freshnessOf } from "../domain/observed"
import type { Coded } from "../domain/views"
import { type Endpoint, isOutcomeUnknown, isUnreachable, type NodeSession } from "../node/session"
import { createSaving } from "./saving"
import { createFactStore, type FactStore } from "./store"
import { noteFact, type Watch, watchNode } from "./watch"

/** Whether a node answers, as the panel itself saw it. */
export type Reach = { readonly isHeard: boolean; readonly sinceMs: number; readonly lastHeardMs: number | null; readonly why: Coded | null }
export type Inventory = {
  readonly facts: Pick<FactStore, "get" | "reading" | "all">
  readonly reach: (clusterId: string, node: string) => Reach | undefined
  readonly session: (clusterId: string, node: string) => NodeSession
  /** Reads at once on these nodes (all when none are named), in parallel; a silent node is not waited for longer than its reading takes. */
  readonly readNow: (clusterId: string, nodes?: readonly string[], facts?: readonly string[]) => Promise<void>
  /** Brings the watching in line with the definitions. */
  readonly sync: (clusters: readonly ClusterDefinition[]) => void
  readonly onChange: (
    listen: (change: { readonly clusterId: string; readonly node: string; readonly name: string | null }) => void,
  ) => () => void
  /** A fact read once, outside the schedule; parser's errors are thrown. */
  readonly readOnce: <T>(
    clusterId: string,
    node: string,
    fact: Fact<T>,
  ) => Promise<{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string }>
  /** Facts that are not on a node's schedule, all in one round trip, into the store. Resolves with the nodes that answered. */
  readonly learn: (clusterId: string, nodes: readonly string[], facts: readonly Fact[]) => Promise<ReadonlySet<string>>
  /** Bulky facts of a node are not read until the answer is called, and then when something is due; called twice it counts once. */
  readonly hush: (clusterId: string, node: string) => () => void
  /** A fact as the database remembers it from before the start. */
  readonly restore: FactStore["restore"]
  readonly outdate: FactStore["outdate"]
  readonly stop: () => void
}
type Watching = { readonly watch: Watch; readonly session: NodeSession; readonly endpointKey: string; reach: Reach }
type Outside = {
  readonly db: Db
  readonly clock: Clock
  readonly bus: Bus
  readonly open: (endpoint: Endpoint, clusterId: string) => NodeSession
  readonly close: (endpoint: Endpoint) => void
  /** Where each service stands now: whom its checks are for. Without it, every member is checked alike. */
  readonly standing?: (clusterId: string) => ClusterDefinition | undefined
  readonly onError: (error: unknown) => void
}

/** A member that is silent for much longer than this is asked after. */
export const PULSE_MS = 1_000
/** Waited for by a person, behind whatever the node is being asked: where it is gone, the connection says so sooner. */
const READ_ONCE_TIMEOUT_MS = 30_000

export function createInventory(outside: Outside): Inventory {
  const { clock, bus } = outside
  const watching = new Map<string, Watching>()
  let clusters: readonly ClusterDefinition[] = []
  const quiet = new Map<string, number>()
  const listeners = new Set<Parameters<Inventory["onChange"]>[0]>()
  const tell = (clusterId: string, node: string, name: string | null) => {
    for (const listen of listeners) listen({ clusterId, node, name })
  }
  const nodeIdOf = (clusterId: string, node: string) => clusters.find(({ id }) => id === clusterId)?.nodes.find((n) => n.name === node)?.id
  const saving = createSaving(outside, nodeIdOf)
  const store = createFactStore({
    nowMs: clock.nowMs,
    save: (change) => saving.add(change),
    changed: ({ clusterId, node, name, observed, isBulky }) => {
      if (!isBulky)
        bus.publish({
          type: "fact",
          cluster: clusterId,
          node,
          name,
          fact: { ...observed, freshness: freshnessOf(observed, clock.nowMs()) },
        })
      tell(clusterId, node, name)
    },
  })

  function setReach(key: string, clusterId: string, node: string, isHeard: boolean, atMs: number, why: Coded | null) {
    const w = watching.get(key)
    if (!w) return
    const { reach } = w
    const isSame = reach.isHeard === isHeard && reach.why?.code === why?.code
    w.reach = { isHeard, why, sinceMs: isSame ? reach.sinceMs : atMs, lastHeardMs: isHeard ? atMs : reach.lastHeardMs }
    if (isSame && reach.lastHeardMs !== null) return
    bus.publish({ type: "changed", what: "node", key: `${clusterId}/${node}` })
    tell(clusterId, node, null)
  }
  function begin(cluster: ClusterDefinition, node: NodeDefinition) {
    const endpoint = endpointOf(cluster, node)
    const key = `${cluster.id}/${node.name}`
    const session = outside.open(endpoint, cluster.id)
    const current = () => clusters.find(({ id }) => id === cluster.id) ?? cluster
    const standing = () => outside.standing?.(cluster.id) ?? current()
    const isMember = () => current().nodes.find(({ name }) => name === node.name)?.isMember ?? node.isMember
    const place = { clusterId: cluster.id, node: node.name, session, store, clock }
    const entry: Watching = {
      session,
      endpointKey: JSON.stringify(endpoint),
      reach: { isHeard: false, sinceMs: clock.nowMs(), lastHeardMs: null, why: null },
      watch: watchNode({
        ...place,
        facts: () => factsOf(standing(), node.name, isMember()),
        paused: () => frozenIn(standing()),
        isQuiet: () => (quiet.get(key) ?? 0) > 0,
        pulseMs: () => (isMember() ? PULSE_MS : undefined),
        pushes: () => pushesOf(current(), isMember()),
        heard: (atMs) => setReach(key, cluster.id, node.name, true, atMs, null),
        silent: (error) => setReach(key, cluster.id, node.name, false, clock.nowMs(), whyOf(error)),
      }),
    }
    watching.set(key, entry)
  }
  function end(key: string, w: Watching) {
    w.watch.stop()
    outside.close(JSON.parse(w.endpointKey))
    watching.delete(key)
  }
  const sessionOf = (clusterId: string, node: string): NodeSession => {
    const found = watching.get(`${clusterId}/${node}`)
    if (!found) throw new Error(`no node ${node} in cluster ${clusterId}`)
    return found.session
  }
  async function learnFrom(clusterId: string, node: string, facts: readonly Fact[]): Promise<boolean> {
    const askedMs = clock.nowMs()
    const answers = sessionOf(clusterId, node).read(
      facts.map(({ command }) => command),
      { timeoutMs: READ_ONCE_TIMEOUT_MS },
    )
    const results = await answers.catch((error: unknown) => {
      if (isOutcomeUnknown(error)) return []
      throw error
    })
    for (const [i, result] of results.entries()) {
      const fact = facts[i]
      if (fact) noteFact(store, clusterId, node, fact, result, { atMs: clock.nowMs(), askedMs })
    }
    return results.length > 0
  }
  return {
    facts: store,
    restore: store.restore,
    outdate: store.outdate,
    reach: (clusterId, node) => watching.get(`${clusterId}/${node}`)?.reach,
    session: sessionOf,
    readOnce: async (clusterId, node, fact) => {
      try {
        const { command, outputMaxBytes, timeoutMs = READ_ONCE_TIMEOUT_MS } = fact
        const session = sessionOf(clusterId, node)
        const [result] =
          outputMaxBytes === undefined
            ? await session.read([command], { timeoutMs })
            : [await session.run(command, { timeoutMs, outputMaxBytes })]
        return result ? { ok: true, value: fact.parse(result) } : { ok: false, why: "no answer" }
      } catch (error) {
        if (!isOutcomeUnknown(error)) throw error
        return { ok: false, why: error.message }
      }
    },
    learn: async (clusterId, nodes, facts) => {
      const answered = await Promise.all(nodes.map(async (node) => ((await learnFrom(clusterId, node, facts)) ? [node] : [])))
      return new Set(answered.flat())
    },
    hush: (clusterId, node) => {
      const key = `${clusterId}/${node}`
      quiet.set(key, (quiet.get(key) ?? 0) + 1)
      let isOver = false
      return () => {
        if (isOver) return
        isOver = true
        quiet.set(key, (quiet.get(key) ?? 1) - 1)
      }
    },
    readNow: async (clusterId, nodes, facts) => {
      const all = [...watching].filter(
        ([key]) => key.startsWith(`${clusterId}/`) && (nodes === undefined || nodes.includes(key.slice(clusterId.length + 1))),
      )
      await Promise.all(all.map(([, { watch }]) => watch.readNow(facts)))
    },
    sync: (next) => {
      clusters = next
      const wanted = new Map(
        next.flatMap((cluster) =>
          cluster.nodes.map((node): [string, { cluster: ClusterDefinition; node: NodeDefinition }] => [
            `${cluster.id}/${node.name}`,
            { cluster, node },
          ]),
        ),
      )
      for (const [key, w] of [...watching]) {
        const want = wanted.get(key)
        if (!want || JSON.stringify(endpointOf(want.cluster, want.node)) !== w.endpointKey) end(key, w)
      }
      for (const [key, { cluster, node }] of wanted) {
        const known = watching.get(key)
        if (known) known.watch.redefine()
        else begin(cluster, node)
      }
    },
    onChange: (listen) => {
      listeners.add(listen)
      return () => listeners.delete(listen)
    },
    stop: () => {
      for (const { watch } of watching.values()) watch.stop()
    },
  }
}

export function endpointOf(cluster: ClusterDefinition, node: NodeDefinition): Endpoint {
  const through = node.via === null ? undefined : cluster.nodes.find(({ name }) => name === node.via)
  const { name, host, port, user, hostKey } = node
  const endpoint = { node: name, host, port, user, sudo: user !== "root", hostKey }
  return through ? { ...endpoint, via: endpointOf(cluster, { ...through, via: null }) } : endpoint
}

/** Per driver what it should read: its resources in the cluster's services, looked for on every member. */
const definitionsOf = (driver: Driver, cluster: ClusterDefinition): readonly unknown[] =>
  cluster.services.flatMap(({ resources }) =>
    resources
      .filter((r) => r.driver === driver.name)
      .flatMap(({ name, params }) => {
        const parsed = driver.definition.safeParse({ resource: { ...(typeof params === "object" ? params : {}), name }, state: "started" })
        return parsed.success ? [parsed.data] : []
      }),
  )
/** Directors say what they carry; any node may be a real server, and is asked for it where there is a balancer. */
const directing: readonly string[] = ["keepalived", "ipvs"]
function balancedOf({ name }: Driver, { balancers }: ClusterDefinition, node: string): readonly unknown[] {
  const all = directing.includes(name) ? balancers.filter(({ nodes }) => nodes.includes(node)) : name === "realserver" ? balancers : []
  return all.map((one) => ({ balancer: one.name }))
}
/** A service that runs elsewhere is looked for here this often at least: enough to show what runs twice. ms */
const FOREIGN_EVERY_MS = 60_000
const settledStates = ["started", "disabled", "failed"]
/** Checks are for the owner (rgmanager §2.4); while a service is on its way, or nobody knows where it is, every member is asked alike. */
function factsOf(cluster: ClusterDefinition, node: string, isMember: boolean): readonly Fact[] {
  const facts = drivers.flatMap((driver) =>
    driver.facts([...(isMember ? definitionsOf(driver, cluster) : []), ...balancedOf(driver, cluster, node)]),
  )
  const foreign = new Set(
    cluster.services
      .filter(({ status }) => settledStates.includes(status.state) && status.owner !== node)
      .flatMap(({ resources }) => resources.map(({ name }) => name)),
  )
  return facts.map((fact) => (foreign.has(resourceOf(fact.name)) ? { ...fact, everyMs: Math.max(fact.everyMs, FOREIGN_EVERY_MS) } : fact))
}
/** "ocf.monitor:httpd" is a check of the resource httpd, "ocf.monitor:httpd@10" a deeper one. */
const resourceOf = (fact: string): string => fact.slice(fact.indexOf(":") + 1).replace(/@\d+$/, "")
const frozenIn = (cluster: ClusterDefinition): ReadonlySet<string> =>
  new Set(
    cluster.services.flatMap((s) =>
      s.status.isFrozen
        ? s.resources.flatMap(({ name, driver }) => ["", "@10", "@20"].map((deep) => `${driver}.monitor:${name}${deep}`))
        : [],
    ),
  )
const pushesOf = (cluster: ClusterDefinition, isMember: boolean) =>
  drivers.flatMap((driver) => {
    const definitions = isMember ? definitionsOf(driver, cluster) : []
    return driver.push && definitions.length > 0 ? [driver.push(definitions)] : []
  })

function whyOf(error: Error): Coded {
  if (!isUnreachable(error)) return { code: "noAnswer", params: { detail: error.message } }
  const { why } = error
  if (why.code === "hostKeyChanged") return { code: "hostKeyChanged", params: { pinned: why.pinned, offered: why.offered } }
  return { code: why.code, params: { detail: error.message } }
}
