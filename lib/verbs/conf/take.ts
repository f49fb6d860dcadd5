import type { z } from "zod"
import { dbNull, json } from "../../db/client"
import type { ClusterDefinition } from "../../db/definitions"
import type { ConfKind } from "../../domain/cluster-conf"
import { FenceDeviceInput, FenceParams, FencingSettings, NodeFencingInput } from "../../domain/fencing"
import { FailoverDomainInput } from "../../domain/placement"
import { type Report, report } from "../../domain/report"
import { importedStatus, ServiceInput } from "../../domain/service"
import type { Tx } from "../../jobs/submit"
import { activeJobs } from "../common"
import type { Ctx } from "../context"
import { domainReports, writeDomain } from "../domain/definition"
import { deviceReports, nodeFencingReports, writeDevice, writeNodeFencing } from "../fence/definition"
import { resourceReports, runningReports, type SharedInput, writeShared } from "../resource/definition"
import { defined, reportsOf, writeService } from "../service/definition"
import { stepReports } from "../service/save"
import type { Compared } from "./compare"

const domainOf = ({ name, next }: Compared) => FailoverDomainInput.parse({ ...next, name })
const sharedOf = ({ name, next }: Compared): SharedInput => ({ name, driver: String(next.driver), params: next.params })
const serviceOf = ({ next }: Compared) => ServiceInput.parse(next)
const deviceOf = ({ name, next: { secrets: _, ...device } }: Compared) => FenceDeviceInput.parse({ ...device, name })
/** Its input schema is the last word: what a merge made of it is looked at again. */
const inputs: Readonly<Record<ConfKind, (c: Compared, cluster: ClusterDefinition) => unknown>> = {
  domain: domainOf,
  shared: sharedOf,
  service: serviceOf,
  fenceDevice: (c) => [deviceOf(c), FenceParams.parse(c.next.secrets)],
  nodeFencing: (c, cluster) => fencingOf(c, cluster),
  settings: (c, cluster) => FencingSettings.parse({ ...cluster.fencing, ...c.next }),
}
const fencingOf = ({ name, next }: Compared, { nodes }: ClusterDefinition) =>
  NodeFencingInput.parse({ ...next, delayMs: nodes.find((n) => n.name === name)?.fencing.delayMs ?? 0 })
function unfit(c: Compared, cluster: ClusterDefinition): readonly Report[] {
  try {
    inputs[c.kind](c, cluster)
    return []
  } catch (error) {
    const { issues = [] } = error as Partial<z.ZodError> // only a schema is asked
    return issues.map(({ path, message }) => report("invalid", { detail: message }, path.join(".")))
  }
}

const replaced = <T extends { readonly name: string }>(list: readonly T[], one: T): readonly T[] =>
  list.some(({ name }) => name === one.name) ? list.map((old) => (old.name === one.name ? one : old)) : [...list, one]
/** The cluster as it would be loaded again with this in it. */
function withTaken(then: ClusterDefinition, c: Compared): ClusterDefinition {
  switch (c.kind) {
    case "domain": {
      const { members, ...domain } = domainOf(c)
      return { ...then, domains: replaced(then.domains, { ...domain, members: new Map(members.map((m) => [m.node, m.priority ?? 0])) }) }
    }
    case "shared":
      return { ...then, shared: replaced(then.shared, JSON.parse(JSON.stringify(sharedOf(c)))) }
    case "service": {
      const before = then.services.find(({ name }) => name === c.name)
      return { ...then, services: replaced(then.services, defined(then, before, serviceOf(c))) }
    }
    case "fenceDevice":
      return { ...then, fenceDevices: replaced(then.fenceDevices, { ...deviceOf(c), secretsSealed: null }) }
    default:
      return then
  }
}
async function reportsFor(ctx: Ctx, cluster: ClusterDefinition, then: ClusterDefinition, c: Compared): Promise<readonly Report[]> {
  switch (c.kind) {
    case "domain":
      return domainReports(then, c.name, domainOf(c))
    case "shared":
      return [...resourceReports(then, c.name, sharedOf(c)), ...runningReports(cluster, await activeJobs(ctx, cluster.id), c.name)]
    case "service": {
      const reports = reportsOf(then, c.name, serviceOf(c))
      return reports.length > 0 || c.what === "new" ? reports : stepReports(ctx, then, c.name, serviceOf(c))
    }
    case "fenceDevice":
      return deviceReports(then, c.name, deviceOf(c))
    case "nodeFencing":
      return cluster.nodes.some(({ name, isMember }) => isMember && name === c.name)
        ? nodeFencingReports(then, fencingOf(c, cluster))
        : [report("notFound", { what: c.name })]
    default:
      return []
  }
}
/** The panel's word is for something that went away while one looked; here it never was. */
const forFile = (one: Report): Report => (one.code === "notFound" ? { ...one, code: "confMissing" } : one)

