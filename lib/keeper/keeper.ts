import type { Bus } from "../bus"
import type { Clock } from "../clock"
import type { Db } from "../db/client"
import type { ClusterDefinition } from "../db/definitions"
import { statusDuring } from "../domain/job-status"
import type { DomainEvent } from "../domain/service"
import type { Coded } from "../domain/views"
import type { Evidences } from "../inventory/evidence"
import type { Inventory } from "../inventory/inventory"
import type { Job } from "../jobs/job"
import type { Outcome } from "../jobs/run-job"
import { createFencer, type Fencer } from "./fencer"
import { createLedger } from "./ledger"
import { createLooks } from "./looks"
import { befall, join, lookAtNode, lookAtQuorum, noteChanges, setKnownOff } from "./nodes"
import { createReturns } from "./returning"
import { afterJob, changesOf, concludeEarly, findOrphans, heldBy, isKnownOff, lookAtService, overtaken } from "./services"
import { monitorName } from "./situation"

export type Keeper = {
  /** The definitions and states as the keeper holds them. */
  readonly clusters: () => readonly ClusterDefinition[]
  readonly cluster: (id: string) => ClusterDefinition | undefined
  /** A verb changed a definition: it is read again and evaluated. Resolves when that is done. */
  readonly redefined: () => Promise<void>
  readonly stepBegins: (job: Job, index: number) => void
  readonly rests: (outcome: Outcome) => Promise<void>
  /** After that, when the job can be given up. */
  readonly rested: (outcome: Outcome) => Promise<void>
  /** Why a job may not go on with a service that is no longer where the job found it. */
  readonly overtaken: (job: Job) => Coded | undefined
  /** Somebody or something knows that the node is off. */
  readonly confirmed: (
    clusterId: string,
    node: string,
    event: DomainEvent & { readonly type: "fenced" | "confirmed" },
    by?: string,
  ) => Promise<void>
  /** What is done about a silent member now, and why not. */
  readonly decideFence: Fencer["decide"]
  readonly start: () => Promise<void>
  readonly stop: () => void
}
type Outside = {
  readonly db: Db
  readonly clock: Clock
  readonly bus: Bus
  readonly inventory: Inventory
  readonly evidence: Evidences
  readonly take: (jobId: string) => void
  readonly resumeFor: (clusterId: string, node: string, jobId?: string) => Promise<void>
  /** Ends the jobs that wait for a node which is known to be off by now. */
  readonly giveUpFor: (clusterId: string, node: string) => Promise<void>
  readonly newId: () => string
  readonly onError: (error: unknown) => void
}
const TICK_MS = 1_000
const resourceOf = (params: unknown): string | undefined =>
  typeof params === "object" && params !== null && "name" in params && typeof params.name === "string" ? params.name : undefined

