import { z } from "zod"

/** Weakest first: each may do all that those before it may. */
export const roles = ["viewer", "operator", "admin"] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>

/** What a verb asks for. "anyone" is before login. */
export type RequiredRole = Role | "anyone"
export const mayAct = (role: Role | undefined, required: RequiredRole): boolean =>
  required === "anyone" || (role !== undefined && roles.indexOf(role) >= roles.indexOf(required))

/** Who asked, through what, and why (Ganeti's reason trail). Stored with every job and audit row. */
export const Reason = z.object({
  who: z.string(),
  through: z.enum(["panel", "api", "cli", "keeper", "demo"]),
  why: z.string(),
})
export type Reason = z.infer<typeof Reason>