/** Why the panel would refuse each of them, if all were taken together; by its id, none where nothing is wrong. */
export async function refusalsOf(
  ctx: Ctx,
  cluster: ClusterDefinition,
  taken: readonly Compared[],
): Promise<ReadonlyMap<string, readonly Report[]>> {
  const bad = new Map(taken.map((c) => [c.id, unfit(c, cluster)]))
  const fit = taken.filter(({ id }) => bad.get(id)?.length === 0)
  const then = fit.reduce(withTaken, cluster)
  for (const c of fit) bad.set(c.id, (await reportsFor(ctx, cluster, then, c)).map(forFile))
  return bad
}

async function writeOne(ctx: Ctx, tx: Tx, cluster: ClusterDefinition, c: Compared): Promise<void> {
  const { id: clusterId } = cluster
  const was = c.what === "new" ? null : c.name
  switch (c.kind) {
    case "domain":
      return writeDomain(tx, clusterId, was, domainOf(c))
    case "shared":
      return writeShared(tx, clusterId, was, sharedOf(c))
    case "service": {
      await writeService(tx, clusterId, was, serviceOf(c))
      return was === null ? writeStatus(ctx, tx, clusterId, c.name) : undefined
    }
    case "fenceDevice": {
      const { open } = ctx.engine.secrets
      const before = cluster.fenceDevices.find(({ name }) => name === c.name)?.secretsSealed
      const gone = Object.keys(before ? open(before) : {}).map((name) => [name, ""])
      const secrets = { ...Object.fromEntries(gone), ...FenceParams.parse(c.next.secrets) }
      return writeDevice(tx, { clusterId, was, device: deviceOf(c), secrets }, ctx.engine.secrets, before)
    }
    case "nodeFencing":
      return writeNodeFencing(tx, clusterId, c.name, fencingOf(c, cluster))
    case "settings":
      return void (await tx.cluster.update({ where: { id: clusterId }, data: FencingSettings.parse({ ...cluster.fencing, ...c.next }) }))
  }
}
/** The keeper's table begins with it: a new service is looked for, and not started. */
async function writeStatus(ctx: Ctx, tx: Tx, clusterId: string, name: string): Promise<void> {
  const { id: serviceId } = await tx.service.findUniqueOrThrow({ where: { clusterId_name: { clusterId, name } } })
  const { state, restarts, sinceMs, reason, isFrozen, off, restartsAtMs, counters, pending } = importedStatus(ctx.nowMs())
  const details = json({ off, restartsAtMs, counters, pending })
  const data = { state, restarts, since: new Date(sinceMs), reason: reason ? json(reason) : dbNull, isFrozen, details }
  await tx.serviceStatus.create({ data: { serviceId, ...data } })
}
/** In an order in which each finds what it names. */
export async function writeTaken(ctx: Ctx, tx: Tx, cluster: ClusterDefinition, taken: readonly Compared[]): Promise<void> {
  for (const c of taken) await writeOne(ctx, tx, cluster, c)
}
