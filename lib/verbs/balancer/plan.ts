import { realServerState } from "../../../agents/registry"
import { digestOf as sha256Of } from "../../auth/digest"
import { json } from "../../db/client"
import type { BalancerDefinition, ClusterDefinition } from "../../db/definitions"
import type { Balancer } from "../../domain/balancer"
import { canonical } from "../../domain/balancer-address"
import type { BalancerInput } from "../../domain/balancer-definition"
import { type BalancerChange, balancerDiff } from "../../domain/balancer-diff"
import { withoutVrrp } from "../../domain/balancer-live-view"
import { on, planBalancer, restartedIn } from "../../domain/balancer-plan"
import { warningsOf } from "../../domain/balancer-rules"
import { KEPT_PASSWORD, sealable, secretKeysOf } from "../../domain/balancer-secret"
import type { Call } from "../../domain/call"
import { digestOf, type Plan } from "../../domain/plan"
import { report } from "../../domain/report"
import { slowStartNotes } from "../../domain/slow-start"
import type { Job } from "../../jobs/job"
import type { Tx } from "../../jobs/submit"
import { describe } from "../../keeper/services"
import { clusterOf, nodeOf } from "../common"
import type { Ctx } from "../context"
import type { Prepared } from "../plan/prepare"
import type { DirectorRequest, DrainRequest, RealServerRequest, StoredBalancerChange, WeightsRequest } from "../plan/request"
import { Refused } from "../verb"
import { balancerLock, balancerOf, directorLock, jobOn, type Known, modelOf, secretsIn } from "./base"
import { definitionReports } from "./definition"
import { directorsOf, empty, lookAt, plain, refuseAway, type Wanted, withoutKept } from "./directors"
import { drained, weighed } from "./drain"
import { dropSteps, notHeld } from "./held"
import { unmarked } from "./marks"
import { notesOf } from "./notes"
import { preparationOf, realServerCall, servicesOn } from "./real-servers"
import { ruleOf } from "./rule"
import { freshSchedulers } from "./schedulers"
import { keepalivedOf, realServerStateOf } from "./seen"
import { slowly } from "./slow-start"

export const planOf = (steps: Plan["steps"], facts: unknown): Plan => ({
  ...{ steps, changes: [], interrupted: [], fallbacks: [] },
  digest: sha256Of(digestOf(facts)),
})

