import { z } from "zod"
import type { BalancerPlanView } from "../../domain/balancer-view"
import { DoctorFix } from "../../domain/balancer-view"
import { Name } from "../../domain/call"
import { ClusterId } from "../common"
import type { Ctx } from "../context"
import { refuseRole, storePlan } from "../plan/make"
import { type Prepared, prepare } from "../plan/prepare"
import { BalancerChangeRequest, DrainRequest, HandOverRequest, type PlanRequest, RealServerRequest, WeightsRequest } from "../plan/request"
import { defineVerb, notFound } from "../verb"
import { balancerOf } from "./base"
import { storable } from "./plan"
import { servicesOn } from "./real-servers"

const none: NonNullable<Prepared["balancer"]> = { files: [], balancerChanges: [], warnings: [] }
async function planned(ctx: Ctx, request: PlanRequest): Promise<BalancerPlanView> {
  const prepared = await prepare(ctx, request)
  return { ...(await storePlan(ctx, request, prepared)), ...(prepared.balancer ?? none) }
}

/** A balancer as it is to become, or a new one. */
export const balancer = defineVerb({
  ...{ name: "plan.balancer", kind: "command", role: "admin", audit: "none" },
  input: BalancerChangeRequest,
  run: (ctx, input) => planned(ctx, storable(ctx, input)),
})
export const handOver = defineVerb({
  ...{ name: "plan.handOver", kind: "command", role: "operator", audit: "none" },
  input: HandOverRequest,
  run: planned,
})
/** Real servers without new connections, and back. */
export const drain = defineVerb({
  ...{ name: "plan.drain", kind: "command", role: "operator", audit: "none" },
  input: DrainRequest,
  run: planned,
})
/** Weights alone: what an operator turns at night. */
export const weights = defineVerb({
  ...{ name: "plan.weights", kind: "command", role: "operator", audit: "none" },
  input: WeightsRequest,
  run: planned,
})
export const realServer = defineVerb({
  ...{ name: "plan.realServer", kind: "command", role: "operator", audit: "none" },
  input: RealServerRequest,
  run: planned,
})
/** What the doctor offers, as the plan that it is. */
export const doctorFix = defineVerb({
  ...{ name: "plan.doctorFix", kind: "command", role: "operator", audit: "none" },
  input: z.object({ clusterId: ClusterId, balancer: Name, fix: DoctorFix }),
  run: async (ctx, { clusterId, balancer: name, fix }) => {
    const servicesFor = async (node: string) => {
      const { cluster, definition, model } = await balancerOf(ctx, clusterId, name)
      const services = servicesOn(ctx, cluster, definition.nodes, model, node)
      if (services.length === 0) throw notFound(`a virtual server on ${node}`)
      return services
    }
    switch (fix.kind) {
      case "prepare":
        return planned(ctx, {
          clusterId,
          realServer: fix.node,
          action: "prepare",
          method: fix.method,
          services: [...(await servicesFor(fix.node))],
        })
      case "undo":
        return planned(ctx, { clusterId, realServer: fix.node, action: "undo", method: "loopback", services: [{ address: fix.address }] })
      case "apply": {
        const { definition, model } = await balancerOf(ctx, clusterId, name)
        const again = {
          clusterId,
          balancer: { name, engine: definition.engine, nodes: [...definition.nodes], model },
          was: name,
          sealed: null,
        }
        refuseRole(ctx, again)
        return planned(ctx, again)
      }
      case "hold":
        return planned(ctx, { clusterId, director: fix.node, action: "hold", address: fix.address, of: name })
      case "loadModule":
      case "forward":
      case "start":
        return planned(ctx, { clusterId, director: fix.node, action: fix.kind, of: name })
      default:
        return fix satisfies never
    }
  },
})
