import { driverOf } from "../../../agents/registry"
import type { ClusterDefinition, JsonValue, ResourceDefinition, ServiceDefinition } from "../../db/definitions"
import { type Report, report } from "../../domain/report"
import { forbiddenChildren } from "../../domain/resource-tree"
import type { ResourceInput, ServiceInput } from "../../domain/service"
import { newStatus } from "../../domain/service"
import { treeOf } from "../../domain/service-request"
import type { Tx } from "../../jobs/submit"
import { plannedService } from "../../keeper/situation"

const plain = (value: unknown): JsonValue => JSON.parse(JSON.stringify(value)) // it came as JSON, and goes as JSON
/** A resource as it would be loaded again: a shared one takes driver and parameters from the shared definition. */
function resourceOf(cluster: ClusterDefinition, { isShared, params, ...r }: ResourceInput): ResourceDefinition {
  const shared = isShared ? cluster.shared.find(({ name }) => name === r.name) : undefined
  return { ...r, driver: shared?.driver ?? r.driver, params: shared?.params ?? plain(params), isShared: shared !== undefined }
}
/** The definition as it would be loaded again after it was written. */
export const defined = (cluster: ClusterDefinition, before: ServiceDefinition | undefined, input: ServiceInput): ServiceDefinition => {
  const { domain, resources, ...rules } = input
  const place = before ?? { id: "", status: newStatus(0) }
  return {
    ...rules,
    id: place.id,
    status: place.status,
    domain: domain ?? undefined,
    resources: resources.map((r) => resourceOf(cluster, r)),
  }
}

/** Each resource's parameters by its driver's own schema: an error keeps the field's path. */
function resourceReports(r: ResourceDefinition, field: string): readonly Report[] {
  const driver = driverOf(r.driver)
  if (!driver) return [report("agentUnknown", { agent: r.driver }, field)]
  const fields = typeof r.params === "object" && r.params !== null && !Array.isArray(r.params) ? r.params : {}
  const parsed = driver.definition.safeParse({ resource: { ...fields, name: r.name }, state: "started" })
  return (parsed.error?.issues ?? []).map(({ path, message }) => {
    const code = message === "secretParameter" ? "secretParameter" : "invalid"
    return report(code, { detail: message }, `${field}.params.${path.slice(1).join(".")}`)
  })
}
const uniques = new WeakMap<ResourceDefinition, readonly string[]>()
/** A definition is never changed, so it is asked once: an import looks at every service beside every other. */
function uniqueOf(r: ResourceDefinition): readonly string[] {
  const found = uniques.get(r) ?? uniqueIn(r)
  uniques.set(r, found)
  return found
}
const uniqueIn = (r: ResourceDefinition): readonly string[] => {
  const driver = driverOf(r.driver)
  const fields = typeof r.params === "object" && r.params !== null && !Array.isArray(r.params) ? r.params : {}
  const parsed = driver?.definition.safeParse({ resource: { ...fields, name: r.name }, state: "started" })
  return (parsed?.success && driver?.unique?.(parsed.data)) || []
}
/** Two resources that are one and the same thing: an address, a unit, a mount point (rgmanager's "attribute collision", §2.3). */
function collisions(cluster: ClusterDefinition, was: string | null, service: ServiceDefinition): readonly Report[] {
  const taken = new Map<string, string>(
    cluster.services
      .filter(({ name }) => name !== was)
      .flatMap((s) => s.resources.flatMap((r) => uniqueOf(r).map((u) => [u, `${s.name}/${r.name}`] as const))),
  )
  return service.resources.flatMap((r, i) =>
    uniqueOf(r).flatMap((value) => {
      const by = taken.get(value)
      taken.set(value, r.name)
      return by === undefined ? [] : [report("valueTaken", { value, by }, `resources.${i}`)]
    }),
  )
}
/** Following `dependsOn` from one to the next comes back to where it began. */
function isCircle(cluster: ClusterDefinition, was: string | null, { name, dependsOn }: ServiceInput): boolean {
  const seen = new Set<string>()
  let at = dependsOn
  while (at !== null && at !== name && at !== was && !seen.has(at)) {
    seen.add(at)
    at = cluster.services.find((s) => s.name === at)?.dependsOn ?? null
  }
  return at !== null
}