export async function prepareBalancer(ctx: Ctx, request: StoredBalancerChange): Promise<Prepared> {
  const { clusterId, balancer: input, was: name, sealed, since } = request
  const cluster = clusterOf(ctx, clusterId)
  const known = name === null ? undefined : await balancerOf(ctx, clusterId, name)
  await refuseBusy(ctx, clusterId, input.name)
  if (known && since !== undefined && since !== known.definition.version)
    throw new Refused(409, [report("balancerMoved", { name: input.name, version: String(known.definition.version) })])
  const typed = sealed === null ? {} : ctx.engine.secrets.open(sealed)
  const secrets = { ...secretsIn(ctx, known?.definition), ...typed }
  const prepared = await change(ctx, cluster, wantedOf(ctx, known, input, secrets), known?.definition)
  return { ...prepared, subject: { kind: "balancer", balancer: input.name }, record: { clusterId, balancer: input.name, was: name } }
}
export const wantedOf = (ctx: Ctx, known: Known | undefined, input: BalancerInput, secrets: Wanted["secrets"]): Wanted => ({
  ...{ input, secrets, was: known?.model ?? null },
  ...{ wasSecrets: secretsIn(ctx, known?.definition), wasNodes: known?.definition.nodes ?? [] },
})
/** @throws Refused 409 */
export async function refuseBusy(ctx: Ctx, clusterId: string, name: string): Promise<void> {
  const job = await jobOn(ctx, clusterId, name)
  if (job !== null) throw new Refused(409, [report("lockedByJob", { job, lock: name })])
}
/** A new version of a balancer, whoever asks for it. */
export async function change(
  ctx: Ctx,
  cluster: ClusterDefinition,
  wanted: Wanted,
  definition?: BalancerDefinition,
  slowStartSeconds?: number,
): Promise<Omit<Prepared, "subject">> {
  const { input, secrets } = wanted
  const reports = definitionReports(cluster, input, secrets, definition)
  if (reports.length > 0) throw new Refused(409, reports)
  // Readings of thousands of rows would hold up those that the plan waits for.
  const ends = input.nodes.map((node) => ctx.engine.inventory.hush(cluster.id, node))
  try {
    return await quietly(ctx, cluster, wanted, definition, slowStartSeconds)
  } finally {
    for (const end of ends) end()
  }
}
async function quietly(
  ctx: Ctx,
  cluster: ClusterDefinition,
  wanted: Wanted,
  definition: BalancerDefinition | undefined,
  slowStartSeconds: number | undefined,
): Promise<Omit<Prepared, "subject">> {
  const { input, secrets, was } = wanted
  const online = await lookAt(ctx, cluster, input.nodes)
  refuseAway(wanted, online)
  const lacking = definitionReports(cluster, input, secrets, definition, freshSchedulers(ctx, cluster.id, online))
  if (lacking.length > 0) throw new Refused(409, lacking)
  const made = await directorsOf(ctx, cluster, wanted, online)
  const { rises, directors: all } =
    slowStartSeconds !== undefined && was
      ? slowly(wanted, made, was, slowStartSeconds)
      : { rises: [], directors: made.map((one) => one.director) }
  const restarted = new Set(restartedIn(input.engine, all).map(({ node }) => node))
  const directors = all.map((one) => (restarted.has(one.node) ? { ...one, asTable: [] } : one))
  const away = input.nodes.filter((node) => !online.includes(node))
  const [first] = away
  if (first !== undefined && directors.some((one) => one.isOther)) throw new Refused(409, [report("directorAway", { node: first })])
  const { prepare, release: released, notes } = preparationOf(ctx, cluster, input.nodes, was, input.model)
  const gone = wanted.wasNodes.filter((node) => !input.nodes.includes(node))
  const release = [...unmarked(ctx, cluster.id, gone), ...gone.flatMap((node) => dropSteps(ctx, cluster.id, node, null, 0)), ...released]
  const dismissed = input.engine === "keepalived" ? gone : []
  const { steps } = planBalancer({ engine: input.engine, directors, prepare, release, dismissed, rises, describe })
  // What a raw director has that is nobody's goes too: it is compared with what is there, not with what was wanted.
  const before = made.find(({ table }) => table)?.table ?? was
  return {
    plan: planOf([...steps], [input.name, definition?.version ?? 0, made.map(({ sha256 }) => sha256), directors.map(({ role }) => role)]),
    locks: [balancerLock(cluster.id, input.name), ...[...new Set([...input.nodes, ...gone])].map((node) => directorLock(cluster.id, node))],
    notes: [
      ...notesOf(ctx, cluster, { input, before, directors, dismissed }, away),
      ...notes,
      ...notHeld(ctx, cluster.id, input.nodes, input.model),
    ],
    balancer: {
      files: made.flatMap(({ director: { node }, files, filesAlone }) => (restarted.has(node) ? filesAlone() : files)),
      balancerChanges: [...balancerDiff(before ?? empty, comparable(input, before)), ...passwordChanges(wanted)],
      warnings: warningsOf(input.model),
    },
    also: (tx, job) => writeVersion(tx, { ctx, cluster, wanted, definition, job }),
  }
}
/** Against a table, as a table has it. */
const comparable = ({ engine, model }: BalancerInput, before: Balancer | null): Balancer =>
  engine === "ipvsadm" && before !== null ? { ...empty, virtualServers: model.virtualServers.map(ruleOf) } : model
