import { bind } from "../../agents/registry"
import type { Bus } from "../bus"
import type { Clock } from "../clock"
import { type Db, dbNull, json } from "../db/client"
import { type ClusterDefinition, loadClusters, type ServiceDefinition } from "../db/definitions"
import { afterEvent, type DomainEvent, decide, LOST_AFTER_MS, statusAfter, statusDuring } from "../domain/keeper"
import type { ServiceStatus } from "../domain/service"
import { type Describe, planService } from "../domain/service-plan"
import type { Coded, EventView, NodeState } from "../domain/views"
import type { Inventory, Reach } from "../inventory/inventory"
import { type Job, jobOf, serviceLock } from "../jobs/job"
import type { Outcome } from "../jobs/run-job"
import { submit } from "../jobs/submit"
import { monitorName, situationOf } from "./situation"

/** Words and exact command of a call, by its driver. */
export const describe: Describe = (call) => {
  const { sentence, command } = bind(call)
  return { sentence, command: command.masked }
}

export type Keeper = {
  /** The definitions and states as the keeper holds them. */
  readonly clusters: () => readonly ClusterDefinition[]
  readonly cluster: (id: string) => ClusterDefinition | undefined
  /** A verb changed a definition: it is read again and evaluated. Resolves when that is done. */
  readonly redefined: () => Promise<void>
  readonly stepBegins: (job: Job, index: number) => void
  readonly rests: (outcome: Outcome) => Promise<void>
  /** Somebody or something knows that the node is off. */
  readonly confirmed: (clusterId: string, node: string, event: DomainEvent & { readonly type: "fenced" | "confirmed" }) => Promise<void>
  readonly start: () => Promise<void>
  readonly stop: () => void
}
type Outside = {
  readonly db: Db
  readonly clock: Clock
  readonly bus: Bus
  readonly inventory: Inventory
  readonly take: (jobId: string) => void
  readonly resumeFor: (clusterId: string, node: string) => Promise<void>
  readonly newId: () => string
  readonly onError: (error: unknown) => void
}
const TICK_MS = 1_000

