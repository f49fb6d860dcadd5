import { z } from "zod"
import { Name } from "../../domain/call"
import { fenceActions } from "../../domain/fencing"
import { FailoverDomainInput } from "../../domain/placement"
import type { RequiredRole } from "../../domain/roles"
import { ServiceInput } from "../../domain/service"
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

export const PlanRequest = z.union([DomainChange, ServiceChange, NodeRequest, PowerRequest, ServiceRequest, LockRequest])
export type PlanRequest = z.infer<typeof PlanRequest>
/** The same for the one who looks and for the one who applies. */
export const roleFor = (request: PlanRequest): RequiredRole => ("was" in request ? "admin" : "operator")