/** A password that is another one is a change that nobody may see. */
function passwordChanges({ input, secrets, was, wasSecrets }: Wanted): readonly BalancerChange[] {
  const keys = was ? input.model.directors.flatMap((_, d) => secretKeysOf(input.model, d)) : []
  const changed = keys.filter((key) => wasSecrets[key] !== undefined && wasSecrets[key] !== secrets[key])
  return [...new Set(changed.map((key) => key.slice(2)))].map((name) => ({
    ...{ what: "changed", of: `vrrp ${name}`, field: "authentication.password", from: KEPT_PASSWORD, to: KEPT_PASSWORD },
  }))
}
type Writing = {
  readonly ctx: Ctx
  readonly cluster: ClusterDefinition
  readonly wanted: Pick<Wanted, "input" | "secrets">
  readonly definition: BalancerDefinition | undefined
  readonly job: Job | null
}
/** The version becomes the current one; a job brings the directors to it. */
export async function writeVersion(tx: Tx, { ctx, cluster, wanted: { input, secrets }, definition, job }: Writing): Promise<void> {
  const number = (definition?.version ?? 0) + 1
  const secretsSealed = Object.keys(secrets).length > 0 ? ctx.engine.secrets.seal(secrets) : null
  const { name, engine, model } = input
  const base = { name, engine, version: number, secretsSealed }
  const { id } = definition
    ? await tx.balancer.update({ where: { id: definition.id }, data: base })
    : await tx.balancer.create({ data: { ...base, clusterId: cluster.id, ignored: {} } })
  await tx.balancerDirector.deleteMany({ where: { balancerId: id } })
  for (const [position, node] of input.nodes.entries())
    await tx.balancerDirector.create({ data: { balancerId: id, nodeId: nodeOf(cluster, node).id, position } })
  await tx.balancerVersion.create({
    data: {
      ...{ balancerId: id, number, model: json(model), at: new Date(ctx.nowMs()), userName: ctx.user?.name ?? "" },
      ...{ why: job?.reason.why ?? "", jobId: job?.id ?? null },
    },
  })
}

type OfReals = Pick<Prepared, "subject"> & { readonly record: object; readonly slowStartSeconds?: number | undefined }
/** A new version in which weights alone are others. */
async function prepareReals(ctx: Ctx, known: Known, next: Balancer, { slowStartSeconds: seconds, ...about }: OfReals): Promise<Prepared> {
  const { cluster, definition, model } = known
  await refuseBusy(ctx, cluster.id, definition.name)
  const input = { name: definition.name, engine: definition.engine, nodes: [...definition.nodes], model: next }
  const wanted = wantedOf(ctx, known, input, secretsIn(ctx, definition))
  const prepared = await change(ctx, cluster, wanted, definition, seconds)
  return { ...prepared, ...about, notes: [...(seconds === undefined ? [] : slowStartNotes(model, next, seconds)), ...prepared.notes] }
}
/** Weight 0, or the weight that they had before. */
export async function prepareDrain(ctx: Ctx, request: DrainRequest): Promise<Prepared> {
  const { clusterId, drain: name, action, reals, slowStartSeconds } = request
  const known = await balancerOf(ctx, clusterId, name)
  const { definition, model } = known
  const earlier = (number: number) => modelOf(ctx, definition, number)
  const next = await drained({ model, action, reals, version: definition.version, earlier })
  const subject = { kind: action === "drain" ? ("drain" as const) : ("drainReturn" as const), balancer: name }
  return prepareReals(ctx, known, next, {
    ...{ subject, record: request },
    slowStartSeconds: action === "return" ? slowStartSeconds : undefined,
  })
}
export async function prepareWeights(ctx: Ctx, request: WeightsRequest): Promise<Prepared> {
  const known = await balancerOf(ctx, request.clusterId, request.weights)
  const subject = { kind: "weights" as const, balancer: request.weights }
  return prepareReals(ctx, known, weighed(known.model, request.reals), { subject, record: request })
}
const steps = (calls: readonly Call[], ifItFails: Plan["steps"][number]["ifItFails"]): Plan["steps"] =>
  calls.map((call) => {
    const { sentence, command } = describe(call)
    return { call, sentence: on(call, sentence), ifItFails, command }
  })