/** Between two tries of a job whose node is there, and at most. A command that is still at work is left to a person: it may take hours. */
const ASK_AGAIN_MS = 5_000
const ASK_AGAIN_MAX_MS = 600_000
const asksAgain: readonly string[] = ["nodeSilent", "didNotArrive"]
/** The loop around the decisions: one thought at a time, on every change and once a second. */
export function createKeeper(outside: Outside): Keeper {
  const { clock, inventory, onError } = outside
  const ledger = createLedger(outside)
  const stopped = new AbortController()
  let nap: AbortController | undefined
  let isDue = false
  let turn: Promise<void> = Promise.resolve()
  const wake = () => {
    isDue = true
    nap?.abort()
  }
  const parts = { ...outside, ledger, looks: createLooks(outside, wake) }
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const result = turn.then(act)
    turn = result.then(
      () => undefined,
      () => undefined,
    )
    return result
  }
  const returns = createReturns({ ...parts, join: (clusterId, node) => join(parts, clusterId, node) }, wake)
  async function confirmed(clusterId: string, node: string, type: "fenced" | "confirmed", by?: string) {
    await inTurn(async () => {
      await setKnownOff(parts, clusterId, node, type, by)
      await befall(parts, clusterId, { type, node })
    })
    await outside.giveUpFor(clusterId, node)
    wake()
  }
  const fencer = createFencer({ ...parts, fenced: (clusterId, node) => confirmed(clusterId, node, "fenced") })
  async function think() {
    for (const { id, nodes, services } of ledger.clusters()) {
      for (const { name } of nodes) {
        await lookAtNode(parts, id, name)
        await returns.look(id, name)
      }
      await lookAtQuorum(parts, id)
      await fencer.look(id)
      // Lower priority first; equals in the order of their definition (§1.6).
      for (const { name } of services.toSorted((a, b) => a.priority - b.priority)) await lookAtService(parts, id, name)
    }
  }
  async function loop() {
    while (!stopped.signal.aborted) {
      isDue = false
      await inTurn(think).catch(onError)
      // What happened during the thought may not have been part of it.
      if (isDue) continue
      nap = new AbortController()
      await clock.sleep(TICK_MS, AbortSignal.any([nap.signal, stopped.signal]))
    }
  }
  /** What an earlier run of the panel ended too early to give up. */
  async function giveUpTheDead() {
    for (const { id, nodes } of ledger.clusters())
      for (const { name } of nodes) if (isKnownOff(ledger, id, name)) await outside.giveUpFor(id, name)
  }
  /** By job: how often it has come to rest because of its node's silence, and what it said then. */
  const silences = new Map<string, { readonly turn: number; readonly said: string }>()
  const saidBy = (outcome: Outcome): string => (outcome.state === "waiting" ? JSON.stringify(outcome.waitingFor) : "")
  /**
   * A job that waits for a node which is known to be off waits for nothing: its services are looked at anew. One that waits for a node which
   * was never seen to be away (an answer lost on the way) would not be told when it is back: it asks again itself, later each time.
   */
  async function waitsForNobody(outcome: Outcome) {
    if (outcome.state !== "waiting" || !asksAgain.includes(outcome.waitingFor.code)) return
    const { clusterId, id } = outcome.job
    const { node = "" } = outcome.waitingFor.params
    if (isKnownOff(ledger, clusterId, node)) return outside.giveUpFor(clusterId, node)
    const isOnline = () => ledger.cluster(clusterId)?.nodes.find(({ name }) => name === node)?.status.state === "online"
    if (!isOnline()) return
    const turn = (silences.get(id)?.turn ?? 0) + 1
    silences.set(id, { turn, said: saidBy(outcome) })
    await clock.sleep(Math.min(ASK_AGAIN_MS * 2 ** (turn - 1), ASK_AGAIN_MAX_MS), stopped.signal)
    // Where somebody else has taken it up meanwhile, that run's rest counts.
    if (!stopped.signal.aborted && silences.get(id)?.turn === turn && isOnline()) await outside.resumeFor(clusterId, node, id)
  }
  const reload = async () => {
    const before = ledger.clusters()
    const after = await ledger.load()
    inventory.sync(after)
    await noteChanges(parts, before, after)
  }
  return {
    clusters: ledger.clusters,
    cluster: ledger.cluster,
    redefined: () => inTurn(reload).then(wake),
    stepBegins: (job, index) => {
      const step = job.steps[index]
      if (!step) return
      const { node, driver, params } = step.call
      const resource = resourceOf(params)
      if (resource !== undefined)
        for (const deep of ["", "@10", "@20"]) inventory.outdate(job.clusterId, node, `${monitorName(driver, resource)}${deep}`)
      const change = changesOf(job).find(({ service }) => service === (step.service ?? job.subject.service))
      if (!change) return
      void inTurn(async () => {
        await concludeEarly(parts, job, index)
        const found = heldBy(ledger, job, change.service)
        if (found) await ledger.setService(found, statusDuring(found.service.status, change, step.call, clock.nowMs()), job.id)
      }).catch(onError)
    },
    rests: async (outcome) => {
      const { id } = outcome.job
      const isSame = outcome.state === "waiting" && silences.get(id)?.said === saidBy(outcome)
      if (outcome.state !== "waiting") silences.delete(id)
      await inTurn(() => afterJob(parts, outcome, isSame))
      wake()
      await fencer.rests(outcome)
    },
    rested: waitsForNobody,
    overtaken: (job) => overtaken(ledger, job),
    confirmed: (clusterId, node, { type }, by) => confirmed(clusterId, node, type, by),
    decideFence: fencer.decide,
    start: async () => {
      await reload()
      await findOrphans(parts)
      outside.evidence.start()
      await fencer.recover()
      inventory.onChange(wake)
      outside.evidence.onChange(wake)
      void loop()
      void giveUpTheDead().catch(onError)
    },
    stop: () => {
      stopped.abort()
      outside.evidence.stop()
      wake()
    },
  }
}
