import type { Clock } from "../clock"
import { type Db, json } from "../db/client"
import type { ClusterDefinition, NodeDefinition } from "../db/definitions"
import { decideFence, type FenceDecision } from "../domain/fence-decision"
import { planFence, planPowerOn, usableLevels } from "../domain/fence-plan"
import type { FencingOutcome } from "../domain/fencing"
import type { Reason } from "../domain/roles"
import type { Coded, JobKind } from "../domain/views"
import type { Evidences } from "../inventory/evidence"
import { type Job, jobOf } from "../jobs/job"
import type { Outcome } from "../jobs/run-job"
import { jobFromRow } from "../jobs/store"
import { submit, type Tx } from "../jobs/submit"
import type { Ledger } from "./ledger"
import type { Looks } from "./looks"
import { levelsOf } from "./power"
import { describe } from "./services"
import { quorumIn } from "./situation"

/** One at a time switches a node, whatever else goes on with it. */
export const powerLock = (clusterId: string, node: string): string => `power:${clusterId}/${node}`
const kinds: readonly JobKind[] = ["fence", "fenceReboot"]
const LOOKS_MAX = 6
const LOOK_EVERY_MS = 1_000

export type Fencer = {
  /** Decides about every silent member, once a thought. */
  readonly look: (clusterId: string) => Promise<void>
  /** What would be done about this member now, and why not. */
  readonly decide: (clusterId: string, node: string) => Promise<FenceDecision>
  /** The end of a job that switched a node off: believed when no witness contradicts it. Other jobs are none of its business. */
  readonly rests: (outcome: Outcome) => Promise<void>
  /** Fencings whose end the last run of the panel did not see. */
  readonly recover: () => Promise<void>
}
type Parts = {
  readonly db: Db
  readonly clock: Clock
  readonly ledger: Ledger
  readonly evidence: Evidences
  readonly looks: Looks
  readonly take: (jobId: string) => void
  readonly newId: () => string
  readonly onError: (error: unknown) => void
  /** The node is proven off: its services are free. */
  readonly fenced: (clusterId: string, node: string) => Promise<void>
}

/** The row of the history that stands and falls with the job. */
export const fencingRow =
  (job: Job, about: { readonly node: string; readonly decidedForMs: number | null; readonly evidence: unknown; readonly atMs: number }) =>
  async (tx: Tx): Promise<void> => {
    const { node, decidedForMs, evidence, atMs } = about
    await tx.fencing.create({
      data: {
        ...{ id: job.id, clusterId: job.clusterId, node, jobId: job.id, outcome: "running", at: new Date(atMs) },
        action: job.subject.kind === "fence" ? "off" : "reboot",
        ...{ userName: job.reason.who, through: job.reason.through, why: job.reason.why },
        ...{ decidedFor: decidedForMs === null ? null : new Date(decidedForMs), evidence: json(evidence) },
      },
    })
  }
/** A job that took the place of one whose devices failed bears its name. */
const rootOf = (jobId: string): string => jobId.replace(/(?:\.f)+$/, "")

