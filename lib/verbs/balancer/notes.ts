import type { ClusterDefinition } from "../../db/definitions"
import type { Balancer, VirtualServer } from "../../domain/balancer"
import type { BalancerInput } from "../../domain/balancer-definition"
import { type LiveOf, livesIn, realKey, serviceAddresses } from "../../domain/balancer-live-view"
import type { PlannedDirector } from "../../domain/balancer-plan"
import { keyOf } from "../../domain/balancer-rules-service"
import type { Sentence } from "../../domain/plan"
import type { Ctx } from "../context"
import { sceneOf } from "./seen"

type Fate = { readonly real: string; readonly kind: "drained" | "removed"; readonly active: number }
function fatesOf(server: VirtualServer, after: VirtualServer | undefined, liveOf: LiveOf): readonly Fate[] {
  const next = new Map(after?.realServers.map((real) => [realKey(after, real), real.weight ?? 1]))
  return server.realServers.flatMap((real): readonly Fate[] => {
    const key = realKey(server, real)
    const active = liveOf(real)?.active ?? 0
    const weight = next.get(key)
    if (weight === undefined) return [{ real: key, kind: "removed", active }]
    return weight === 0 && (real.weight ?? 1) > 0 ? [{ real: key, kind: "drained", active }] : []
  })
}
type About = {
  readonly input: BalancerInput
  /** What is compared with: the version before, or the table of a raw director. */
  readonly before: Balancer | null
  readonly directors: readonly PlannedDirector[]
  readonly dismissed: readonly string[]
}
const note = (code: string, params: Readonly<Record<string, string>>): Sentence => ({ code, params })
/** A service, its address or its way of forwarding is gone: what it carried goes with it, whatever is counted. */
function isUprooted(before: Balancer, model: Balancer, nodes: readonly string[]): boolean {
  const after = new Map(model.virtualServers.map((server) => [keyOf(server.service), server]))
  const kept = new Set(nodes.flatMap((_, i) => serviceAddresses(model, i)))
  const goneVip = before.directors.some((_, i) => serviceAddresses(before, i).some((address) => !kept.has(address)))
  return goneVip || before.virtualServers.some((server) => after.get(keyOf(server.service))?.forwarding.method !== server.forwarding.method)
}
/** What becomes of connections, and which director is left out. */
export function notesOf(
  ctx: Ctx,
  cluster: ClusterDefinition,
  { input, before, directors, dismissed }: About,
  away: readonly string[],
): readonly Sentence[] {
  const { seen, serving } = sceneOf(ctx, cluster.id, input, before ?? input.model)
  const table = serving === null ? null : (seen[serving]?.table ?? null)
  const after = new Map(input.model.virtualServers.map((server) => [keyOf(server.service), server]))
  const liveOf = livesIn(table, before?.directors[serving ?? 0])
  const fates = (before?.virtualServers ?? []).flatMap((server) => fatesOf(server, after.get(keyOf(server.service)), liveOf(server)))
  const removed = fates.filter(({ kind }) => kind === "removed")
  const cut = removed.filter(({ active }) => active > 0)
  const uprooted = before !== null && isUprooted(before, input.model, input.nodes)
  const isKnown = table !== null && !uprooted
  return [
    ...away.map((node) => note("lbDirectorAway", { node })),
    ...directors.filter(({ load }) => load === null).map(({ node }) => note("lbStaysStopped", { node })),
    ...directors.filter(({ asTable }) => asTable.length > 0).map(({ node }) => note("lbTableBeside", { node })),
    ...dismissed.map((node) => note("lbDismissed", { node })),
    ...fates.filter(({ kind }) => kind === "drained").map(({ real, active }) => note("lbDrained", { real, n: String(active) })),
    ...cut.map(({ real, active }) => note("lbCut", { real, n: String(active) })),
    ...(before !== null && isKnown && cut.length === 0 ? [note("lbNothingCut", {})] : []),
    ...(before !== null && !isKnown && (uprooted || removed.length > 0) ? [note(uprooted ? "lbUprooted" : "lbCutUnknown", {})] : []),
  ]
}
