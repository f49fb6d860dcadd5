import type { Clock } from "../clock"
import type { Db } from "../db/client"
import type { ClusterDefinition, NodeDefinition, ServiceDefinition } from "../db/definitions"
import { foreignOn, type PlannedUse, planClean } from "../domain/fence-plan"
import type { ServicePlanRequest } from "../domain/service-request"
import type { Inventory } from "../inventory/inventory"
import { jobOf, nodeLock, serviceLock } from "../jobs/job"
import { submit } from "../jobs/submit"
import type { Ledger } from "./ledger"
import { levelsOf } from "./power"
import { describe } from "./services"
import { freshStates, situationOf } from "./situation"

/** A look at a node that came back counts as long as this, ms. */
const COUNTS_FOR_MS = 5_000
type Parts = {
  readonly db: Db
  readonly clock: Clock
  readonly ledger: Ledger
  readonly inventory: Inventory
  readonly take: (jobId: string) => void
  readonly newId: () => string
  readonly join: (clusterId: string, node: string) => Promise<void>
}
/** A node that answers again: what runs there is looked at, what belongs elsewhere by now is stopped, then it counts. */
export type Returns = { readonly look: (clusterId: string, node: string) => Promise<void> }

export function createReturns(parts: Parts, wake: () => void): Returns {
  const { db, clock, ledger, inventory, take, newId, join } = parts
  const looks = new Map<string, "reading" | number>()
  /** Devices that unfence were asked, or there are none. */
  const unfenced = new Map<string, number>()
  function isLookedAt(clusterId: string, node: string): boolean {
    const key = `${clusterId}/${node}`
    const last = looks.get(key)
    if (last === "reading") return false
    if (last !== undefined && clock.nowMs() - last <= COUNTS_FOR_MS) return true
    looks.set(key, "reading")
    void inventory
      .readNow(clusterId, [node])
      .catch(() => undefined)
      .finally(() => {
        looks.set(key, clock.nowMs())
        wake()
      })
    return false
  }
  const requestOf = (cluster: ClusterDefinition, service: ServiceDefinition, node: string): ServicePlanRequest => {
    const request = situationOf(cluster, service, inventory.facts, describe)
    const seen = freshStates(inventory.facts, cluster.id, node, service)
    return seen ? { ...request, states: { ...request.states, [node]: seen } } : request
  }
  function unfencingOf(cluster: ClusterDefinition, node: NodeDefinition) {
    if (unfenced.get(`${cluster.id}/${node.name}`) === node.status.sinceMs) return []
    const devices = cluster.fenceDevices.filter((d) => d.unfences).map((d) => d.name)
    return levelsOf(cluster, node)
      .flat()
      .filter((use) => devices.includes(use.device))
  }
  async function look(clusterId: string, name: string) {
    const cluster = ledger.cluster(clusterId)
    const node = cluster?.nodes.find((n) => n.name === name)
    if (!cluster || node?.status.state !== "returning" || !inventory.reach(clusterId, name)?.isHeard) return
    const busy = await ledger.locks()
    if (busy.has(nodeLock(clusterId, name)) || !isLookedAt(clusterId, name)) return
    const requests = cluster.services.map((service) => requestOf(cluster, service, name))
    const foreign = foreignOn(name, requests)
    // A service on its way is where its job puts it: until then nobody says where it belongs.
    if (foreign === undefined || foreign.some((r) => busy.has(serviceLock(clusterId, r.service.name)))) return
    const uses = unfencingOf(cluster, node)
    if (foreign.length === 0 && uses.length === 0) return join(clusterId, name)
    await clean(cluster, node, foreign, uses)
  }
  async function clean(
    { id: clusterId }: ClusterDefinition,
    { name, status }: NodeDefinition,
    foreign: readonly ServicePlanRequest[],
    uses: readonly PlannedUse[],
  ) {
    unfenced.set(`${clusterId}/${name}`, status.sinceMs)
    const plan = planClean(name, foreign, uses, describe)
    const services = foreign.map((r) => r.service.name)
    // Their own locks stay free: they run elsewhere, and what is stopped here is no longer theirs.
    const subject = { kind: "clean" as const, node: name }
    const reason = { who: "keeper", through: "keeper" as const, why: services.join(", ") || "unfence" }
    const job = jobOf(newId(), clusterId, plan, { subject, reason, locks: [nodeLock(clusterId, name)] })
    const submitted = await submit(db, { job, verb: "keeper.clean", input: { ...subject, services } })
    if (!submitted.allowed) return
    looks.delete(`${clusterId}/${name}`)
    await ledger.note(clusterId, "node.cleaning", "move", { node: name, jobId: job.id, params: { services: services.join(", ") } })
    take(job.id)
  }
  return { look }
}
