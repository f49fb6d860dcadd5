import type { Balancer, Service, VirtualServer } from "./balancer"
import { canonical, type Family } from "./balancer-address"
import { familyOfServer, keyOf } from "./balancer-rules-service"

/** A service that the kernel is to have, and the port of real servers that say none. */
export type Wanted = { readonly key: string; readonly port: number; readonly service: Service }
const wanted = (service: Exclude<Service, { kind: "group" }>): Wanted => ({
  key: keyOf(service),
  port: service.kind === "address" ? (service.port ?? 0) : 0,
  service,
})
const marked = (mark: number, family: Family | undefined): Wanted =>
  wanted({ kind: "mark", mark, ...(family === "inet6" ? { family } : {}) })
type Member = Balancer["directors"][number]["groups"][number]["members"][number]

const RANGE_MAX = 65_536
/** `10.0.0.1-9`, `fd00::10-1f` (the end in hexadecimal): keepalived counts the last part up. */
function addressesIn(text: string): readonly string[] {
  const [, start = "", first = "", last = ""] = /^(.*[.:])([0-9a-fA-F]{1,4})-([0-9a-fA-F]{1,4})$/.exec(text) ?? []
  if (first === "") return [canonical(text.replace(/\/\d+$/, ""))]
  const base = start.endsWith(".") ? 10 : 16
  const [from, to] = [Number.parseInt(first, base), Number.parseInt(last, base)]
  const count = Math.min(Math.max(to - from + 1, 0), RANGE_MAX)
  return Array.from({ length: count }, (_, i) => canonical(`${start}${(from + i).toString(base)}`))
}
function inGroup(member: Member, protocol: "tcp" | "udp" | "sctp" | undefined, family: Family | undefined): readonly Wanted[] {
  if ("mark" in member) return [marked(member.mark, member.family ?? family)]
  return addressesIn(member.addresses).map((address) =>
    wanted({ kind: "address", address, port: member.port ?? 0, ...(protocol ? { protocol } : {}) }),
  )
}
/** What the kernel calls a virtual server: more than one where it is of a group; a mark with the family that its real servers have. */
export function servicesOf(server: VirtualServer, director?: Balancer["directors"][number]): readonly Wanted[] {
  const { service } = server
  const family = familyOfServer(server)
  if (service.kind === "address") return [wanted(service)]
  if (service.kind === "mark") return [marked(service.mark, family)]
  const group = director?.groups.find(({ name }) => name === service.group)
  return group?.members.flatMap((member) => inGroup(member, service.protocol, family)) ?? []
}
