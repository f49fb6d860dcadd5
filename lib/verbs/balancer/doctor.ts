import { arpAnswers, shownTrial, trial } from "../../../agents/registry"
import { canonical, familyOf } from "../../domain/balancer-address"
import { serviceAddresses } from "../../domain/balancer-live-view"
import { keyOf } from "../../domain/balancer-rules-service"
import type { DoctorView } from "../../domain/balancer-view"
import { type DoctorScene, diagnose } from "../../domain/doctor"
import { type DoctorTrial, isTriable, nameOf, type Out, outReals } from "../../domain/doctor-out"
import { askAside } from "../../inventory/aside"
import { Named } from "../common"
import type { Ctx } from "../context"
import { defineVerb } from "../verb"
import { balancerOf, isReturning, type Known, modelOf } from "./base"
import { lookAt } from "./directors"
import { driftOf } from "./drift"
import { oneLookAtATime } from "./one-look"
import { keepalivedOf, kernelOf, machinesOf, nodeByAddress, realServerStateOf, sceneOf, tableOf } from "./seen"

/** So many addresses are asked for by ARP; the doctor says of the others that nobody asked. */
const ARP_MAX = 8

/** Who answers for the service addresses: asked by a director that does not have them, else by any node that holds none of them. */
async function arpOf(ctx: Ctx, { cluster, definition, model }: Known): Promise<DoctorScene["arp"]> {
  const { seen, serving } = sceneOf(ctx, cluster.id, definition, model)
  const vips = [...new Set(definition.nodes.flatMap((_, i) => serviceAddresses(model, i)))].filter((one) => familyOf(one) === "inet")
  const standby = definition.nodes.find((_, i) => i !== serving && seen[i]?.addresses?.every((one) => !vips.includes(canonical(one))))
  const holdsNone = (node: string) =>
    realServerStateOf(ctx, cluster.id, node)?.value.addresses.every(({ address }) => !vips.includes(canonical(address))) ?? false
  const asker = standby ?? cluster.nodes.find(({ name }) => !definition.nodes.includes(name) && holdsNone(name))?.name
  if (asker === undefined) return []
  const answers = await Promise.all(
    vips.slice(0, ARP_MAX).map(async (address) => {
      const fact = arpAnswers(address)
      const answer = await askAside(ctx.engine.inventory.session(cluster.id, asker), fact)
      return answer.ok ? [{ asker, address, macs: answer.value.macs, from: fact.command.masked, atMs: ctx.nowMs() }] : []
    }),
  )
  return answers.flat()
}
async function sceneFor(ctx: Ctx, known: Known, sinceMs: number): Promise<DoctorScene> {
  const { cluster, definition, model } = known
  const { nodes, name, engine } = definition
  const vips = new Set(nodes.flatMap((_, i) => serviceAddresses(model, i)))
  const nodeOf = nodeByAddress(machinesOf(ctx, cluster), vips)
  const addresses = [...new Set(model.virtualServers.flatMap(({ realServers }) => realServers.map((real) => canonical(real.address))))]
  const others = cluster.balancers.filter((one) => one.id !== definition.id)
  // As they are now: what is asked besides takes seconds, and would make them old.
  const seen = {
    nowMs: ctx.nowMs(),
    sinceMs,
    directors: nodes.map((node) => ({
      node,
      service: keepalivedOf(ctx, cluster.id, node),
      table: tableOf(ctx, cluster.id, node),
      kernel: kernelOf(ctx, cluster.id, node),
      realserver: realServerStateOf(ctx, cluster.id, node),
    })),
    realServers: addresses.map((address) => {
      const node = nodeOf(address)
      return { address, node, state: node === null ? null : realServerStateOf(ctx, cluster.id, node) }
    }),
  }
  const [isBack, arp, drift, otherModels] = await Promise.all([
    isReturning(ctx, cluster.id, name),
    arpOf(ctx, known),
    Promise.all(nodes.map((_, i) => driftOf(ctx, cluster.id, definition, model, i))),
    Promise.all(others.map(async (one) => ({ name: one.name, model: await modelOf(ctx, one, one.version) }))),
  ])
  return {
    ...seen,
    ...{ name, engine, model, arp, others: otherModels, isReturning: isBack },
    drift: nodes.map((node, i) => {
      const one = drift[i]
      return { node, changes: one?.known ? one.changes : null, atMs: keepalivedOf(ctx, cluster.id, node)?.atMs ?? null }
    }),
  }
}
/** So many checks are tried at once; of the others the doctor says that nobody has. */
const TRIALS_MAX = 8
/** A check that takes longer than this is not waited for, ms. */
const TRIAL_MS = 15_000
const TEXT_MAX = 300
/** Checks of real servers that are out, from the director that serves: keepalived makes them all the time. */
async function trialsOf(ctx: Ctx, clusterId: string, out: readonly Out[]): Promise<readonly DoctorTrial[]> {
  const all = out.flatMap(({ node, server, real }) => real.checks.filter(isTriable).map((check) => ({ node, server, real, check })))
  const tried = await Promise.all(
    all.slice(0, TRIALS_MAX).map(async ({ node, ...one }) => {
      const fact = trial(one)
      const timeoutMs = Math.min(fact.timeoutMs ?? TRIAL_MS, TRIAL_MS)
      const answer = await askAside(ctx.engine.inventory.session(clusterId, node), { ...fact, timeoutMs })
      if (!answer.ok) return []
      const { verdict, output } = answer.value
      const about = { node, service: keyOf(one.server.service), real: nameOf(one.server, one.real) }
      return [{ ...about, verdict, command: shownTrial(one), text: output.slice(0, TEXT_MAX), atMs: ctx.nowMs() }]
    }),
  )
  return tried.flat()
}
const oneLook = oneLookAtATime<DoctorView>()
/** Why a balanced service does not work: everything is looked at anew. */
export const doctor = defineVerb({
  name: "balancer.doctor",
  kind: "query",
  role: "viewer",
  input: Named,
  run: (ctx, { clusterId, name }): Promise<DoctorView> =>
    oneLook(`${clusterId}/${name}`, async () => {
      const known = await balancerOf(ctx, clusterId, name)
      const sinceMs = ctx.nowMs()
      await lookAt(ctx, known.cluster, known.definition.nodes)
      const scene = await sceneFor(ctx, known, sinceMs)
      return diagnose({ ...scene, trials: await trialsOf(ctx, clusterId, outReals(scene)) })
    }),
})
