import { parseKeepalived, readConfig } from "../../../agents/registry"
import { digestOf } from "../../auth/digest"
import type { BalancerDefinition } from "../../db/definitions"
import type { Balancer } from "../../domain/balancer"
import { type BalancerChange, balancerDiff } from "../../domain/balancer-diff"
import { sealable } from "../../domain/balancer-secret"
import type { Coded } from "../../domain/views"
import type { Ctx } from "../context"
import { openModel } from "./base"
import { keepalivedOf } from "./seen"

export type Drift =
  | { readonly known: true; readonly changes: readonly BalancerChange[]; readonly digest: string; readonly actual: Balancer | null }
  | { readonly known: false; readonly why: Coded }

type Read = { readonly sha256: string; readonly result: Reading }
type Reading = { readonly ok: true; readonly model: Balancer | null } | { readonly ok: false; readonly why: Coded }
/** What a file with this hash said; the files change seldom and are large. */
const readings = new Map<string, Read>()

const no = (code: string, params: Readonly<Record<string, string>> = {}): { readonly ok: false; readonly why: Coded } => ({
  ok: false,
  why: { code, params },
})
/** keepalived.conf of a node as a model; null where there is no file. It is read anew only when its hash has changed. */
async function actualModel(ctx: Ctx, clusterId: string, node: string): Promise<Reading> {
  const service = keepalivedOf(ctx, clusterId, node)
  if (!service || service.freshness === "unknown") return no("notSeen", { node })
  const { configSha256 } = service.value
  if (configSha256 === null) return { ok: true, model: null }
  const key = `${clusterId}/${node}`
  const before = readings.get(key)
  if (before?.sha256 === configSha256) return before.result
  const answer = await ctx.engine.inventory.readOnce(clusterId, node, readConfig())
  if (!answer.ok) return no("notRead", { node, why: answer.why })
  const { text, files } = answer.value
  if (text === null) return { ok: true, model: null }
  const parsed = parseKeepalived(text, files)
  const result: Reading = parsed.ok
    ? { ok: true, model: parsed.value.balancer }
    : no("notUnderstood", { node, line: String(parsed.error.line), why: parsed.error.text })
  if (digestOf(text) === configSha256) readings.set(key, { sha256: configSha256, result })
  return result
}
/** What one director's part of a model says, alone: as a file of its own has it. */
export const directorsPart = (model: Balancer, director: number): Balancer => ({
  ...model,
  directors: model.directors.slice(director, director + 1),
})
const nothing: Balancer = { directors: [], virtualServers: [], kept: [] }
/** The file of a director against the panel's current version; passwords are compared and not told. */
export async function driftOf(ctx: Ctx, clusterId: string, definition: BalancerDefinition, model: Balancer, index: number): Promise<Drift> {
  const node = definition.nodes[index]
  if (node === undefined || definition.engine !== "keepalived") return { known: true, changes: [], digest: "", actual: null }
  const reading = await actualModel(ctx, clusterId, node)
  if (!reading.ok) return { known: false, why: reading.why }
  const actual = reading.model ?? nothing
  const wanted = directorsPart(openModel(ctx, definition, model), index)
  const isSecretOther = balancerDiff(wanted, actual).length !== balancerDiff(sealable(wanted, {}).model, sealable(actual, {}).model).length
  const changes = balancerDiff(sealable(wanted, {}).model, sealable(actual, {}).model)
  const all = isSecretOther ? [...changes, passwordChange] : changes
  return { known: true, changes: all, digest: digestOf(JSON.stringify(all)), actual: reading.model }
}
const passwordChange: BalancerChange = { what: "changed", of: "vrrp", field: "authentication.password", from: "********", to: "********" }
