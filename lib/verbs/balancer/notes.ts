import type { ClusterDefinition } from "../../db/definitions"
import type { Balancer, VirtualServer } from "../../domain/balancer"
import { canonical, withPort } from "../../domain/balancer-address"
import type { BalancerInput } from "../../domain/balancer-definition"
import type { LiveReal } from "../../domain/balancer-live"
import { realKey } from "../../domain/balancer-live-view"
import { keyOf } from "../../domain/balancer-rules-service"
import type { Sentence } from "../../domain/plan"
import type { Ctx } from "../context"
import { sceneOf } from "./seen"

type Fate = { readonly real: string; readonly kind: "drained" | "removed"; readonly active: number }
function fatesOf(server: VirtualServer, after: VirtualServer | undefined, live: readonly LiveReal[]): readonly Fate[] {
  const next = new Map(after?.realServers.map((real) => [realKey(after, real), real.weight ?? 1]))
  return server.realServers.flatMap((real): readonly Fate[] => {
    const key = realKey(server, real)
    const active = live.find((one) => withPort(canonical(one.address), one.port) === key)?.active ?? 0
    const weight = next.get(key)
    if (weight === undefined) return [{ real: key, kind: "removed", active }]
    return weight === 0 && (real.weight ?? 1) > 0 ? [{ real: key, kind: "drained", active }] : []
  })
}
type About = { readonly input: BalancerInput; readonly was: Balancer | null }
/** What becomes of connections, and which director is left out. */
export function notesOf(ctx: Ctx, cluster: ClusterDefinition, { input, was }: About, away: readonly string[]): readonly Sentence[] {
  const { seen, serving } = sceneOf(ctx, cluster.id, input, was ?? input.model)
  const table = (serving === null ? undefined : seen[serving])?.table ?? []
  const after = new Map(input.model.virtualServers.map((server) => [keyOf(server.service), server]))
  const fates = (was?.virtualServers ?? []).flatMap((server) => {
    const key = keyOf(server.service)
    return fatesOf(server, after.get(key), table.find((one) => one.key === key)?.realServers ?? [])
  })
  const cut = fates.filter(({ kind, active }) => kind === "removed" && active > 0)
  const note = (code: string, params: Readonly<Record<string, string>>): Sentence => ({ code, params })
  return [
    ...away.map((node) => note("lbDirectorAway", { node })),
    ...fates.filter(({ kind }) => kind === "drained").map(({ real, active }) => note("lbDrained", { real, n: String(active) })),
    ...cut.map(({ real, active }) => note("lbCut", { real, n: String(active) })),
    ...(cut.length === 0 && was !== null ? [note("lbNothingCut", {})] : []),
  ]
}
