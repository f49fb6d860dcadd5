import { z } from "zod"
import { type Balancer, balancerSchema } from "@/lib/domain/balancer"
import { KEPT_PASSWORD } from "@/lib/domain/balancer-secret"
import type { Draft } from "./draft"
import { kinds } from "./draft-text"

/** A draft as the browser's tab keeps it: virtual servers that are those of the version that it began with are told by their number. */
const Kept = z.object({
  version: z.number(),
  directors: balancerSchema.unwrap().shape.directors,
  virtualServers: z.array(z.union([z.number().int(), balancerSchema.unwrap().shape.virtualServers.unwrap().unwrap().element])),
  kept: balancerSchema.unwrap().shape.kept,
  typed: z.record(z.string(), z.object({ kind: z.enum(kinds), text: z.string() })),
})
export function packed(base: Balancer, version: number, { model, typed }: Draft): string {
  const numbers = new Map(base.virtualServers.map((one, i) => [one, i] as const))
  const draft = { ...model, version, virtualServers: model.virtualServers.map((one) => numbers.get(one) ?? one), typed }
  // A password is typed again rather than kept in the clear.
  return JSON.stringify(draft, (key, value: unknown) => (key === "password" && value !== KEPT_PASSWORD ? undefined : value))
}
/** Null: it is none, or it began with another version than this one. */
export function unpacked(base: Balancer, version: number, text: string): Draft | null {
  const found = Kept.safeParse(parsedJson(text)).data
  if (found?.version !== version) return null
  const { directors, virtualServers, kept, typed } = found
  const servers = virtualServers.flatMap((one) => (typeof one === "number" ? (base.virtualServers[one] ?? []) : one))
  return { model: { ...{ directors, virtualServers: servers, kept } }, typed }
}
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
