import { z } from "zod"
import { balancerSchema } from "./balancer"
import { Name } from "./call"

/** What drives the kernel's table: keepalived (checks, VRRP, rules), or `ipvsadm` alone, for a director without it. */
export const balancerEngines = ["keepalived", "ipvsadm"] as const
export const BalancerEngine = z.enum(balancerEngines)
export type BalancerEngine = z.infer<typeof BalancerEngine>

/** By node, the digest of a difference that a person wants left alone. */
export const IgnoredDrift = z.record(z.string(), z.string()).catch({})

/** A balancer as the panel stores it: `model.directors[i]` is `nodes[i]`'s. */
export const BalancerInput = z.strictObject({
  name: Name,
  engine: BalancerEngine,
  nodes: z.array(Name).min(1).max(2),
  model: balancerSchema,
})
export type BalancerInput = z.infer<typeof BalancerInput>
