import type { Balancer } from "./balancer"
import { canonical, withPort } from "./balancer-address"
import type { BalancerChange } from "./balancer-diff"
import { liveIn } from "./balancer-fit"
import type { LiveReal, LiveService, LiveTable } from "./balancer-live"
import { realKey } from "./balancer-live-view"
import { keyOf, liveKeyOf } from "./balancer-rules-service"

type Word = readonly [field: string, from: string, to: string]
const differences = (of: string, words: readonly Word[]): readonly BalancerChange[] =>
  words.flatMap(([field, from, to]) => (from === to ? [] : [{ what: "changed" as const, of, field, from, to }]))
const whole = (what: "added" | "removed", of: string): BalancerChange => ({ what, of, field: null, from: null, to: null })

/** What the kernel's table has otherwise than a document, in the document's words; `from` is the document's. */
export function tableDrift({ virtualServers }: Balancer, table: LiveTable): readonly BalancerChange[] {
  const live = new Map(table.map((service) => [service.key, service]))
  const known = new Set(virtualServers.map((server) => liveIn(live, liveKeyOf(server))))
  const own = virtualServers.flatMap((server) => {
    const key = keyOf(server.service)
    const service = liveIn(live, liveKeyOf(server))
    return service ? serviceDrift(server, key, service) : [whole("removed", key)]
  })
  return [...own, ...table.filter((service) => !known.has(service)).map(({ key }) => whole("added", key))]
}
function serviceDrift(server: Balancer["virtualServers"][number], key: string, service: LiveService): readonly BalancerChange[] {
  const liveReals = new Map(service.realServers.map((real): [string, LiveReal] => [withPort(canonical(real.address), real.port), real]))
  const wanted = new Map(server.realServers.map((real) => [realKey(server, real), real]))
  const reals = [...wanted].flatMap(([name, real]) => {
    const found = liveReals.get(name)
    const of = `${key} real ${name}`
    return found ? differences(of, [["weight", String(real.weight ?? 1), String(found.weight)]]) : [whole("removed", of)]
  })
  const strange = [...liveReals.keys()].filter((name) => !wanted.has(name)).map((name) => whole("added", `${key} real ${name}`))
  const persistence = server.persistenceTimeout === undefined ? "" : String(server.persistenceTimeout)
  return [
    ...differences(key, [
      ["scheduler", server.scheduler, service.scheduler],
      ["persistenceTimeout", persistence, service.persistence === null ? "" : String(service.persistence)],
    ]),
    ...reals,
    ...strange,
  ]
}
