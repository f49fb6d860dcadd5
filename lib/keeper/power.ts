import { z } from "zod"
import type { Bound, Fact } from "../../agents/contract"
import { power as powerFact } from "../../agents/registry"
import type { ClusterDefinition, FenceUseDefinition, NodeDefinition } from "../db/definitions"
import type { Call } from "../domain/call"
import type { PlannedUse } from "../domain/fence-plan"
import { type FenceReadiness, PANEL_HOST } from "../domain/fencing"
import type { Inventory } from "../inventory/inventory"
import { isOutcomeUnknown, type NodeSession } from "../node/session"

/** The secret parameters of a device, opened; empty when it has none. */
export type SecretsOf = (clusterId: string, device: string) => Readonly<Record<string, string>>
export type Power = { readonly says: "on" | "off" | "error"; readonly detail: string }
export type PowerParts = { readonly session: (clusterId: string, node: string) => NodeSession; readonly secretsOf: SecretsOf }

/** Steps on the panel's own machine go to `panel`. */
export const sessionsOf =
  (inventory: Pick<Inventory, "session">, panel: NodeSession): PowerParts["session"] =>
  (clusterId, node) =>
    node === PANEL_HOST ? panel : inventory.session(clusterId, node)

const ASK_TIMEOUT_MS = 20_000
const isFenceParams = (params: unknown): params is Readonly<Record<string, unknown>> & { readonly device: string } =>
  typeof params === "object" && params !== null && "device" in params && typeof params.device === "string"
/** VRRP's passwords of a balancer by the keys of lib/domain/balancer-secret.ts. */
export type PasswordsOf = (clusterId: string, balancer: string) => Readonly<Record<string, string>>
const Configured = z.object({ balancer: z.string(), secretKeys: z.array(z.string()) })
/** Fence agents and files of directors get their secrets here, and nowhere else: a stored call is without them. */
export const withSecrets =
  (bind: (call: Call) => Bound, secretsOf: SecretsOf, passwordsOf: PasswordsOf) =>
  (call: Call, clusterId: string): Bound => {
    const configured = call.driver === "keepalived" && call.op === "configure" ? Configured.safeParse(call.params).data : undefined
    if (configured) {
      const known = passwordsOf(clusterId, configured.balancer)
      return bind({ ...call, params: { ...Object(call.params), passwords: configured.secretKeys.map((key) => known[key] ?? "") } })
    }
    if (call.driver !== "fence" || !isFenceParams(call.params)) return bind(call)
    return bind({ ...call, params: { ...Object(call.params), secrets: secretsOf(clusterId, call.params.device) } })
  }

/** The machine that a device's agent runs on: the panel's, or any other member that answers; never the node itself. */
function runnerFor(cluster: ClusterDefinition, node: string, runsOn: "panel" | "peer"): string | undefined {
  if (runsOn === "panel") return PANEL_HOST
  return cluster.nodes.find(({ name, isMember, status }) => isMember && name !== node && status.state === "online")?.name
}
const plannedUse = (cluster: ClusterDefinition, node: string, { device, params }: FenceUseDefinition): PlannedUse => {
  const found = cluster.fenceDevices.find(({ name }) => name === device)
  return {
    ...{ device, agent: found?.agent ?? "", params: { ...found?.params, ...params } },
    runner: found && runnerFor(cluster, node, found.runsOn),
  }
}
/** The node's levels as a plan takes them. */
export const levelsOf = (cluster: ClusterDefinition, { name, fencing }: NodeDefinition): readonly (readonly PlannedUse[])[] =>
  fencing.levels.map((level) => level.map((use) => plannedUse(cluster, name, use)))

/** A question to a fence agent, on whichever machine; the parser's own errors are said as words too. */
export async function askAgent<T>(
  { session }: Pick<PowerParts, "session">,
  clusterId: string,
  runner: string,
  fact: Fact<T>,
): Promise<{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly isSilent: boolean; readonly why: string }> {
  try {
    return {
      ok: true,
      value: fact.parse(await session(clusterId, runner).run(fact.command, { timeoutMs: fact.timeoutMs ?? ASK_TIMEOUT_MS })),
    }
  } catch (error) {
    return { ok: false, isSilent: isOutcomeUnknown(error), why: error instanceof Error ? error.message.slice(0, 300) : String(error) }
  }
}
/** What a device says of a node's power now. */
export async function askPower({ session, secretsOf }: PowerParts, clusterId: string, node: string, use: PlannedUse): Promise<Power> {
  const { runner, device, agent, params } = use
  if (runner === undefined) return { says: "error", detail: "no member answers that could ask it" }
  const answer = await askAgent<Power>(
    { session },
    clusterId,
    runner,
    powerFact({ node, device, agent, params, secrets: secretsOf(clusterId, device) }),
  )
  return answer.ok ? answer.value : { says: "error", detail: answer.why }
}

/** What all of a node's devices say, as witnesses. */
export async function askDevices(parts: PowerParts, cluster: ClusterDefinition | undefined, name: string) {
  const node = cluster?.nodes.find((n) => n.name === name)
  const uses = cluster && node ? levelsOf(cluster, node).flat() : []
  return Promise.all(
    uses.map(async (use) => {
      const { says, detail } = await askPower(parts, cluster?.id ?? "", name, use)
      return { name: use.device, says: says === "error" ? ("cannotSay" as const) : says, detail }
    }),
  )
}

const TEST_COUNTS_FOR_MS = 7 * 24 * 3_600_000
/** What the night will be like on which the node fails. A test of a week ago says little. */
export function readinessOf({ fencing }: NodeDefinition, nowMs: number): FenceReadiness {
  const [first] = fencing.levels
  if (!first) return "none"
  const tests = fencing.levels.flat().map(({ test }) => test)
  if (tests.some((test) => test?.says === "error")) return "testFailed"
  return tests.some((test) => test === null || nowMs - test.atMs > TEST_COUNTS_FOR_MS) ? "untested" : "fenced"
}
