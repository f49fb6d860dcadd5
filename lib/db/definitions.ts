import { type BalancerEngine, balancerEngines, IgnoredDrift } from "../domain/balancer-definition"
import { FenceParams, type FencingSettings, type PowerTest } from "../domain/fencing"
import { type FailoverDomain, tieRules } from "../domain/placement"
import {
  dependModes,
  independence,
  newStatus,
  type ResourceRules,
  recoveries,
  type ServiceRules,
  ServiceState,
  type ServiceStatus,
  StatusDetails,
} from "../domain/service"
import type { Coded, NodeState } from "../domain/views"
import { nodeStates } from "../domain/views"
import type { Db, Prisma } from "./client"

export type NodeDefinition = {
  readonly id: string
  readonly name: string
  readonly host: string
  readonly port: number
  readonly user: string
  readonly via: string | null
  readonly hostKey: string
  readonly isMember: boolean
  /** A person has taken it out: nothing is started there. */
  readonly isInMaintenance: boolean
  /** Levels in their order; all devices of one must succeed. */
  readonly fencing: { readonly delayMs: number; readonly levels: readonly (readonly FenceUseDefinition[])[] }
  readonly status: { readonly state: NodeState; readonly sinceMs: number; readonly reason: Coded | null }
}
export type FenceUseDefinition = {
  readonly id: string
  readonly device: string
  readonly params: FenceParams
  readonly test: PowerTest | null
}
export type FenceDeviceDefinition = {
  readonly name: string
  readonly agent: string
  readonly params: FenceParams
  readonly secretsSealed: string | null
  readonly runsOn: "panel" | "peer"
  readonly unfences: boolean
}
/** What the panel carries on about a balancer; its model is read where it is needed (lib/db/balancers.ts). */
export type BalancerDefinition = {
  readonly id: string
  readonly name: string
  readonly engine: BalancerEngine
  /** Names of its directors, in the model's order. */
  readonly nodes: readonly string[]
  readonly version: number
  readonly secretsSealed: string | null
  /** By node, the digest of the drift that a person wants left alone. */
  readonly ignored: Readonly<Record<string, string>>
}
export type DomainDefinition = FailoverDomain & { readonly name: string }
export type ResourceDefinition = ResourceRules & {
  readonly name: string
  readonly driver: string
  readonly params: JsonValue
  readonly isShared: boolean
}
export type ServiceDefinition = ServiceRules & {
  readonly id: string
  readonly name: string
  readonly domain: string | undefined
  readonly resources: readonly ResourceDefinition[]
  readonly status: ServiceStatus
}
export type SharedDefinition = { readonly name: string; readonly driver: string; readonly params: JsonValue }
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }
export type ClusterDefinition = {
  readonly id: string
  readonly name: string
  readonly publicKey: string
  readonly privateKeySealed: string
  readonly nodes: readonly NodeDefinition[]
  readonly domains: readonly DomainDefinition[]
  readonly services: readonly ServiceDefinition[]
  readonly shared: readonly SharedDefinition[]
  readonly fenceDevices: readonly FenceDeviceDefinition[]
  readonly fencing: FencingSettings
  readonly balancers: readonly BalancerDefinition[]
  /** Of two members: whether the one that answers sees the tie-breaker. The keeper's to say, never stored. */
  readonly tieBreakerSeen: boolean
  /** Nothing is started and nothing is evaluated (clusvcadm -l). */
  readonly lock: { readonly by: string; readonly sinceMs: number } | undefined
}

const include = () =>
  ({
    nodes: {
      orderBy: [{ position: "asc" }, { name: "asc" }],
      include: { status: true, fenceMethods: { orderBy: [{ level: "asc" }, { position: "asc" }], include: { device: true } } },
    },
    domains: { orderBy: { name: "asc" }, include: { members: { orderBy: { position: "asc" }, include: { node: true } } } },
    services: {
      orderBy: [{ position: "asc" }, { createdAt: "asc" }],
      include: { domain: true, status: true, resources: { orderBy: { position: "asc" }, include: { shared: true } } },
    },
    sharedResources: { orderBy: { name: "asc" } },
    fenceDevices: { orderBy: { name: "asc" } },
    balancers: { orderBy: { name: "asc" }, include: { directors: { orderBy: { position: "asc" }, include: { node: true } } } },
  }) satisfies Prisma.ClusterInclude
const query = (db: Pick<Db, "cluster">, where: { id?: string }) =>
  db.cluster.findMany({ where, include: include(), orderBy: { name: "asc" } })
type Row = Awaited<ReturnType<typeof query>>[number]

const codedOf = (value: unknown): Coded | null =>
  typeof value === "object" && value !== null && "code" in value && "params" in value ? (value as Coded) : null // written by the keeper alone
const nodeStateOf = (value: string | undefined): NodeState => nodeStates.find((state) => state === value) ?? "unknown"