/** What is wrong with it in this cluster; empty when nothing is. */
export function reportsOf(cluster: ClusterDefinition, was: string | null, input: ServiceInput): readonly Report[] {
  const others = cluster.services.filter(({ name }) => name !== was)
  const reports: Report[] = []
  if (others.some(({ name }) => name === input.name)) reports.push(report("nameTaken", { name: input.name }, "name"))
  if (input.domain !== null && !cluster.domains.some(({ name }) => name === input.domain))
    reports.push(report("notFound", { what: input.domain }, "domain"))
  if (input.dependsOn !== null && !others.some(({ name }) => name === input.dependsOn))
    reports.push(report("notFound", { what: input.dependsOn }, "dependsOn"))
  else if (isCircle(cluster, was, input)) reports.push(report("dependsInCircle", { service: input.name }, "dependsOn"))
  const taken = new Map(others.flatMap((s) => s.resources.map((r) => [r.name, s.name] as const)))
  const service = defined(cluster, undefined, input)
  service.resources.forEach((r, i) => {
    const field = `resources.${i}`
    const user = taken.get(r.name)
    const isShared = input.resources[i]?.isShared ?? false
    if (user !== undefined) reports.push(report(isShared ? "shareInUse" : "nameTaken", { name: r.name, service: user }, `${field}.name`))
    else if (!isShared && cluster.shared.some(({ name }) => name === r.name))
      reports.push(report("nameTaken", { name: r.name }, `${field}.name`))
    if (isShared && !r.isShared) reports.push(report("shareMissing", { name: r.name }, `${field}.name`))
    else reports.push(...resourceReports(r, field))
  })
  reports.push(...collisions(cluster, was, service))
  if (reports.length > 0) return reports
  const planned = plannedService(service)
  return forbiddenChildren(treeOf(planned.name, planned.resources)).map(({ parent, child }) =>
    report("childForbidden", { parent, child }, `resources.${input.resources.findIndex(({ name }) => name === child)}.parent`),
  )
}
/** Checks a definition that stands alone: a shared resource. */
export const sharedReports = (name: string, driver: string, params: unknown): readonly Report[] =>
  resourceReports(
    {
      ...{ name, driver, params: plain(params), isShared: true, parent: null, independentSubtree: "no" },
      ...{ maxRestarts: 0, restartExpireMs: 0, maxFailures: 0, failureExpireMs: 0 },
    },
    "resource",
  )

export async function writeService(tx: Tx, clusterId: string, was: string | null, input: ServiceInput): Promise<void> {
  const { domain, resources, ...rules } = input
  const domainId =
    domain === null ? null : (await tx.failoverDomain.findUniqueOrThrow({ where: { clusterId_name: { clusterId, name: domain } } })).id
  const position = await tx.service.count({ where: { clusterId } })
  const { id } =
    was === null
      ? await tx.service.create({ data: { ...rules, domainId, clusterId, position } })
      : await tx.service.update({ where: { clusterId_name: { clusterId, name: was } }, data: { ...rules, domainId } })
  // Those that depend on it go on depending on it under its new name.
  if (was !== null && was !== input.name)
    await tx.service.updateMany({ where: { clusterId, dependsOn: was }, data: { dependsOn: input.name } })
  await tx.resource.deleteMany({ where: { serviceId: id } })
  for (const [i, { isShared, params, ...r }] of resources.entries()) {
    const shared = isShared ? await tx.sharedResource.findUniqueOrThrow({ where: { clusterId_name: { clusterId, name: r.name } } }) : null
    await tx.resource.create({
      data: { ...r, serviceId: id, position: i, sharedId: shared?.id ?? null, params: JSON.parse(JSON.stringify(params)) },
    })
  }
}
