import type { Balancer, RealServer } from "../../domain/balancer"
import { realKey } from "../../domain/balancer-live-view"
import { keyOf } from "../../domain/balancer-rules-service"
import { report } from "../../domain/report"
import { Refused } from "../verb"

type Draining = {
  readonly model: Balancer
  readonly action: "drain" | "return"
  readonly reals: readonly { readonly server: string; readonly real: string }[]
  readonly version: number
  readonly earlier: (number: number) => Promise<Balancer>
}
/** So many versions back a weight is looked for. */
const LOOK_BACK = 50
const idOf = (server: string, real: string): string => `${server} real ${real}`
const weights = (model: Balancer): ReadonlyMap<string, number> =>
  new Map(
    model.virtualServers.flatMap((server) =>
      server.realServers.map((real) => [idOf(keyOf(server.service), realKey(server, real)), real.weight ?? 1] as const),
    ),
  )
/** The newest weight above 0 that each had; 1 when none is on record. */
async function weightsBefore({ version, earlier }: Draining, ids: ReadonlySet<string>): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  for (let number = version - 1; number >= Math.max(1, version - LOOK_BACK) && found.size < ids.size; number--) {
    const then = weights(await earlier(number))
    for (const id of ids) {
      const weight = then.get(id) ?? 0
      if (!found.has(id) && weight > 0) found.set(id, weight)
    }
  }
  return found
}
/** The model with these real servers at weight 0, or at the weight that they had. @throws Refused 404 */
export async function drained(draining: Draining): Promise<Balancer> {
  const { model, action, reals } = draining
  const ids = new Set(reals.map(({ server, real }) => idOf(server, real)))
  refuseMissing(model, ids)
  const before = action === "return" ? await weightsBefore(draining, ids) : new Map<string, number>()
  const changed = (id: string, real: RealServer): RealServer => {
    if (!ids.has(id)) return real
    if (action === "drain") return { ...real, weight: 0 }
    // Of many at once, those that never had a weight were kept out on purpose.
    const otherwise = ids.size === 1 ? 1 : 0
    return (real.weight ?? 1) > 0 ? real : { ...real, weight: before.get(id) ?? otherwise }
  }
  return withReals(model, changed)
}
/** @throws Refused 404 */
function refuseMissing(model: Balancer, ids: ReadonlySet<string>): void {
  const now = weights(model)
  const missing = [...ids].find((id) => !now.has(id))
  if (missing !== undefined) throw new Refused(404, [report("notFound", { what: missing })])
}
const withReals = (model: Balancer, changed: (id: string, real: RealServer) => RealServer): Balancer => ({
  ...model,
  virtualServers: model.virtualServers.map((server) => ({
    ...server,
    realServers: server.realServers.map((real) => changed(idOf(keyOf(server.service), realKey(server, real)), real)),
  })),
})
/** The model with these weights, and no other change. @throws Refused 404 */
export function weighed(
  model: Balancer,
  reals: readonly { readonly server: string; readonly real: string; readonly weight: number }[],
): Balancer {
  const wanted = new Map(reals.map(({ server, real, weight }) => [idOf(server, real), weight]))
  refuseMissing(model, new Set(wanted.keys()))
  return withReals(model, (id, real) => {
    const weight = wanted.get(id)
    return weight === undefined ? real : { ...real, weight }
  })
}
