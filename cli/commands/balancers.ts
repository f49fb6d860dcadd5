import type { BalancerLive, BalancerRow, RealServerView, VirtualServerView } from "../../lib/domain/balancer-view"
import { Ended, exits } from "../exit"
import { table } from "../table"
import { act } from "./act"
import { type Acting, type Common, type Deps, here, print } from "./context"

/** "2 up, 1 down". */
const statesOf = (servers: BalancerRow["virtualServers"]): string =>
  (["up", "sorry", "down", "unknown"] as const)
    .map((state) => [servers.filter((one) => one.state === state).length, state] as const)
    .filter(([n]) => n > 0)
    .map(([n, state]) => `${n} ${state}`)
    .join(", ")
const rowOf = ({ name, directors, virtualServers, serving, realServers, hasDrift }: BalancerRow): readonly string[] => [
  name,
  directors.map(({ node, role }) => `${node} ${role}`).join(", "),
  statesOf(virtualServers),
  virtualServers.some(({ state }) => state === "unknown") ? `? of ${realServers}` : `${serving} of ${realServers}`,
  hasDrift ? "changed there" : "",
]
export async function balancers(deps: Deps, options: Common): Promise<void> {
  const { panel, clusterId } = await here(deps, options)
  const rows = await panel.balancer.list({ clusterId })
  print(deps.io, options, rows, table(["BALANCER", "DIRECTORS", "VIRTUAL SERVERS", "SERVING", "DRIFT"], rows.map(rowOf)))
}

/** `10.0.0.2:80`, `10.0.0.2`, or the name that the definition or the panel has for it. */
const isNamed = ({ key, name, node }: RealServerView, wanted: string): boolean =>
  key === wanted || key.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1") === wanted || name === wanted || node === wanted
const isServer = ({ key, name }: VirtualServerView, wanted: string): boolean =>
  key === wanted || key.endsWith(` ${wanted}`) || name === wanted
const known = (words: readonly string[]): string => [...new Set(words)].join(", ") || "none"

/** The real servers that are meant, by the keys that the panel has for them. @throws Ended when there is none */
export function realsIn(
  { virtualServers }: Pick<BalancerLive, "virtualServers">,
  real: string,
  server: string | undefined,
): readonly { readonly server: string; readonly real: string }[] {
  const servers = virtualServers.filter((one) => server === undefined || isServer(one, server))
  if (servers.length === 0)
    throw new Ended(exits.usage, `there is no virtual server ${server ?? ""}; there are: ${known(virtualServers.map(({ key }) => key))}`)
  const wanted = servers.map((one) => ({ key: one.key, reals: one.realServers.filter((r) => r.wanted !== null) }))
  const found = wanted.flatMap(({ key, reals }) => reals.filter((one) => isNamed(one, real)).map((one) => ({ server: key, real: one.key })))
  if (found.length === 0)
    throw new Ended(
      exits.usage,
      `there is no real server ${real}; there are: ${known(wanted.flatMap(({ reals }) => reals.map(({ key }) => key)))}`,
    )
  return found
}
export type Draining = Acting & { readonly server?: string; readonly undo?: boolean; readonly slow?: number }
/** No new connections for a real server, in every virtual server that has it, or in one; `undo` gives them again. */
export const drain = (deps: Deps, balancer: string, real: string, options: Draining): Promise<void> =>
  act(deps, options, async ({ panel, clusterId }) => {
    const reals = realsIn(await panel.balancer.live({ clusterId, name: balancer }), real, options.server)
    const { undo, slow } = options
    if (slow !== undefined && !undo) throw new Ended(exits.usage, "--slow is for a server that comes back: give --undo as well")
    return panel.plan.drain({
      ...{ clusterId, drain: balancer, action: undo ? "return" : "drain", reals: [...reals] },
      ...(slow === undefined ? {} : { slowStartSeconds: slow }),
    })
  })
export type Weighing = Acting & { readonly server?: string }
/** Of every virtual server that has it, or of one. */
export const weigh = (deps: Deps, balancer: string, real: string, weight: number, options: Weighing): Promise<void> =>
  act(deps, options, async ({ panel, clusterId }) => {
    const reals = realsIn(await panel.balancer.live({ clusterId, name: balancer }), real, options.server)
    return panel.plan.weights({ clusterId, weights: balancer, reals: reals.map((one) => ({ ...one, weight })) })
  })
