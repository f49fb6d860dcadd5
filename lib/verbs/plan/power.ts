import { planFence, planPowerOn, usableLevels } from "../../domain/fence-plan"
import { quorumOf, type Standing } from "../../domain/keeper"
import type { Sentence } from "../../domain/plan"
import { report } from "../../domain/report"
import { fencingRow, powerLock } from "../../keeper/fencer"
import { levelsOf } from "../../keeper/power"
import { describe } from "../../keeper/services"
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
    ...(action === "on"
      ? { notes: [{ code: "powerOnThen", params: { node: name } }] }
      : { ...consequences(ctx, clusterId, name, action === "reboot"), also: (tx, job) => fencingRow(job, about)(tx) }),
  }
}
function consequences(ctx: Ctx, clusterId: string, name: string, isReboot: boolean): Pick<Prepared, "notes" | "reaches"> {
  const cluster = clusterOf(ctx, clusterId)
  const node = nodeOf(cluster, name)
  const places = placesAfter(ctx, cluster, name)
  const moves = places.map(({ service, to }) =>
    to === null ? { code: "fenceStops", params: { service, node: name } } : { code: "fenceMoves", params: { service, node: name, to } },
  )
  const [, ...rest] = usableLevels({ levels: levelsOf(cluster, node) })
  const devices = rest.map((level) => level.map(({ device }) => device).join(" + ")).join("; ")
  const note = (code: string, params: Readonly<Record<string, string>> = { node: name }): Sentence => ({ code, params })
  // A node that is known to be off counts as known: only what is missing already is missed.
  const members = cluster.nodes.filter(({ isMember }) => isMember)
  const after = members.map((m): Standing => (m.name === name ? { state: "fenced", reason: null } : m.status))
  const quorum = quorumOf(after, cluster.tieBreakerSeen)
  const notes = [
    ...(node.status.state === "online" && moves.length > 0 ? [note("fenceNotClean")] : []),
    ...(moves.length > 0 ? moves : [note("fenceNothing")]),
    quorum.isQuorate
      ? note("fenceQuorumKept", { node: name, known: String(quorum.known), members: String(quorum.members) })
      : note("fenceQuorumLost"),
    ...(devices === "" ? [] : [note("fenceLevels", { devices })]),
    ...(isReboot ? [note("fenceThenOn")] : []),
  ]
  return { notes, reaches: places.map(({ service }) => service) }
}
