import { balancerModel } from "../../db/balancers"
import type { BalancerDefinition, ClusterDefinition } from "../../db/definitions"
import type { Balancer } from "../../domain/balancer"
import { unsealed } from "../../domain/balancer-secret"
import { Subject } from "../../jobs/store"
import { clusterOf } from "../common"
import type { Ctx } from "../context"
import { notFound } from "../verb"

export const balancerLock = (clusterId: string, name: string): string => `balancer:${clusterId}/${name}`
/** A director carries one balancer's files: whoever else would write them waits. */
export const directorLock = (clusterId: string, node: string): string => `director:${clusterId}/${node}`

export type Known = { readonly cluster: ClusterDefinition; readonly definition: BalancerDefinition; readonly model: Balancer }
/** A balancer with its current model, passwords left out. @throws Refused 404 */
export async function balancerOf(ctx: Ctx, clusterId: string, name: string): Promise<Known> {
  const cluster = clusterOf(ctx, clusterId)
  const definition = cluster.balancers.find((one) => one.name === name)
  if (!definition) throw notFound(`balancer ${name}`)
  return { cluster, definition, model: await modelOf(ctx, definition, definition.version) }
}
/** @throws Refused 404 */
export async function modelOf({ db }: Ctx, { id, name }: Pick<BalancerDefinition, "id" | "name">, number: number): Promise<Balancer> {
  const model = await balancerModel(db, id, number)
  if (!model) throw notFound(`version ${number} of ${name}`)
  return model
}
export const secretsIn = (
  { engine }: Ctx,
  definition: Pick<BalancerDefinition, "secretsSealed"> | undefined,
): Readonly<Record<string, string>> => (definition?.secretsSealed ? engine.secrets.open(definition.secretsSealed) : {})
/** With its passwords, for a file or a comparison; never for an answer. */
export const openModel = (ctx: Ctx, definition: Pick<BalancerDefinition, "secretsSealed">, model: Balancer): Balancer =>
  unsealed(model, secretsIn(ctx, definition))
/** Whether real servers of it are on their way back, in steps or at once: their weights are no one's doing then. */
export async function isReturning({ db }: Ctx, clusterId: string, name: string): Promise<boolean> {
  const lock = await db.lock.findUnique({ where: { key: balancerLock(clusterId, name) } })
  const job = lock && (await db.job.findUnique({ where: { id: lock.jobId }, select: { subject: true, state: true } }))
  return job?.state === "running" && Subject.safeParse(job.subject).data?.kind === "drainReturn"
}
/** Whether a job is at work on it: its tables are on their way. One that waits for a person is not. */
export async function isChanging({ db }: Ctx, clusterId: string, name: string): Promise<boolean> {
  const lock = await db.lock.findUnique({ where: { key: balancerLock(clusterId, name) } })
  const job = lock && (await db.job.findUnique({ where: { id: lock.jobId }, select: { state: true } }))
  return job?.state === "queued" || job?.state === "running"
}
/** The job that holds it, if any. */
export async function jobOn({ db }: Ctx, clusterId: string, name: string): Promise<string | null> {
  return (await db.lock.findUnique({ where: { key: balancerLock(clusterId, name) } }))?.jobId ?? null
}
