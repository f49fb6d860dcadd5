import { z } from "zod"
import { balancerSchema } from "./balancer"
import { IpvsKernel, KeepalivedService, LiveTable, RealServerState } from "./balancer-live"
import type { DoctorScene } from "./doctor"
import data from "./doctor.cases.json"

/** A value of the table as the inventory has it: seen half a second ago, or as long ago as the case says. */
const NOW = data.healthy.nowMs
const observed = <T>(schema: z.ZodType<T>, raw: unknown, everyMs: number, from: string, ageMs = 500) => {
  const value = schema.nullable().parse(raw)
  return value === null ? null : { value, atMs: NOW - ageMs, everyMs, from }
}
const Change = z.object({
  what: z.enum(["added", "removed", "changed"]),
  of: z.string(),
  field: z.string().nullable(),
  from: z.string().nullable(),
  to: z.string().nullable(),
})
const Scene = z.object({
  nowMs: z.number(),
  name: z.string(),
  engine: z.enum(["keepalived", "ipvsadm"]),
  model: balancerSchema,
  directors: z.array(
    z.object({ node: z.string(), service: z.unknown(), table: z.unknown(), kernel: z.unknown(), realserver: z.unknown() }),
  ),
  realServers: z.array(z.object({ address: z.string(), node: z.string().nullable(), state: z.unknown() })),
  drift: z.array(z.object({ node: z.string(), changes: z.array(Change).nullable(), atMs: z.number() })),
  arp: z.array(z.object({ asker: z.string(), address: z.string(), macs: z.array(z.string()), from: z.string(), atMs: z.number() })),
  others: z.array(z.object({ name: z.string(), model: balancerSchema })),
  trials: z
    .array(
      z.object({
        ...{ node: z.string(), service: z.string(), real: z.string(), verdict: z.enum(["pass", "fail", "unknown"]) },
        ...{ command: z.string(), text: z.string(), atMs: z.number() },
      }),
    )
    .default([]),
})
function sceneOf(raw: unknown, ages: Readonly<Record<string, number>> = {}): DoctorScene {
  const { directors, realServers, ...rest } = Scene.parse(raw)
  return {
    ...rest,
    sinceMs: rest.nowMs,
    directors: directors.map(({ node, service, table, kernel, realserver }) => ({
      node,
      service: observed(KeepalivedService, service, 1_000, "moyai-keepalived", ages[`${node}.service`]),
      table: observed(LiveTable, table, 1_000, "cat /proc/net/ip_vs", ages[`${node}.table`]),
      kernel: observed(IpvsKernel, kernel, 30_000, "moyai-kernel"),
      realserver: observed(RealServerState, realserver, 10_000, "moyai-realserver"),
    })),
    realServers: realServers.map((one) => ({
      ...one,
      state: observed(RealServerState, one.state, 10_000, "moyai-realserver", ages[one.address]),
    })),
  }
}
/** `a.0.b` of a copy becomes another value. */
function changed(from: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (Array.isArray(from)) return from.map((one, i) => (i === Number(key) ? changed(one, rest, value) : one))
  const record = z.record(z.string(), z.unknown()).parse(from)
  return { ...record, [key]: changed(record[key] ?? {}, rest, value) }
}
const Case = z.strictObject({
  name: z.string(),
  set: z.record(z.string(), z.unknown()),
  ages: z.record(z.string(), z.number()).optional(),
  /** Level and code of each finding. */
  finds: z.array(z.string()),
  params: z.record(z.string(), z.string()).optional(),
  fix: z.unknown().optional(),
  evidence: z.array(z.string()).optional(),
  commands: z.array(z.string()).optional(),
  notSeen: z.array(z.string()).optional(),
  notWell: z.array(z.string()).optional(),
})
export const cases = z.array(Case).parse(data.cases)
export const healthy = sceneOf(data.healthy)
/** The healthy scene with what the case says otherwise. */
export const sceneOfCase = ({ set, ages }: z.infer<typeof Case>): DoctorScene =>
  sceneOf(
    Object.entries(set).reduce<unknown>((scene, [path, value]) => changed(scene, path.split("."), value), data.healthy),
    ages,
  )