export function createKeeper(outside: Outside): Keeper {
  const { db, clock, bus, inventory } = outside
  let clusters: readonly ClusterDefinition[] = []
  const stopped = new AbortController()
  let nap = new AbortController()
  let turn: Promise<void> = Promise.resolve()
  /** One thought at a time. */
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const result = turn.then(act)
    turn = result.then(
      () => undefined,
      () => undefined,
    )
    return result
  }
  const cluster = (id: string) => clusters.find((c) => c.id === id)
  const replace = (next: ClusterDefinition) => {
    clusters = clusters.map((c) => (c.id === next.id ? next : c))
  }
  async function event(
    clusterId: string,
    code: string,
    level: EventView["level"],
    about: { service?: string; node?: string; jobId?: string; params?: Coded["params"] },
  ) {
    const { params = {}, ...rest } = about
    await db.event.create({ data: { clusterId, code, level, at: new Date(clock.nowMs()), ...rest, params: json(params) } })
    bus.publish({ type: "changed", what: "event", key: clusterId })
  }
  async function setStatus(c: ClusterDefinition, service: ServiceDefinition, status: ServiceStatus, jobId?: string) {
    const before = service.status
    if (JSON.stringify(before) === JSON.stringify(status)) return
    const { state, owner = null, lastOwner = null, restarts, sinceMs, reason } = status
    const data = { state, owner, lastOwner, restarts, since: new Date(sinceMs), reason: reason ? json(reason) : dbNull }
    await db.serviceStatus.upsert({ where: { serviceId: service.id }, create: { serviceId: service.id, ...data }, update: data })
    const now = cluster(c.id) ?? c
    replace({ ...now, services: now.services.map((s) => (s.id === service.id ? { ...s, status } : s)) })
    if (before.state !== state || before.owner !== status.owner) {
      const params = {
        state,
        ...(reason ? { reason: reason.code, ...reason.params } : {}),
        ...(before.owner && before.owner !== owner ? { from: before.owner } : {}),
      }
      const node = owner ?? lastOwner
      await event(c.id, `service.${state}`, levelOf(state), {
        service: service.name,
        params,
        ...(node ? { node } : {}),
        ...(jobId ? { jobId } : {}),
      })
    }
    bus.publish({ type: "changed", what: "service", key: `${c.id}/${service.name}` })
    bus.publish({ type: "changed", what: "overview", key: c.id })
  }
  const serviceOf = (clusterId: string, name: string | undefined) => {
    const c = cluster(clusterId)
    const service = c?.services.find((s) => s.name === name)
    return c && service ? { c, service } : undefined
  }

  /** Only a job that holds the service's lock says anything of its state; one about its unit's boot does not. */
  const heldBy = (job: Job) =>
    job.locks.includes(serviceLock(job.clusterId, job.subject.service ?? "")) ? serviceOf(job.clusterId, job.subject.service) : undefined

  // ---- nodes ----
  async function lookAtNode(c: ClusterDefinition, name: string) {
    const node = c.nodes.find((n) => n.name === name)
    const reach = inventory.reach(c.id, name)
    if (!node || !reach) return
    const next = nodeStateOf(node.status.state, reach, clock.nowMs())
    const isSame = next === node.status.state && reach.why?.code === node.status.reason?.code
    if (isSame) return
    const status = { state: next, sinceMs: next === node.status.state ? node.status.sinceMs : clock.nowMs(), reason: reach.why }
    const data = { state: next, since: new Date(status.sinceMs), reason: reach.why ? json(reach.why) : dbNull }
    await db.nodeStatus.upsert({ where: { nodeId: node.id }, create: { nodeId: node.id, ...data }, update: data })
    const now = cluster(c.id) ?? c
    replace({ ...now, nodes: now.nodes.map((n) => (n.id === node.id ? { ...n, status } : n)) })
    bus.publish({ type: "changed", what: "overview", key: c.id })
    if (next === node.status.state) return
    if (next !== "unreachable")
      await event(c.id, `node.${next}`, next === "online" ? "ok" : "bad", { node: name, params: reach.why?.params ?? {} })
    if (next === "lost" && node.isMember) await befall(c.id, { type: "nodeLost", node: name })
    if (next === "online") await befall(c.id, { type: "nodeJoined", node: name })
  }
  async function befall(clusterId: string, e: DomainEvent) {
    for (const s of cluster(clusterId)?.services ?? []) {
      const found = serviceOf(clusterId, s.name)
      if (found) await setStatus(found.c, found.service, afterEvent(found.service.status, e, clock.nowMs()))
    }
    if (e.type === "nodeJoined") await outside.resumeFor(clusterId, e.node)
  }

  // ---- services ----
  async function lookAtService(clusterId: string, name: string, busy: ReadonlySet<string>) {
    const found = serviceOf(clusterId, name)
    if (!found) return
    const { c, service } = found
    const situation = situationOf(c, service, inventory.facts, describe)
    const missing = c.nodes.filter((n) => n.isMember && !(n.name in situation.states) && !situation.off.includes(n.name)).map((n) => n.name)
    const isBusy = busy.has(serviceLock(clusterId, name))
    const look = {
      service,
      status: service.status,
      states: situation.states,
      missing,
      isQuorate: situation.isQuorate,
      isBusy,
      nowMs: clock.nowMs(),
    }
    const { status, action } = decide(look)
    await setStatus(c, service, status)
    if (action) await act(clusterId, name, action)
  }
  async function act(clusterId: string, name: string, action: "start" | "recover") {
    const found = serviceOf(clusterId, name)
    if (!found) return
    const verdict = planService(situationOf(found.c, found.service, inventory.facts, describe), action)
    if (!verdict.allowed) {
      const [why] = verdict.reports
      const reason = why && { code: why.code, params: why.params }
      if (reason && found.service.status.reason?.code !== reason.code)
        await setStatus(found.c, found.service, { ...found.service.status, reason })
      return
    }
    const { from, to } = verdict.value
    const subject = { kind: action, service: name, from, to }
    const reason = { who: "keeper", through: "keeper" as const, why: action === "start" ? "autostart" : "checkFailed" }
    const job = jobOf(outside.newId(), clusterId, verdict.value, { subject, reason, locks: [serviceLock(clusterId, name)] })
    const submitted = await submit(db, { job, verb: `keeper.${action}`, input: subject })
    if (submitted.allowed) outside.take(job.id)
  }
  async function think() {
    const locks = new Set((await db.lock.findMany({ select: { key: true } })).map(({ key }) => key))
    for (const { id, nodes } of clusters) {
      for (const { name } of nodes) await lookAtNode(cluster(id) ?? (clusters[0] as ClusterDefinition), name) // the list is the loop's own: there is a first
      for (const { name } of cluster(id)?.services ?? []) await lookAtService(id, name, locks)
    }
  }
  async function loop() {
    while (!stopped.signal.aborted) {
      await inTurn(think).catch(outside.onError)
      nap = new AbortController()
      await clock.sleep(TICK_MS, AbortSignal.any([nap.signal, stopped.signal]))
    }
  }
  async function reload() {
    clusters = await loadClusters(db)
    inventory.sync(clusters)
    bus.publish({ type: "changed", what: "definition", key: null })
    bus.publish({ type: "changed", what: "overview", key: null })
  }
  /** A state that only a job leaves, without a job: the last run ended between the job's end and the note of it. It is looked at anew. */
  async function findOrphans() {
    const locks = new Set((await db.lock.findMany({ select: { key: true } })).map(({ key }) => key))
    for (const c of clusters)
      for (const service of c.services)
        if (jobStates.includes(service.status.state) && !locks.has(serviceLock(c.id, service.name)))
          await setStatus(c, service, { ...service.status, state: "uninitialized", sinceMs: clock.nowMs(), reason: undefined })
  }
  return {
    clusters: () => clusters,
    cluster,
    redefined: () => inTurn(reload).then(() => nap.abort()),
    stepBegins: (job, index) => {
      const step = job.steps[index]
      const resource = step && resourceOf(step.call.params)
      if (step && resource !== undefined) inventory.outdate(job.clusterId, step.call.node, monitorName(step.call.driver, resource))
      void inTurn(async () => {
        const found = heldBy(job)
        if (found && step)
          await setStatus(found.c, found.service, statusDuring(found.service.status, job.subject, step.call, clock.nowMs()), job.id)
      }).catch(outside.onError)
    },
    rests: (outcome) =>
      inTurn(async () => {
        if (outcome.state === "parked") return
        const { job, state } = outcome
        await event(job.clusterId, `job.${state}`, state === "succeeded" ? "ok" : "need", {
          jobId: job.id,
          params: {
            kind: job.subject.kind,
            who: job.reason.who,
            ...(job.subject.from ? { from: job.subject.from } : {}),
            ...(job.subject.to ? { to: job.subject.to } : {}),
          },
          ...(job.subject.service ? { service: job.subject.service } : {}),
        })
        const found = heldBy(job)
        if (!found) return
        // What the job changed is read before the keeper judges by it.
        await inventory.readNow(job.clusterId, [...new Set(job.steps.map(({ call }) => call.node))])
        const lastStart = job.steps.findLast(({ call }) => call.op === "start")
        const waitingFor = outcome.state === "waiting" ? outcome.waitingFor : null
        const end = { subject: job.subject, state, startedOn: lastStart?.call.node, isStopOnly: lastStart === undefined, waitingFor }
        await setStatus(found.c, found.service, statusAfter(found.service.status, end, clock.nowMs()), job.id)
      }).then(() => nap.abort()),
    confirmed: (clusterId, node, e) => inTurn(() => befall(clusterId, { ...e, node })),
    start: async () => {
      await reload()
      await findOrphans()
      inventory.onChange(() => nap.abort())
      void loop()
    },
    stop: () => {
      stopped.abort()
      nap.abort()
    },
  }
}

const jobStates: readonly ServiceStatus["state"][] = ["starting", "stopping", "recovering"]
const resourceOf = (params: unknown): string | undefined =>
  typeof params === "object" && params !== null && "name" in params && typeof params.name === "string" ? params.name : undefined

function nodeStateOf(before: NodeState, reach: Reach, nowMs: number): NodeState {
  if (reach.isHeard) return "online"
  if (before === "fenced" || before === "confirmed" || before === "lost") return before
  if (reach.why === null) return before === "online" ? "unreachable" : before
  const silentSinceMs = reach.lastHeardMs ?? reach.sinceMs
  return nowMs - silentSinceMs > LOST_AFTER_MS ? "lost" : "unreachable"
}
function levelOf(state: ServiceStatus["state"]): EventView["level"] {
  switch (state) {
    case "started":
      return "ok"
    case "starting":
    case "stopping":
    case "recovering":
      return "move"
    case "recoverable":
    case "failed":
      return "need"
    case "blocked":
      return "bad"
    case "stopped":
    case "disabled":
    case "uninitialized":
      return "off"
    default:
      return state satisfies never
  }
}