export function createFencer(parts: Parts): Fencer {
  const { db, clock, ledger, evidence, take, newId } = parts
  const quorateSince = new Map<string, number>()
  const cutOff = new Map<string, number>()
  /** Its job has ended, and the witnesses are being asked. */
  const settling = new Set<string>()
  const find = (clusterId: string, name: string): { cluster: ClusterDefinition; node: NodeDefinition } | undefined => {
    const cluster = ledger.cluster(clusterId)
    const node = cluster?.nodes.find((n) => n.name === name)
    return cluster && node ? { cluster, node } : undefined
  }
  async function attemptOf({ id }: ClusterDefinition, { name, status }: NodeDefinition): Promise<FencingOutcome | undefined> {
    if (settling.has(`${id}/${name}`)) return "running"
    const row = await db.fencing.findFirst({
      where: {
        clusterId: id,
        node: name,
        action: { not: "confirm" },
        OR: [{ decidedFor: new Date(status.sinceMs) }, { outcome: "running" }],
      },
      orderBy: { at: "desc" },
    })
    return row === null ? undefined : outcomes.find((o) => o === row.outcome)
  }
  async function decide(clusterId: string, name: string): Promise<FenceDecision> {
    const found = find(clusterId, name)
    if (!found) return { fence: false, next: { code: "nothing", params: {} } }
    const { cluster, node } = found
    return decideFence({
      ...{ node: name, state: node.status.state, isInMaintenance: node.isInMaintenance, lostSinceMs: node.status.sinceMs },
      ...{ judgement: evidence.judgement(clusterId, name), isQuorate: quorumIn(cluster).isQuorate },
      quorateSinceMs: quorateSince.get(clusterId) ?? null,
      levels: usableLevels({ levels: levelsOf(cluster, node) }).length,
      ...{ delayMs: node.fencing.delayMs, settings: cluster.fencing, nowMs: clock.nowMs() },
      attempt: node.status.state === "lost" ? await attemptOf(cluster, node) : undefined,
    })
  }
  async function fence(clusterId: string, name: string) {
    const found = find(clusterId, name)
    if (!found) return
    const { cluster, node } = found
    const verdict = planFence({ node: name, levels: levelsOf(cluster, node), describe })
    if (!verdict.allowed) return
    const kind: JobKind = cluster.fencing.afterFencing === "on" ? "fenceReboot" : "fence"
    const reason: Reason = { who: "keeper", through: "keeper", why: "nodeLost" }
    const subject = { kind, node: name }
    const job = jobOf(newId(), clusterId, verdict.value, { subject, reason, locks: [powerLock(clusterId, name)] })
    const about = { node: name, decidedForMs: node.status.sinceMs, evidence: evidence.of(clusterId, name), atMs: clock.nowMs() }
    const submitted = await submit(db, { job, verb: "keeper.fence", input: subject, also: fencingRow(job, about) })
    if (!submitted.allowed) return
    // What the others say of its services is read meanwhile: the decision about them comes next.
    for (const service of cluster.services) if (service.status.owner === name) parts.looks.begin(cluster, service)
    await ledger.note(clusterId, "node.fencing", "move", { node: name, jobId: job.id })
    take(job.id)
  }
  /** The panel that reaches nobody says so, and says when it is back that it did nothing. */
  async function noteCutOff({ id, nodes }: ClusterDefinition) {
    const members = nodes.filter((n) => n.isMember)
    const isCutOff = members.length > 1 && members.every(({ name }) => evidence.judgement(id, name).state === "panelCutOff")
    const sinceMs = cutOff.get(id)
    if (isCutOff && sinceMs === undefined) {
      cutOff.set(id, clock.nowMs())
      await ledger.note(id, "cluster.panelCutOff", "bad", {})
    }
    if (isCutOff || sinceMs === undefined || !members.some(({ name }) => evidence.judgement(id, name).state === "heard")) return
    cutOff.delete(id)
    const seconds = String(Math.round((clock.nowMs() - sinceMs) / 1_000))
    await ledger.note(id, "cluster.panelBack", "ok", { params: { seconds } })
  }
  async function look(clusterId: string) {
    const cluster = ledger.cluster(clusterId)
    if (!cluster) return
    await noteCutOff(cluster)
    if (!quorumIn(cluster).isQuorate) quorateSince.delete(clusterId)
    else if (!quorateSince.has(clusterId)) quorateSince.set(clusterId, clock.nowMs())
    for (const { name, isMember, status } of cluster.nodes)
      if (isMember && status.state === "lost" && (await decide(clusterId, name)).fence) await fence(clusterId, name)
  }
  /** The device says off. Whoever still sees the node knows better: the wrong plug, or a device that lies. */
  async function contradiction(clusterId: string, node: string): Promise<string | undefined> {
    const wasSure = () => {
      const judgement = evidence.judgement(clusterId, node)
      return judgement.state === "lost" && judgement.isSure
    }
    let by = ""
    for (let i = 0; i < LOOKS_MAX; i++) {
      if (wasSure()) return undefined
      const { witnesses } = await evidence.askNow(clusterId, node)
      const alive = witnesses.filter(({ says }) => says === "alive")
      // Nobody who sees it is no proof while nobody has looked: the panel itself must have knocked, and had no answer.
      if (alive.length === 0 && witnesses.some(({ kind, says }) => kind === "connect" && says === "silent")) return undefined
      by = alive.map(({ kind, name }) => name || kind).join(", ") || "connect"
      await clock.sleep(LOOK_EVERY_MS)
    }
    return by
  }
  async function settle(job: Job, isOff: boolean, failure: Coded | null) {
    const { clusterId, subject } = job
    const node = subject.node ?? ""
    const key = `${clusterId}/${node}`
    const end = async (outcome: FencingOutcome, detail: Coded | null) => {
      const data = { outcome, endedAt: new Date(clock.nowMs()), ...(detail ? { detail: json(detail) } : {}) }
      await db.fencing.updateMany({ where: { jobId: rootOf(job.id), outcome: "running" }, data })
    }
    if (!isOff) {
      await end("failed", failure)
      return ledger.note(clusterId, "node.fenceFailed", "bad", {
        node,
        jobId: job.id,
        params: { reason: failure?.params.reason ?? failure?.code ?? "" },
      })
    }
    settling.add(key)
    try {
      const by = await contradiction(clusterId, node)
      if (by !== undefined) {
        await end("contradicted", { code: "stillSeen", params: { by } })
        return await ledger.note(clusterId, "node.fenceContradicted", "bad", { node, jobId: job.id, params: { by } })
      }
      await end("succeeded", null)
      await parts.fenced(clusterId, node)
    } finally {
      settling.delete(key)
    }
    if (subject.kind === "fenceReboot") await powerOn(job, node)
  }
  /** A fenced node is switched on again by a job of its own: its services do not wait for it. */
  async function powerOn(fencing: Job, name: string) {
    const found = find(fencing.clusterId, name)
    const verdict = found && planPowerOn({ node: name, levels: levelsOf(found.cluster, found.node), describe })
    if (!verdict?.allowed) return
    const subject = { kind: "powerOn" as const, node: name }
    const about = { subject, reason: fencing.reason, locks: [powerLock(fencing.clusterId, name)] }
    const job: Job = { ...jobOf(newId(), fencing.clusterId, verdict.value, about), follows: fencing.id }
    const submitted = await submit(db, { job, verb: "keeper.powerOn", input: subject })
    if (submitted.allowed) take(job.id)
  }
  return {
    look,
    decide,
    rests: async (outcome) => {
      const { job, state } = outcome
      if (!kinds.includes(job.subject.kind) || (state !== "succeeded" && state !== "failed")) return
      await settle(job, state === "succeeded", state === "failed" ? outcome.reason : null)
    },
    recover: async () => {
      for (const { jobId } of await db.fencing.findMany({ where: { outcome: "running" } })) {
        const jobs = await db.job.findMany({ where: { OR: [{ id: jobId ?? "" }, { id: { startsWith: `${jobId}.f` } }] } })
        const last = jobs.toSorted((a, b) => b.id.length - a.id.length)[0]
        if (!last || !["succeeded", "failed", "cancelled"].includes(last.state)) continue
        void settle(jobFromRow(last), last.state === "succeeded", null).catch(parts.onError)
      }
    },
  }
}
const outcomes: readonly FencingOutcome[] = ["running", "succeeded", "failed", "contradicted", "secondPerson", "refused"]
