import { z } from "zod"
import type { ClusterDefinition, NodeDefinition, ServiceDefinition } from "../db/definitions"
import { Name } from "../domain/call"
import type { States } from "../domain/service"
import type { EventView } from "../domain/views"
import type { Ctx } from "./context"
import { notFound } from "./verb"

export const ClusterId = z.string().regex(/^[a-z0-9-]{1,40}$/, "id")
export const OfCluster = z.object({ clusterId: ClusterId })
export const Named = z.object({ clusterId: ClusterId, name: Name })
/** Never begins with "-", holds no blank: it goes to a resolver and a log, never into a command. */
export const Host = z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?$/, "host")
export const Port = z.int("port").min(1, "port").max(65535, "port")
export const LinuxUser = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, "linuxUser")
/** As in known_hosts. */
export const HostKey = z.string().regex(/^[a-z0-9@.-]{3,64} [A-Za-z0-9+/]{16,4096}={0,3}$/, "hostKey")

/** @throws Refused 404 */
export function clusterOf({ engine }: Ctx, id: string): ClusterDefinition {
  const cluster = engine.keeper.cluster(id)
  if (!cluster) throw notFound(`cluster ${id}`)
  return cluster
}
/** @throws Refused 404 */
export function nodeOf(cluster: ClusterDefinition, name: string): NodeDefinition {
  const node = cluster.nodes.find((n) => n.name === name)
  if (!node) throw notFound(`node ${name}`)
  return node
}
/** @throws Refused 404 */
export function serviceOf(cluster: ClusterDefinition, name: string): ServiceDefinition {
  const service = cluster.services.find((s) => s.name === name)
  if (!service) throw notFound(`service ${name}`)
  return service
}
type EventRow = {
  id: number
  at: Date
  code: string
  level: string
  service: string | null
  node: string | null
  jobId: string | null
  params: unknown
}
const Params = z.record(z.string(), z.string()).catch({})
const Level = z.enum(["ok", "move", "need", "bad", "off"]).catch("off")
export const eventView = ({ id, at, code, level, service, node, jobId, params }: EventRow): EventView => ({
  ...{ id, code, service, node, jobId },
  atMs: at.getTime(),
  level: Level.parse(level),
  params: Params.parse(params),
})
/** Jobs that have not ended, by the service that they hold. */
export async function activeJobs({ db }: Ctx, clusterId: string): Promise<ReadonlyMap<string, string>> {
  const locks = await db.lock.findMany({ where: { key: { startsWith: `service:${clusterId}/` } } })
  return new Map(locks.map(({ key, jobId }) => [key.slice(`service:${clusterId}/`.length), jobId]))
}
export const startedIn = (states: States | undefined): readonly string[] =>
  Object.entries(states ?? {}).flatMap(([name, state]) => (state === "stopped" ? [] : [name]))
