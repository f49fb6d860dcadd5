import { readFaults } from "../../../agents/registry"
import { comesBack, exchanged, planHalt, planPreemption, raised, seenToMove, takeOverS } from "../../domain/balancer-hand-over"
import { isCarriedByVrrp, serviceAddresses } from "../../domain/balancer-live-view"
import { stepsOf } from "../../domain/balancer-plan"
import type { Sentence } from "../../domain/plan"
import { report } from "../../domain/report"
import { describe } from "../../keeper/services"
import type { Ctx } from "../context"
import type { Prepared } from "../plan/prepare"
import type { HandOverRequest } from "../plan/request"
import { Refused } from "../verb"
import { asked } from "./asked"
import { balancerLock, balancerOf, directorLock, type Known, secretsIn } from "./base"
import { directorsOf, keepalivedCalls, lookAt, type Wanted } from "./directors"
import { change, planOf, refuseBusy, wantedOf } from "./plan"
import { sceneOf } from "./seen"

/** The addresses to the other director of a pair: without a stop where priorities can do it. */
export async function prepareHandOver(ctx: Ctx, { clusterId, handOver: name, to }: HandOverRequest): Promise<Prepared> {
  const known = await balancerOf(ctx, clusterId, name)
  const { cluster, definition, model } = known
  if (!isCarriedByVrrp(model, definition.engine)) throw new Refused(409, [report("handOverNoVrrp", { name })])
  await refuseBusy(ctx, clusterId, name)
  await lookAt(ctx, cluster, definition.nodes)
  const { roles, serving } = sceneOf(ctx, clusterId, definition, model)
  const toIndex = definition.nodes.indexOf(to)
  const from = serving === null ? undefined : definition.nodes[serving]
  if (from === undefined) throw new Refused(409, [report("noActiveDirector", { name })])
  if (toIndex < 0 || from === to || roles[toIndex] !== "standby") throw new Refused(409, [report("notStandby", { node: to, name })])
  const wanted = (next = model) =>
    wantedOf(ctx, known, { name, engine: definition.engine, nodes: [...definition.nodes], model: next }, secretsIn(ctx, definition))
  const move = { from, to, addresses: serviceAddresses(model, toIndex), withinS: takeOverS(model), describe }
  const subject = { kind: "handOver" as const, balancer: name, from, to }
  const faults = await asked(ctx, clusterId, to, readFaults)
  const own = new Set(model.directors[toIndex]?.instances.map((one) => one.name))
  const inFault = faults.ok ? faults.value.filter((instance) => own.has(instance)) : []
  const notes: Sentence[] = [
    ...inFault.map((instance) => ({ code: "lbStandbyFault", params: { node: to, instance } })),
    { code: "lbHandOver", params: { from, to } },
  ]
  if (comesBack(model, definition.nodes.indexOf(from), toIndex)) {
    const next = await change(ctx, cluster, wanted(exchanged(model)), definition)
    const plan = { ...next.plan, steps: [...next.plan.steps, ...seenToMove(move)] }
    return {
      ...next,
      plan,
      subject,
      notes: [...notes, { code: "lbPriorities", params: { to } }],
      record: { clusterId, handOver: name, to },
    }
  }
  const made = await directorsOf(ctx, cluster, wanted(), definition.nodes)
  const { steps, fallbacks, note, beside, files } = withoutComingBack({ known, wanted, made, move, toIndex })
  return {
    plan: { ...planOf([...steps], [definition.version, made.map(({ sha256 }) => sha256), roles]), fallbacks: [...fallbacks] },
    ...{
      subject,
      notes: [...notes, ...(beside ? [{ code: beside, params: { node: to } }] : []), { code: note, params: { from, to } }],
    },
    locks: [balancerLock(clusterId, name), ...definition.nodes.map((node) => directorLock(clusterId, node))],
    balancer: { files: [...files], balancerChanges: [], warnings: [] },
  }
}
type Nopreempt = {
  readonly known: Known
  readonly wanted: (model?: Known["model"]) => Wanted
  readonly made: Awaited<ReturnType<typeof directorsOf>>
  readonly move: Omit<Parameters<typeof planHalt>[0], "again">
  readonly toIndex: number
}
/** By preemption where the standby has the panel's own file, byte for byte: what is changed for a while is then put back as it was. */
function withoutComingBack({ known: { model, definition }, wanted, made, move, toIndex }: Nopreempt) {
  const [fromOne, toOne] = [move.from, move.to].map((node) => made.find(({ director }) => director.node === node))
  const high = raised(model, toIndex)
  const calls = (of = model) => keepalivedCalls(wanted(of), toIndex, move.to)
  if (high && toOne && toOne.sha256 === calls().sha256) {
    const { steps, fallbacks } = planPreemption({ ...move, high: calls(high), own: calls() })
    const { asTable, configure, load } = toOne.director
    // Who is about to serve has its table put right before it does.
    const righted = asTable.length > 0 ? stepsOf(describe, "giveUp")([...asTable, configure, load]) : []
    return {
      steps: [...righted, ...steps],
      fallbacks,
      note: "lbPreempts",
      ...(righted.length > 0 ? { beside: "lbTableBeside", files: toOne.files } : { beside: null, files: [] }),
    }
  }
  if (!fromOne?.director.load) throw new Refused(409, [report("noActiveDirector", { name: definition.name })])
  // It starts again with the file that it has, whoever wrote it.
  const again = { ...fromOne.director.load, params: { ...Object(fromOne.director.load.params), sha256: fromOne.sha256 } }
  return {
    ...planHalt({ ...move, again }),
    note: "lbHalts",
    beside: toOne && toOne.director.asTable.length > 0 ? "lbStandbyTable" : null,
    files: [],
  }
}
