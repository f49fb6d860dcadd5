import type { FailoverDomain } from "../domain/placement"
import type { ServiceState, ServiceStatus } from "../domain/service"
import { ServiceState as ServiceStateSchema } from "../domain/service"
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
  readonly status: { readonly state: NodeState; readonly sinceMs: number; readonly reason: Coded | null }
}
export type DomainDefinition = FailoverDomain & { readonly name: string }
export type ServiceDefinition = {
  readonly id: string
  readonly name: string
  readonly domain: string | undefined
  readonly isExclusive: boolean
  readonly autostart: boolean
  readonly resources: readonly { readonly name: string; readonly driver: string; readonly params: JsonValue }[]
  readonly status: ServiceStatus
}
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }
export type ClusterDefinition = {
  readonly id: string
  readonly name: string
  readonly publicKey: string
  readonly privateKeySealed: string
  readonly nodes: readonly NodeDefinition[]
  readonly domains: readonly DomainDefinition[]
  readonly services: readonly ServiceDefinition[]
}

const include = () =>
  ({
    nodes: { orderBy: [{ position: "asc" }, { name: "asc" }], include: { status: true } },
    domains: { orderBy: { name: "asc" }, include: { members: { orderBy: { position: "asc" }, include: { node: true } } } },
    services: {
      orderBy: [{ position: "asc" }, { createdAt: "asc" }],
      include: { domain: true, status: true, resources: { orderBy: { position: "asc" } } },
    },
  }) satisfies Prisma.ClusterInclude
const query = (db: Pick<Db, "cluster">, where: { id?: string }) =>
  db.cluster.findMany({ where, include: include(), orderBy: { name: "asc" } })
type Row = Awaited<ReturnType<typeof query>>[number]

const codedOf = (value: unknown): Coded | null =>
  typeof value === "object" && value !== null && "code" in value && "params" in value ? (value as Coded) : null // written by the keeper alone
const nodeStateOf = (value: string | undefined): NodeState => nodeStates.find((state) => state === value) ?? "unknown"

function statusOf(row: Row["services"][number]): ServiceStatus {
  const { status } = row
  if (!status)
    return {
      state: "uninitialized",
      owner: undefined,
      lastOwner: undefined,
      restarts: 0,
      sinceMs: row.createdAt.getTime(),
      reason: undefined,
    }
  const state: ServiceState = ServiceStateSchema.catch("uninitialized").parse(status.state)
  const { owner, lastOwner, restarts, since, reason } = status
  return {
    state,
    owner: owner ?? undefined,
    lastOwner: lastOwner ?? undefined,
    restarts,
    sinceMs: since.getTime(),
    reason: codedOf(reason) ?? undefined,
  }
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
      status: { state: nodeStateOf(status?.state), sinceMs: (status?.since ?? n.createdAt).getTime(), reason: codedOf(status?.reason) },
    })),
    domains: row.domains.map((d) => ({
      ...{ name: d.name, ordered: d.ordered, restricted: d.restricted, nofailback: d.nofailback },
      members: new Map(d.members.map(({ node, priority }) => [node.name, priority ?? 0])),
    })),
    services: row.services.map((s) => ({
      ...{ id: s.id, name: s.name, domain: s.domain?.name, isExclusive: s.isExclusive, autostart: s.autostart, status: statusOf(s) },
      resources: s.resources.map(({ name, driver, params }) => ({ name, driver, params: params as JsonValue })), // Prisma's JsonValue, the same shape
    })),
  }
}

export const loadClusters = async (db: Pick<Db, "cluster">): Promise<readonly ClusterDefinition[]> =>
  (await query(db, {})).map(definitionOf)