function statusOf(row: Row["services"][number]): ServiceStatus {
  const { status } = row
  if (!status) return newStatus(row.createdAt.getTime())
  const { owner, lastOwner, restarts, since, reason, isFrozen, details } = status
  return {
    state: ServiceState.catch("uninitialized").parse(status.state),
    owner: owner ?? undefined,
    lastOwner: lastOwner ?? undefined,
    restarts,
    sinceMs: since.getTime(),
    reason: codedOf(reason) ?? undefined,
    isFrozen,
    ...StatusDetails.parse(details ?? {}),
  }
}
/** A word of the database that this version does not know falls back to the first of those that it does. */
const oneOf = <T extends string>(words: readonly [T, ...T[]], value: string): T => words.find((word) => word === value) ?? words[0]
const serviceOf = (s: Row["services"][number]): ServiceDefinition => ({
  ...{ id: s.id, name: s.name, domain: s.domain?.name, isExclusive: s.isExclusive, autostart: s.autostart, status: statusOf(s) },
  ...{ recovery: oneOf(recoveries, s.recovery), maxRestarts: s.maxRestarts, restartExpireMs: s.restartExpireMs },
  ...{ dependsOn: s.dependsOn, dependMode: oneOf(dependModes, s.dependMode), priority: s.priority, ties: oneOf(tieRules, s.ties) },
  resources: s.resources.map(({ shared, ...r }) => ({
    ...{ name: r.name, driver: (shared ?? r).driver, params: (shared ?? r).params as JsonValue, isShared: shared !== null }, // Prisma's JsonValue, the same shape
    ...{ parent: r.parent, independentSubtree: oneOf(independence, r.independentSubtree) },
    ...{ maxRestarts: r.maxRestarts, restartExpireMs: r.restartExpireMs, maxFailures: r.maxFailures, failureExpireMs: r.failureExpireMs },
  })),
})
const says = ["error", "on", "off"] as const
function fencingOf({ fenceDelayMs, fenceMethods }: Row["nodes"][number]): NodeDefinition["fencing"] {
  const levels = [...new Set(fenceMethods.map(({ level }) => level))]
  const use = ({ id, device, params, testedAt, tested, detail }: (typeof fenceMethods)[number]): FenceUseDefinition => ({
    ...{ id, device: device.name, params: FenceParams.catch({}).parse(params) },
    test: testedAt === null ? null : { atMs: testedAt.getTime(), says: oneOf(says, tested ?? ""), detail: detail ?? "" },
  })
  return { delayMs: fenceDelayMs, levels: levels.map((level) => fenceMethods.filter((m) => m.level === level).map(use)) }
}
function definitionOf(row: Row): ClusterDefinition {
  const { id, name, publicKey, privateKeySealed } = row
  return {
    id,
    name,
    publicKey,
    privateKeySealed,
    nodes: row.nodes.map(({ status, ...n }) => ({
      ...{ id: n.id, name: n.name, host: n.host, port: n.port, user: n.user, via: n.via, hostKey: n.hostKey, isMember: n.isMember },
      isInMaintenance: n.isInMaintenance,
      fencing: fencingOf({ status, ...n }),
      status: { state: nodeStateOf(status?.state), sinceMs: (status?.since ?? n.createdAt).getTime(), reason: codedOf(status?.reason) },
    })),
    domains: row.domains.map((d) => ({
      ...{ name: d.name, ordered: d.ordered, restricted: d.restricted, nofailback: d.nofailback },
      members: new Map(d.members.map(({ node, priority }) => [node.name, priority ?? 0])),
    })),
    services: row.services.map(serviceOf),
    shared: row.sharedResources.map((r) => ({ name: r.name, driver: r.driver, params: r.params as JsonValue })), // likewise
    fenceDevices: row.fenceDevices.map(({ id: _, clusterId: _cluster, params, runsOn, ...d }) => ({
      ...d,
      params: FenceParams.catch({}).parse(params),
      runsOn: runsOn === "peer" ? "peer" : "panel",
    })),
    fencing: {
      ...{ lostAfterMs: row.lostAfterMs, postFailDelayMs: row.postFailDelayMs, postJoinDelayMs: row.postJoinDelayMs },
      ...{ afterFencing: row.afterFencing === "off" ? "off" : "on", tieBreaker: row.tieBreaker, needsTwo: row.needsTwo },
    },
    balancers: row.balancers.map(({ id: balancerId, name: balancer, engine, version, secretsSealed, ignored, directors }) => ({
      ...{ id: balancerId, name: balancer, engine: oneOf(balancerEngines, engine), version, secretsSealed },
      nodes: directors.map(({ node }) => node.name),
      ignored: IgnoredDrift.parse(ignored),
    })),
    tieBreakerSeen: false,
    lock: row.lockedBy === null ? undefined : { by: row.lockedBy, sinceMs: row.lockedAt?.getTime() ?? 0 },
  }
}

export const loadClusters = async (db: Pick<Db, "cluster">): Promise<readonly ClusterDefinition[]> =>
  (await query(db, {})).map(definitionOf)
