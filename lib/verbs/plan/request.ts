import { z } from "zod"
import { BalancerInput } from "../../domain/balancer-definition"
import { Name } from "../../domain/call"
import { fenceActions } from "../../domain/fencing"
import { FailoverDomainInput } from "../../domain/placement"
import type { RequiredRole } from "../../domain/roles"
import { ServiceInput } from "../../domain/service"
import { DELAY_MAX_S } from "../../domain/slow-start"
import { serviceActions } from "../../domain/views"
import { ClusterId } from "../common"

/** What a person may ask to see the consequences of, and then do. */
export const ServiceRequest = z.object({ clusterId: ClusterId, service: Name, action: z.enum(serviceActions), target: Name.optional() })
export type ServiceRequest = z.infer<typeof ServiceRequest>
export const NodeRequest = z.object({
  clusterId: ClusterId,
  node: Name,
  action: z.enum(["maintain", "return"]),
  /** On return: services that it is a better place for go back to it. */
  failback: z.boolean().optional(),
})
export type NodeRequest = z.infer<typeof NodeRequest>
export const LockRequest = z.object({ clusterId: ClusterId, action: z.enum(["lock", "unlock"]) })
export type LockRequest = z.infer<typeof LockRequest>

/** A node's power, by its fence devices. */
export const PowerRequest = z.object({ clusterId: ClusterId, power: Name, action: z.enum(fenceActions) })
export type PowerRequest = z.infer<typeof PowerRequest>

/** A definition that is there already, and what it is to become. */
export const DomainChange = z.object({ clusterId: ClusterId, was: Name, domain: FailoverDomainInput })
export type DomainChange = z.infer<typeof DomainChange>
export const ServiceChange = z.object({ clusterId: ClusterId, was: Name, definition: ServiceInput })
export type ServiceChange = z.infer<typeof ServiceChange>

/** A balancer as it is to become; `was` is null for a new one. */
export const BalancerChangeRequest = z.object({
  clusterId: ClusterId,
  balancer: BalancerInput,
  was: Name.nullable(),
  /** The version that was looked at when it was edited: another one since then is told. */
  since: z.int().min(1).optional(),
})
export type BalancerChangeRequest = z.infer<typeof BalancerChangeRequest>
/** As it is stored: passwords that were typed, sealed. */
const StoredBalancerChange = BalancerChangeRequest.extend({ sealed: z.string().nullable() })
export type StoredBalancerChange = z.infer<typeof StoredBalancerChange>
/** The service addresses of a pair, to the other director. */
export const HandOverRequest = z.object({ clusterId: ClusterId, handOver: Name, to: Name })
export type HandOverRequest = z.infer<typeof HandOverRequest>
const Key = z.string().max(120)
/** Real servers that get no new connections (weight 0), or get them again. */
export const DrainRequest = z.object({
  clusterId: ClusterId,
  drain: Name,
  action: z.enum(["drain", "return"]),
  /** Keys of the virtual server and of its real server. */
  reals: z
    .array(z.object({ server: Key, real: Key }))
    .min(1)
    .max(2_000),
  /** On return: the weight rises in steps for so long, s; absent, it is there at once. */
  slowStartSeconds: z.int().min(5).max(DELAY_MAX_S).optional(),
})
export type DrainRequest = z.infer<typeof DrainRequest>
/** Weights of real servers, and nothing else of their balancer. */
export const WeightsRequest = z.object({
  clusterId: ClusterId,
  weights: Name,
  reals: z
    .array(z.object({ server: Key, real: Key, weight: z.int().min(0).max(65_535) }))
    .min(1)
    .max(2_000),
})
export type WeightsRequest = z.infer<typeof WeightsRequest>
const Ip = z.union([z.ipv4(), z.ipv6()])
/** A machine is made ready for service addresses, or made as it was. */
export const RealServerRequest = z.object({
  clusterId: ClusterId,
  realServer: Name,
  action: z.enum(["prepare", "undo"]),
  method: z.enum(["loopback", "redirect"]),
  /** A port and a protocol are for `redirect` alone. */
  services: z
    .array(z.object({ address: Ip, port: z.int().min(1).max(65_535).optional(), protocol: z.enum(["tcp", "udp"]).optional() }))
    .min(1)
    .max(100),
})
export type RealServerRequest = z.infer<typeof RealServerRequest>
/** What the doctor offers beside a changed definition. */
export const DirectorRequest = z.object({
  clusterId: ClusterId,
  director: Name,
  action: z.enum(["loadModule", "forward", "start", "hold"]),
  /** Of `hold`. */
  address: Ip.optional(),
  of: Name,
})
export type DirectorRequest = z.infer<typeof DirectorRequest>

export const PlanRequest = z.union([
  DomainChange,
  ServiceChange,
  NodeRequest,
  PowerRequest,
  ServiceRequest,
  StoredBalancerChange,
  HandOverRequest,
  DrainRequest,
  WeightsRequest,
  RealServerRequest,
  DirectorRequest,
  LockRequest,
])
export type PlanRequest = z.infer<typeof PlanRequest>
/** The same for the one who looks and for the one who applies. */
export const roleFor = (request: PlanRequest): RequiredRole => ("was" in request ? "admin" : "operator")
