import { z } from "zod"
import { Name } from "./call"

/** What a monitor says of one resource on one node. Only an explicit "not running" is ever stopped. */
export const ResourceState = z.enum(["started", "stopped", "failed"])
export type ResourceState = z.infer<typeof ResourceState>
/** Resource name to state, on one node. */
export type States = Readonly<Record<string, ResourceState>>

/** A resource of a service; `params` are parsed by the driver's own schema. */
export type Resource = { readonly name: string; readonly driver: string; readonly params: z.core.util.JSONType }

/** rgmanager's states (service-manager.md §2.7) without the two that it never sets, plus `blocked`. */
export const serviceStates = [
  "stopped",
  "starting",
  "started",
  "stopping",
  "failed",
  "uninitialized",
  "recoverable",
  "recovering",
  "disabled",
  "blocked",
] as const
export const ServiceState = z.enum(serviceStates)
export type ServiceState = z.infer<typeof ServiceState>

/** Where a service stands; written by the keeper alone. */
export type ServiceStatus = {
  readonly state: ServiceState
  readonly owner: string | undefined
  readonly lastOwner: string | undefined
  readonly restarts: number
  /** ms, panel's clock. */
  readonly sinceMs: number
  readonly reason: { readonly code: string; readonly params: Readonly<Record<string, string>> } | undefined
}

/** Resource names are unique in a cluster: they become OCF_RESOURCE_INSTANCE and names of facts. */
export const ResourceInput = z.object({ name: Name, driver: Name, params: z.json() })
export const ServiceInput = z
  .object({
    name: Name,
    domain: Name.nullable(),
    isExclusive: z.boolean(),
    autostart: z.boolean(),
    resources: z.array(ResourceInput).min(1, "resourcesMissing").max(64),
  })
  .check((ctx) => {
    const { resources } = ctx.value
    resources.forEach(({ name }, i) => {
      if (resources.findIndex((r) => r.name === name) !== i)
        ctx.issues.push({ code: "custom", message: "nameTaken", path: ["resources", i, "name"], input: name })
    })
  })
export type ServiceInput = z.infer<typeof ServiceInput>
