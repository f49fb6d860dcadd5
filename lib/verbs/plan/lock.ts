import { digestOf } from "../../domain/plan"
import { report } from "../../domain/report"
import { clusterOf } from "../common"
import type { Ctx } from "../context"
import { Refused } from "../verb"
import type { Prepared } from "./prepare"
import type { LockRequest } from "./request"

/** `clusvcadm -l`: nothing is started, moved or recovered until it is unlocked; stops are allowed. */
export async function prepareLock(ctx: Ctx, { clusterId, action }: LockRequest): Promise<Prepared> {
  const { lock, services } = clusterOf(ctx, clusterId)
  const isLocked = lock !== undefined
  if (isLocked === (action === "lock"))
    throw new Refused(409, [report(isLocked ? "clusterLocked" : "clusterNotLocked", { by: lock?.by ?? "" })])
  const waiting = services.filter(({ status }) => status.pending.length > 0).map(({ name }) => name)
  const notes = [
    { code: action === "lock" ? "locked" : "unlocked", params: {} },
    ...(action === "unlock" && waiting.length > 0 ? [{ code: "evaluatedNow", params: { services: waiting.join(", ") } }] : []),
  ]
  return {
    plan: { steps: [], changes: [], interrupted: [], fallbacks: [], digest: digestOf([isLocked, waiting]) },
    subject: { kind: action },
    locks: [`cluster:${clusterId}`],
    notes,
    also: async (tx) => {
      const data =
        action === "lock" ? { lockedBy: ctx.user?.name ?? "", lockedAt: new Date(ctx.nowMs()) } : { lockedBy: null, lockedAt: null }
      await tx.cluster.update({ where: { id: clusterId }, data })
    },
  }
}
