import { z } from "zod"
import { bind } from "../../../agents/registry"
import type { ClusterDefinition, ServiceDefinition } from "../../db/definitions"
import { freshnessOf } from "../../domain/observed"
import { report } from "../../domain/report"
import { jobOf } from "../../jobs/job"
import { submit } from "../../jobs/submit"
import { monitorName } from "../../keeper/situation"
import { clusterOf, Named, serviceOf } from "../common"
import type { Ctx } from "../context"
import { defineVerb, Refused, reasonOf } from "../verb"
import { membersOf } from "./rows"

/** What a monitor of a systemd unit says beside its state. */
const Unit = z.object({ unit: z.string(), atBoot: z.string() })
const startsAtBoot = ["enabled", "enabled-runtime"]
const parsed = new WeakMap<object, z.infer<typeof Unit> | null>()
/** A value is never changed, so it is understood once: the overview asks for every resource on every node. */
function unitOf(value: unknown): z.infer<typeof Unit> | null {
  if (typeof value !== "object" || value === null) return null
  const known = parsed.get(value)
  if (known !== undefined) return known
  const unit = Unit.safeParse(value).data ?? null
  parsed.set(value, unit)
  return unit
}

/** Units of the service that a member starts by itself when it boots: after a reboot they would run twice. */
export function bootEnabledOf(
  { engine, nowMs }: Ctx,
  cluster: ClusterDefinition,
  service: ServiceDefinition,
): readonly { readonly unit: string; readonly nodes: readonly string[] }[] {
  const found = new Map<string, string[]>()
  for (const { name: node } of membersOf(cluster))
    for (const { name, driver } of service.resources) {
      const observed = engine.inventory.facts.get(cluster.id, node, monitorName(driver, name))
      const value = observed && freshnessOf(observed, nowMs()) !== "unknown" ? unitOf(observed.value) : undefined
      if (value && startsAtBoot.includes(value.atBoot)) found.set(value.unit, [...(found.get(value.unit) ?? []), node])
    }
  return [...found].map(([unit, nodes]) => ({ unit, nodes }))
}

/** `systemctl disable` on every member that would start the unit at boot; the running unit is left alone. */
export const bootDisable = defineVerb({
  name: "service.bootDisable",
  kind: "command",
  role: "admin",
  audit: "job",
  input: Named.extend({ unit: z.string().max(256) }),
  run: async (ctx, { clusterId, name, unit }) => {
    const cluster = clusterOf(ctx, clusterId)
    const service = serviceOf(cluster, name)
    const nodes = bootEnabledOf(ctx, cluster, service).find((b) => b.unit === unit)?.nodes ?? []
    if (nodes.length === 0) throw new Refused(409, [report("notFound", { what: unit })])
    const steps = nodes.map((node) => {
      const call = { node, driver: "ocf", op: "disableAtBoot", params: { unit } }
      const { sentence, command } = bind(call)
      return {
        call,
        sentence: { ...sentence, params: { ...sentence.params, node } },
        ifItFails: "giveUp" as const,
        command: command.masked,
      }
    })
    const about = {
      subject: { kind: "bootDisable" as const, service: name },
      reason: reasonOf(ctx, unit),
      locks: [`boot:${clusterId}/${unit}`],
    }
    const job = jobOf(ctx.engine.newId(), clusterId, { steps, fallbacks: [], changes: [], interrupted: [] }, about)
    const submitted = await submit(ctx.db, { job, verb: "service.bootDisable", input: { name, unit, nodes } })
    if (!submitted.allowed) throw new Refused(409, submitted.reports)
    ctx.engine.runner.take(job.id)
    return { jobId: job.id }
  },
})
