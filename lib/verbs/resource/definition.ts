import type { ClusterDefinition, ServiceDefinition } from "../../db/definitions"
import { type Report, report } from "../../domain/report"
import type { Tx } from "../../jobs/submit"
import { sharedReports } from "../service/definition"

export type SharedInput = { readonly name: string; readonly driver: string; readonly params: unknown }
export const usersOf = (cluster: ClusterDefinition, name: string): readonly ServiceDefinition[] =>
  cluster.services.filter((s) => s.resources.some((r) => r.isShared && r.name === name))

/** What is wrong with it in this cluster; empty when nothing is. */
export function resourceReports(cluster: ClusterDefinition, was: string | null, { name, driver, params }: SharedInput): readonly Report[] {
  const isTaken =
    cluster.shared.some((r) => r.name !== was && r.name === name) ||
    cluster.services.some((s) => s.resources.some((r) => r.name === name && !(r.isShared && r.name === was)))
  return [...(isTaken ? [report("nameTaken", { name }, "resource.name")] : []), ...sharedReports(name, driver, params)]
}
const off = ["stopped", "disabled"]
/** Why it cannot change now: a service that uses it runs, or a job works on that service. `jobs` by service. */
export const runningReports = (cluster: ClusterDefinition, jobs: ReadonlyMap<string, string>, name: string): readonly Report[] =>
  usersOf(cluster, name).flatMap(({ name: service, status }) => {
    const job = jobs.get(service)
    if (job !== undefined) return [report("lockedByJob", { job, lock: service })]
    return off.includes(status.state) ? [] : [report("serviceRunning", { service, node: status.owner ?? "" })]
  })

export async function writeShared(tx: Tx, clusterId: string, was: string | null, { name, driver, params }: SharedInput): Promise<void> {
  const data = { name, driver, params: JSON.parse(JSON.stringify(params)) }
  if (was === null) return void (await tx.sharedResource.create({ data: { ...data, clusterId } }))
  const { id } = await tx.sharedResource.update({ where: { clusterId_name: { clusterId, name: was } }, data })
  await tx.resource.updateMany({ where: { sharedId: id }, data })
}
