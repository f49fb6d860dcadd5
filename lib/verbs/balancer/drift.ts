import { parseKeepalived, readConfig } from "../../../agents/registry"
import { digestOf } from "../../auth/digest"
import type { BalancerDefinition } from "../../db/definitions"
import type { Balancer } from "../../domain/balancer"
import { type BalancerChange, balancerDiff } from "../../domain/balancer-diff"
import { marksDrift, marksOf } from "../../domain/balancer-marks"
import { sealable } from "../../domain/balancer-secret"
import { tableDrift } from "../../domain/balancer-table-drift"
import type { Coded } from "../../domain/views"
import type { Ctx } from "../context"
import { asked } from "./asked"
import { isReturning, openModel } from "./base"
import { marksSeen } from "./marks"
import { keepalivedOf, tableOf } from "./seen"

export type Drift =
  | {
      readonly known: true
      readonly changes: readonly BalancerChange[]
      readonly digest: string
      readonly actual: Balancer | null
      /** A password is another one: nobody is told which. */
      readonly isSecretOther: boolean
    }
  | { readonly known: false; readonly why: Coded }

type Read = { readonly sha256: string; readonly untilMs: number; readonly result: Reading }
/** What is included is not in the hash: it is read anew after this long. */
const INCLUDED_FOR_MS = 10_000
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
  if (before?.sha256 === configSha256 && ctx.nowMs() < before.untilMs) return before.result
  const answer = await asked(ctx, clusterId, node, readConfig())
  if (!answer.ok) return no("notRead", { node, why: answer.why })
  const { text, files } = answer.value
  if (text === null) return { ok: true, model: null }
  const parsed = parseKeepalived(text, files)
  const result: Reading = parsed.ok
    ? { ok: true, model: parsed.value.balancer }
    : no("notUnderstood", { node, line: String(parsed.error.line), why: parsed.error.text })
  if (digestOf(text) === configSha256) {
    const untilMs = Object.keys(files).length === 0 ? Number.POSITIVE_INFINITY : ctx.nowMs() + INCLUDED_FOR_MS
    readings.set(key, { sha256: configSha256, untilMs, result })
  }
  return result
}
/** What one director's part of a model says, alone: as a file of its own has it. */
export const directorsPart = (model: Balancer, director: number): Balancer => ({
  ...model,
  directors: model.directors.slice(director, director + 1),
})
const nothing: Balancer = { directors: [], virtualServers: [], kept: [] }
/** A weight that is on its way up to what it is wanted to be. */
const isOnItsWay = ({ field, from, to }: BalancerChange): boolean => field === "weight" && Number(to) > 0 && Number(to) < Number(from)
/** What a director has otherwise than the panel's current version; a slow start that runs is none. */
export async function driftOf(ctx: Ctx, clusterId: string, definition: BalancerDefinition, model: Balancer, index: number): Promise<Drift> {
  const drift = withMarks(ctx, clusterId, definition.nodes[index], model, await wholeDrift(ctx, clusterId, definition, model, index))
  if (!drift.known || !drift.changes.some(isOnItsWay) || !(await isReturning(ctx, clusterId, definition.name))) return drift
  const changes = drift.changes.filter((one) => !isOnItsWay(one))
  return { ...drift, changes, digest: digestOf(JSON.stringify(changes)) }
}
/** With the packet filter's rules, where they are seen: keepalived.conf says nothing of them. */
function withMarks(ctx: Ctx, clusterId: string, node: string | undefined, model: Balancer, drift: Drift): Drift {
  const seen = node === undefined ? null : marksSeen(ctx, clusterId, node)
  const marks = seen && drift.known ? marksDrift(marksOf(model), seen) : []
  if (!drift.known || marks.length === 0) return drift
  const changes = [...drift.changes, ...marks]
  return { ...drift, changes, digest: digestOf(JSON.stringify(changes)) }
}
/** The file of a director against the panel's current version; passwords are compared and not told. */
async function wholeDrift(ctx: Ctx, clusterId: string, definition: BalancerDefinition, model: Balancer, index: number): Promise<Drift> {
  const node = definition.nodes[index]
  if (node === undefined) return { known: true, changes: [], digest: "", actual: null, isSecretOther: false }
  if (definition.engine === "ipvsadm") return rawDrift(ctx, clusterId, node, model)
  const reading = await actualModel(ctx, clusterId, node)
  if (!reading.ok) return { known: false, why: reading.why }
  const known = compared.get(model)?.get(node)
  if (known?.reading === reading && known.sealed === definition.secretsSealed) return known.drift
  const drift = difference(directorsPart(openModel(ctx, definition, model), index), reading.model)
  const nodes = compared.get(model) ?? new Map<string, Compared>()
  compared.set(model, nodes.set(node, { reading, sealed: definition.secretsSealed, drift }))
  return drift
}
type Compared = { readonly reading: Reading; readonly sealed: string | null; readonly drift: Drift }
/** By version and node: both sides stay as they are for weeks, and a screen asks every second. */
const compared = new WeakMap<Balancer, Map<string, Compared>>()
function difference(wanted: Balancer, model: Balancer | null): Drift {
  const actual = model ?? nothing
  const changes = balancerDiff(sealable(wanted, {}).model, sealable(actual, {}).model)
  const isSecretOther = balancerDiff(wanted, actual).length !== changes.length
  const all = isSecretOther ? [...changes, passwordChange] : changes
  return { known: true, changes: all, digest: digestOf(JSON.stringify(all)), actual: model, isSecretOther }
}
const passwordChange: BalancerChange = { what: "changed", of: "vrrp", field: "authentication.password", from: "********", to: "********" }

/** The kernel's table of a raw director against the current version; flags and thresholds are not in it. */
function rawDrift(ctx: Ctx, clusterId: string, node: string, model: Balancer): Drift {
  const table = tableOf(ctx, clusterId, node)
  if (!table || table.freshness === "unknown") return { known: false, why: { code: "notSeen", params: { node } } }
  const changes = tableDrift(model, table.value)
  return { known: true, changes, digest: digestOf(JSON.stringify(changes)), actual: null, isSecretOther: false }
}
