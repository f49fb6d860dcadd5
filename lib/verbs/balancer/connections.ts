import { ipvsConnections, ipvsCounters } from "../../../agents/registry"
import type { BalancerConnections, ClusterCounters, ClusterTable } from "../../domain/balancer-connections"
import { LiveRates } from "../../domain/balancer-live"
import type { DirectorRole } from "../../domain/balancer-view"
import type { Coded } from "../../domain/views"
import { clusterOf, Named, OfCluster } from "../common"
import type { Ctx } from "../context"
import { defineVerb } from "../verb"
import { type Answer, asked } from "./asked"
import { balancerOf, modelOf } from "./base"
import { factView, sceneOf, tableOf } from "./seen"

const whyNot = (node: string, answer: Answer<unknown>): Coded | null =>
  answer.ok ? null : { code: "notRead", params: { node, why: answer.why } }
type Placed = { readonly balancer: string; readonly node: string; readonly role: DirectorRole }
/** Every director of every balancer of a cluster, with its role. @throws Refused 404 */
async function directorsOf(ctx: Ctx, clusterId: string): Promise<readonly Placed[]> {
  const { balancers } = clusterOf(ctx, clusterId)
  const placed = await Promise.all(
    balancers.map(async (one) => {
      const { roles } = sceneOf(ctx, clusterId, one, await modelOf(ctx, one, one.version))
      return one.nodes.map((node, i) => ({ balancer: one.name, node, role: roles[i] ?? "unknown" }))
    }),
  )
  return placed.flat()
}

/** The connection table of each director of a balancer, asked for now. */
export const connections = defineVerb({
  name: "balancer.connections",
  kind: "query",
  role: "viewer",
  input: Named,
  run: async (ctx, { clusterId, name }): Promise<BalancerConnections> => {
    const { definition, model } = await balancerOf(ctx, clusterId, name)
    const { roles } = sceneOf(ctx, clusterId, definition, model)
    const answers = await Promise.all(definition.nodes.map((node) => asked(ctx, clusterId, node, ipvsConnections)))
    return {
      name,
      directors: answers.map((answer, i) => {
        const node = definition.nodes[i] ?? ""
        const { rows, isCut } = answer.ok ? answer.value : { rows: null, isCut: false }
        return { node, role: roles[i] ?? "unknown", why: whyNot(node, answer), rows, isCut }
      }),
    }
  },
})
/** The kernel's table of every director of a cluster, as it was seen last; none that is too old to be believed. */
export const table = defineVerb({
  name: "balancer.table",
  kind: "query",
  role: "viewer",
  input: OfCluster,
  run: async (ctx, { clusterId }): Promise<ClusterTable> => {
    const placed = await directorsOf(ctx, clusterId)
    const directors = placed.map((one) => {
      const [seen, rates] = [tableOf(ctx, clusterId, one.node), factView(ctx, clusterId, one.node, "ipvs.rates", LiveRates)]
      const isSeen = seen !== null && seen.freshness !== "unknown"
      const { node } = one
      const why = seen?.error !== undefined ? { code: "notRead", params: { node, why: seen.error } } : { code: "notSeen", params: { node } }
      return {
        ...one,
        table: isSeen ? seen : null,
        rates: rates !== null && rates.freshness !== "unknown" ? rates : null,
        why: isSeen && seen.error === undefined ? null : why,
      }
    })
    return { nowMs: ctx.nowMs(), directors }
  },
})
/** Totals since each entry was made, of every director of a cluster, asked for now. */
export const counters = defineVerb({
  name: "balancer.counters",
  kind: "query",
  role: "viewer",
  input: OfCluster,
  run: async (ctx, { clusterId }): Promise<ClusterCounters> => {
    const placed = await directorsOf(ctx, clusterId)
    const answers = await Promise.all(placed.map(({ node }) => asked(ctx, clusterId, node, ipvsCounters)))
    return {
      directors: placed.map((one, i) => {
        const answer = answers[i]
        return { ...one, counters: answer?.ok ? answer.value : null, why: answer ? whyNot(one.node, answer) : null }
      }),
    }
  },
})
