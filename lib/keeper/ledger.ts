import type { Bus } from "../bus"
import type { Clock } from "../clock"
import { type Db, dbNull, json } from "../db/client"
import { type ClusterDefinition, loadClusters, type NodeDefinition, type ServiceDefinition } from "../db/definitions"
import { remember } from "../domain/keeper"
import type { ServiceState, ServiceStatus } from "../domain/service"
import type { Coded, EventView } from "../domain/views"

type About = { readonly service?: string; readonly node?: string; readonly jobId?: string; readonly params?: Coded["params"] }
export type Found = { readonly cluster: ClusterDefinition; readonly service: ServiceDefinition }
/** What the keeper knows and writes: definitions as last loaded, states of services and nodes, and what happened to them. */
export type Ledger = ReturnType<typeof createLedger>

export function createLedger({ db, bus, clock }: { readonly db: Db; readonly bus: Bus; readonly clock: Clock }) {
  let clusters: readonly ClusterDefinition[] = []
  /** As last seen in this run of the panel; undefined until every member was asked. */
  const quorum = new Map<string, boolean>()
  const cluster = (id: string) => clusters.find((c) => c.id === id)
  const replace = (id: string, change: (c: ClusterDefinition) => ClusterDefinition) => {
    clusters = clusters.map((c) => (c.id === id ? change(c) : c))
  }
  const hint = (what: "overview" | "service" | "event" | "definition", key: string | null) => bus.publish({ type: "changed", what, key })

  async function note(clusterId: string, code: string, level: EventView["level"], { params = {}, ...about }: About) {
    await db.event.create({ data: { clusterId, code, level, at: new Date(clock.nowMs()), ...about, params: json(params) } })
    hint("event", clusterId)
  }
  async function noteState({ cluster: c, service }: Found, before: ServiceStatus, jobId: string | undefined) {
    const { state, owner, lastOwner, reason } = service.status
    const why = reason ? { reason: reason.code, ...reason.params } : {}
    const from = before.owner !== undefined && before.owner !== owner ? { from: before.owner } : {}
    const node = owner ?? lastOwner
    const about = { service: service.name, params: { state, ...why, ...from }, ...(node ? { node } : {}), ...(jobId ? { jobId } : {}) }
    await note(c.id, `service.${state}`, levels[state], about)
  }
  /** Services that wait for this one may start now (rgmanager's depend). */
  async function tellDependents(clusterId: string, name: string): Promise<void> {
    const dependents = cluster(clusterId)?.services.filter((s) => s.dependsOn === name) ?? []
    for (const { name: dependent, status } of dependents) {
      const c = cluster(clusterId)
      const service = c?.services.find((s) => s.name === dependent)
      if (c && service) await setService({ cluster: c, service }, remember(status, { type: "dependencyStarted", service: name }))
    }
  }
  async function setService({ cluster: c, service }: Found, status: ServiceStatus, jobId?: string): Promise<void> {
    const before = service.status
    if (JSON.stringify(before) === JSON.stringify(status)) return
    const { state, owner = null, lastOwner = null, restarts, sinceMs, reason, isFrozen, off, restartsAtMs, counters, pending } = status
    const details = json({ off, restartsAtMs, counters, pending })
    const since = new Date(sinceMs)
    const data = { state, owner, lastOwner, restarts, since, reason: reason ? json(reason) : dbNull, isFrozen, details }
    await db.serviceStatus.upsert({ where: { serviceId: service.id }, create: { serviceId: service.id, ...data }, update: data })
    const next = { ...service, status }
    replace(c.id, (now) => ({ ...now, services: now.services.map((s) => (s.id === service.id ? next : s)) }))
    if (before.state !== state || before.owner !== status.owner) await noteState({ cluster: c, service: next }, before, jobId)
    hint("service", `${c.id}/${service.name}`)
    hint("overview", c.id)
    if (state === "started" && before.state !== "started") await tellDependents(c.id, service.name)
  }
  return {
    clusters: () => clusters,
    cluster,
    find: (clusterId: string, name: string | undefined): Found | undefined => {
      const c = cluster(clusterId)
      const service = c?.services.find((s) => s.name === name)
      return c && service ? { cluster: c, service } : undefined
    },
    load: async () => {
      const seen = new Map(clusters.map(({ id, tieBreakerSeen }) => [id, tieBreakerSeen]))
      clusters = (await loadClusters(db)).map((c) => ({ ...c, tieBreakerSeen: seen.get(c.id) ?? false }))
      hint("definition", null)
      hint("overview", null)
      return clusters
    },
    note,
    /** @returns what it was before. */
    setQuorum: (clusterId: string, isQuorate: boolean): boolean | undefined => {
      const before = quorum.get(clusterId)
      quorum.set(clusterId, isQuorate)
      return before
    },
    setService,
    setTieBreakerSeen: (clusterId: string, tieBreakerSeen: boolean) => {
      if (cluster(clusterId)?.tieBreakerSeen !== tieBreakerSeen) replace(clusterId, (c) => ({ ...c, tieBreakerSeen }))
    },
    setNode: async (c: ClusterDefinition, node: NodeDefinition, status: NodeDefinition["status"]) => {
      const { state, sinceMs, reason } = status
      const data = { state, since: new Date(sinceMs), reason: reason ? json(reason) : dbNull }
      await db.nodeStatus.upsert({ where: { nodeId: node.id }, create: { nodeId: node.id, ...data }, update: data })
      replace(c.id, (now) => ({ ...now, nodes: now.nodes.map((n) => (n.id === node.id ? { ...n, status } : n)) }))
      hint("overview", c.id)
    },
    locks: async (): Promise<ReadonlySet<string>> => new Set((await db.lock.findMany({ select: { key: true } })).map(({ key }) => key)),
  }
}

const levels: Readonly<Record<ServiceState, EventView["level"]>> = {
  started: "ok",
  starting: "move",
  stopping: "move",
  recovering: "move",
  recoverable: "need",
  failed: "need",
  blocked: "bad",
  stopped: "off",
  disabled: "off",
  uninitialized: "off",
}
