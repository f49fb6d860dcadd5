import type { Balancer } from "@/lib/domain/balancer"
import { canonical, familyOf } from "@/lib/domain/balancer-address"
import { type Draft, removed } from "./draft"

type Vips = NonNullable<Balancer["directors"][number]["instances"][number]["addresses"]>
const has = (vips: Vips | undefined, address: string): boolean => (vips ?? []).some((vip) => canonical(vip.address) === canonical(address))
/** Directors whose VRRP does not carry an address: nobody would answer for it there. None where there is no VRRP at all. */
export const withoutVip = ({ directors }: Balancer, address: string): readonly number[] =>
  familyOf(address) === undefined
    ? []
    : directors.flatMap(({ instances }, d) =>
        instances.length > 0 && !instances.some((one) => has(one.addresses, address) || has(one.excludedAddresses, address)) ? [d] : [],
      )
/** The address becomes one of the first VRRP instance, with the prefix of its neighbour; excluded where the instance speaks the other family. */
export const withVip = (draft: Draft, address: string): Draft => {
  const wanting = withoutVip(draft.model, address)
  const directors = draft.model.directors.map((director, d) => {
    const [first, ...others] = director.instances
    if (!wanting.includes(d) || !first) return director
    const same = director.instances.find((one) => familyOf(one.addresses?.[0]?.address ?? "") === familyOf(address))
    const into = same ?? first
    const prefix = into.addresses?.find((vip) => familyOf(vip.address) === familyOf(address))?.prefix
    const vip = { address: canonical(address), ...(prefix === undefined ? {} : { prefix }) }
    const field = same ? "addresses" : "excludedAddresses"
    const next = { ...into, [field]: [...(into[field] ?? []), vip] }
    return { ...director, instances: [first, ...others].map((one) => (one === into ? next : one)) }
  })
  return { ...draft, model: { ...draft.model, directors } }
}
/**
 * A virtual server goes, and so does its address from VRRP when it was the last one there: the changes say so. An instance keeps its
 * last address, without which keepalived takes none.
 */
export function withoutServer(draft: Draft, index: number): Draft {
  const service = draft.model.virtualServers[index]?.service
  const next = removed(draft, "virtualServers", index)
  if (service?.kind !== "address") return next
  const address = canonical(service.address)
  const isUsed = next.model.virtualServers.some((one) => one.service.kind !== "address" || canonical(one.service.address) === address)
  if (isUsed) return next
  const without = (vips: Vips | undefined) => vips?.filter((vip) => canonical(vip.address) !== address)
  const directors = next.model.directors.map((director) => ({
    ...director,
    instances: director.instances.map((one) => {
      const [addresses, excluded] = [without(one.addresses), without(one.excludedAddresses)]
      return {
        ...one,
        ...(addresses?.length ? { addresses } : {}),
        ...(excluded === undefined ? {} : { excludedAddresses: excluded.length > 0 ? excluded : undefined }),
      }
    }),
  }))
  return { ...next, model: { ...next.model, directors } }
}
