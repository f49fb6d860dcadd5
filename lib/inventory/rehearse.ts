import { z } from "zod"
import { OcfDefinition, rehearse, validate } from "../../agents/registry"
import type { Db } from "../db/client"
import { json } from "../db/client"
import type { ClusterDefinition, ServiceDefinition } from "../db/definitions"
import { compare, type Finding, type NodeRehearsal, type ResourceRehearsal } from "../domain/rehearsal"
import type { Inventory } from "./inventory"

type Parts = { readonly db: Db; readonly inventory: Inventory; readonly nowMs: () => number }
const Interfaces = z.array(z.object({ isUp: z.boolean(), addresses: z.array(z.object({ address: z.string(), prefix: z.number() })) }))

/** Members that may have it by its domain; without one, all. */
export const stagesOf = (cluster: ClusterDefinition, service: ServiceDefinition): readonly string[] => {
  const domain = cluster.domains.find(({ name }) => name === service.domain)
  return cluster.nodes.flatMap(({ name, isMember }) =>
    isMember && (!domain?.restricted || domain.members.has(name) || name === service.status.owner) ? [name] : [],
  )
}
/** One resource there. */
async function ofResource({ inventory }: Parts, clusterId: string, node: string, { name, params }: ServiceDefinition["resources"][number]) {
  const parsed = OcfDefinition.safeParse({ resource: { ...(typeof params === "object" ? params : {}), name }, state: "started" })
  // What this version does not understand it has not looked at.
  if (!parsed.success) return { resource: name, seen: undefined, validation: undefined, mount: undefined, addresses: [] }
  const { resource } = parsed.data
  const looked = await inventory.readOnce(clusterId, node, rehearse(resource)).catch(() => undefined)
  const check = looked?.ok ? validate(resource) : undefined
  const validated = check ? await inventory.readOnce(clusterId, node, check) : undefined
  const { directory, device = "", ip } = resource.class === "ocf" ? resource.params : {}
  return {
    resource: name,
    // An agent that did not answer in time has said neither yes nor no.
    seen: looked?.ok && (!validated || validated.ok) ? looked.value : undefined,
    validation: validated?.ok ? validated.value : undefined,
    mount: directory === undefined ? undefined : { directory, device },
    addresses: ip === undefined ? [] : [ip],
  } satisfies ResourceRehearsal
}
async function onNode(parts: Parts, cluster: ClusterDefinition, service: ServiceDefinition, node: string): Promise<NodeRehearsal> {
  const seen = Interfaces.safeParse(parts.inventory.facts.get(cluster.id, node, "system.addresses")?.value).data
  const networks = seen?.filter(({ isUp }) => isUp).flatMap(({ addresses }) => addresses.map((a) => `${a.address}/${a.prefix}`))
  const resources: ResourceRehearsal[] = []
  for (const one of service.resources.filter((r) => r.driver === "ocf")) {
    resources.push(await ofResource(parts, cluster.id, node, one))
  }
  return { node, networks, resources }
}

/** Looks at every node that may have the service, compares, and keeps what was found. Nothing on a node is changed. */
export async function rehearseService(
  parts: Parts,
  cluster: ClusterDefinition,
  service: ServiceDefinition,
): Promise<ReadonlyMap<string, readonly Finding[]>> {
  const nodes = await Promise.all(stagesOf(cluster, service).map((node) => onNode(parts, cluster, service, node)))
  const found = compare(nodes, service.status.owner)
  const at = new Date(parts.nowMs())
  await parts.db.$transaction([
    parts.db.rehearsal.deleteMany({ where: { serviceId: service.id } }),
    parts.db.rehearsal.createMany({
      data: [...found].map(([node, findings]) => ({ serviceId: service.id, node, at, findings: json(findings) })),
    }),
  ])
  return found
}