/** An operator prepares for what is balanced there, and undoes what is not; any other address is an admin's. @throws Refused 403 */
async function refuseForeign(ctx: Ctx, { clusterId, realServer: node, action, services }: RealServerRequest): Promise<void> {
  const cluster = clusterOf(ctx, clusterId)
  const models = await Promise.all(cluster.balancers.map(async (one) => ({ one, model: await modelOf(ctx, one, one.version) })))
  const balanced = new Set(
    models.flatMap(({ one, model }) => servicesOn(ctx, cluster, one.nodes, model, node).map(({ address }) => address)),
  )
  const isOwn = services.every(({ address }) => balanced.has(canonical(address)) === (action === "prepare"))
  if (!isOwn) throw new Refused(403, [report("roleMissing", { role: "admin", has: ctx.user?.role ?? "" })])
}
/** A machine of the panel as a real server: quiet first, then the address; back the other way. */
export async function prepareRealServer(ctx: Ctx, request: RealServerRequest): Promise<Prepared> {
  const { clusterId, realServer: node, action, method, services } = request
  nodeOf(clusterOf(ctx, clusterId), node)
  await ctx.engine.inventory.learn(clusterId, [node], [realServerState])
  if (ctx.user?.role !== "admin") await refuseForeign(ctx, request)
  const isRedirect = method === "redirect"
  if (isRedirect && services.some(({ port, protocol }) => port === undefined || protocol === undefined))
    throw new Refused(409, [report("invalid", {}, "services")])
  const redirects = services.map(
    ({ address, port = 0, protocol = "tcp" }): Call => ({
      ...{ node, driver: "realserver", op: action === "prepare" ? "redirect" : "unredirect" },
      params: { address, protocol, port },
    }),
  )
  const addresses = services.map(({ address }) => address)
  const held = action === "prepare" ? [realServerCall(node, "quiet")] : []
  const loopback = [...held, ...addresses.map((address) => realServerCall(node, action === "prepare" ? "hold" : "release", address))]
  return {
    plan: planOf(steps(isRedirect ? redirects : loopback, "giveUp"), [realServerStateOf(ctx, clusterId, node)?.value.addresses]),
    subject: { kind: action === "prepare" ? "prepareReal" : "undoReal", node },
    locks: [`realserver:${clusterId}/${node}`],
    notes: [],
    balancer: { files: [], balancerChanges: [], warnings: [] },
  }
}
/** Two that do not recognise each other (VRID, password, peers) would both take the addresses. */
async function refuseStranger(ctx: Ctx, known: Known): Promise<void> {
  const { cluster, definition, model } = known
  const input = { name: definition.name, engine: definition.engine, nodes: [...definition.nodes], model }
  const online = await lookAt(ctx, cluster, definition.nodes)
  const made = await directorsOf(ctx, cluster, wantedOf(ctx, known, input, secretsIn(ctx, definition)), online)
  const stranger = made.find(({ director }) => director.isOther)
  if (stranger) throw new Refused(409, [report("directorIsOther", { node: stranger.director.node, name: definition.name })])
}
/** What a director lacks that is no part of a definition. */
export async function prepareDirector(
  ctx: Ctx,
  { clusterId, director: node, action, of, address = "" }: DirectorRequest,
): Promise<Prepared> {
  const known = await balancerOf(ctx, clusterId, of)
  const { definition, model } = known
  const index = definition.nodes.indexOf(node)
  if (index < 0) throw new Refused(409, [report("notFound", { what: `director ${node}` })])
  // An address that a balancer does not have is nobody's to hold; two that hold it would both answer.
  if (action === "hold" && !(definition.nodes.length === 1 && withoutVrrp(model).includes(canonical(address))))
    throw new Refused(409, [report("notFound", { what: `address ${address}` })])
  if (action === "start") await refuseStranger(ctx, known)
  const sha256 = keepalivedOf(ctx, clusterId, node)?.value.configSha256 ?? ""
  const calls: Record<DirectorRequest["action"], Call> = {
    loadModule: { node, driver: "ipvs", op: "loadModule", params: { module: "ip_vs" } },
    forward: { node, driver: "ipvs", op: "forward", params: {} },
    hold: { node, driver: "ipvs", op: "holdAddress", params: { address: canonical(address) } },
    start: { node, driver: "keepalived", op: "load", params: { sha256, director: index, model: plain(withoutKept(model)) } },
  }
  return {
    plan: planOf(steps([calls[action]], "giveUp"), [definition.version, sha256]),
    subject: { kind: "director", node, balancer: of },
    locks: [directorLock(clusterId, node)],
    notes: [],
    balancer: { files: [], balancerChanges: [], warnings: [] },
  }
}
/** For a request that is stored: what was typed as a password is sealed, and reads as kept. */
export function storable(ctx: Ctx, request: Omit<StoredBalancerChange, "sealed">): StoredBalancerChange {
  const { model, secrets } = sealable(request.balancer.model, {})
  const sealed = Object.keys(secrets).length > 0 ? ctx.engine.secrets.seal({ ...secrets }) : null
  return { ...request, balancer: { ...request.balancer, model }, sealed }
}
