import type { Balancer } from "../../domain/balancer"
import { HeldAddresses } from "../../domain/balancer-live"
import { withoutVrrp } from "../../domain/balancer-live-view"
import type { Call } from "../../domain/call"
import type { Sentence } from "../../domain/plan"
import type { Ctx } from "../context"
import { factView } from "./seen"

const seenOf = (ctx: Ctx, clusterId: string, node: string) => factView(ctx, clusterId, node, "ipvs.held", HeldAddresses)?.value ?? null
/** Addresses that Moyai has put on a director, and that are no longer its own to hold: gone before VRRP may bring them. */
export function dropSteps(ctx: Ctx, clusterId: string, node: string, model: Balancer | null, directors: number): readonly Call[] {
  const wanted = model && directors === 1 ? withoutVrrp(model) : []
  return (seenOf(ctx, clusterId, node)?.kept ?? [])
    .filter((address) => !wanted.includes(address))
    .map((address) => ({ node, driver: "ipvs", op: "dropAddress", params: { address } }))
}
/** Service addresses that nothing brings: no VRRP moves them, and no director has them. */
export function notHeld(ctx: Ctx, clusterId: string, nodes: readonly string[], model: Balancer): readonly Sentence[] {
  const seen = nodes.map((node) => seenOf(ctx, clusterId, node))
  const nobody = seen.some((one) => one === null) ? [] : withoutVrrp(model).filter((vip) => !seen.some((one) => one?.here.includes(vip)))
  const [node = ""] = nodes
  const code = nodes.length === 1 ? "lbNobodyHolds" : "lbNobodyHoldsPair"
  return nobody.length === 0 ? [] : [{ code, params: { addresses: nobody.join(", "), node } }]
}
