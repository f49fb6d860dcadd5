import { planFence, planPowerOn, usableLevels } from "../../domain/fence-plan"
import type { Sentence } from "../../domain/plan"
import { report } from "../../domain/report"
import { fencingRow, powerLock } from "../../keeper/fencer"
import { levelsOf } from "../../keeper/power"
import { describe } from "../../keeper/services"
import { quorumIn } from "../../keeper/situation"
import { clusterOf, nodeOf } from "../common"
import type { Ctx } from "../context"
import { placesAfter } from "../fence/views"
import { Refused } from "../verb"
import type { Prepared } from "./prepare"
import type { PowerRequest } from "./request"

const kinds = { off: "fence", reboot: "fenceReboot", on: "powerOn" } as const

/** Switching a node by its fence devices: what runs there now, where it will go, and by which devices. */
export async function preparePower(ctx: Ctx, { clusterId, power: name, action }: PowerRequest): Promise<Prepared> {
  const cluster = clusterOf(ctx, clusterId)
  const node = nodeOf(cluster, name)
  const lock = powerLock(clusterId, name)
  if ((await ctx.db.lock.count({ where: { key: lock } })) > 0) throw new Refused(409, [report("powerBusy", { node: name })])
  const request = { node: name, levels: levelsOf(cluster, node), describe }
  const verdict = action === "on" ? planPowerOn(request) : planFence(request)
  if (!verdict.allowed) throw new Refused(409, verdict.reports)
  const about = { node: name, decidedForMs: null, evidence: ctx.engine.evidence.of(clusterId, name), atMs: ctx.nowMs() }
  return {
    plan: verdict.value,
    subject: { kind: kinds[action], node: name },
    locks: [lock],
    notes: action === "on" ? [{ code: "powerOnThen", params: { node: name } }] : consequences(ctx, clusterId, name, action === "reboot"),
    ...(action === "on" ? {} : { also: (tx, job) => fencingRow(job, about)(tx) }),
  }
}
function consequences(ctx: Ctx, clusterId: string, name: string, isReboot: boolean): readonly Sentence[] {
  const cluster = clusterOf(ctx, clusterId)
  const node = nodeOf(cluster, name)
  const moves = placesAfter(ctx, cluster, name).map(({ service, to }) =>
    to === null ? { code: "fenceStops", params: { service, node: name } } : { code: "fenceMoves", params: { service, node: name, to } },
  )
  const [, ...rest] = usableLevels({ levels: levelsOf(cluster, node) })
  const devices = rest.map((level) => level.map(({ device }) => device).join(" + ")).join("; ")
  const note = (code: string, params: Readonly<Record<string, string>> = { node: name }): Sentence => ({ code, params })
  return [
    ...(node.status.state === "online" && moves.length > 0 ? [note("fenceNotClean")] : []),
    ...(moves.length > 0 ? moves : [note("fenceNothing")]),
    // A node that is known to be off counts as known: only what is missing already is missed.
    ...(quorumIn(cluster).isQuorate ? [] : [note("fenceQuorumLost")]),
    ...(devices === "" ? [] : [note("fenceLevels", { devices })]),
    ...(isReboot ? [note("fenceThenOn")] : []),
  ]
}
