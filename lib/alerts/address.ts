import { lookup as systemLookup } from "node:dns"
import { BlockList, isIP, type LookupFunction } from "node:net"

/** IANA's special-purpose registries: nothing of it is a machine on the Internet. */
const V4 = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24"],
  ...["192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"],
  // Clouds answer for the machine itself there as well.
  "168.63.129.16/32",
]
/** Of 2000::/3, the only part of IPv6 that is on the Internet; 2002::/16 is 6to4, 2001::/32 Teredo: both carry IPv4 addresses. */
const V6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]
const closed = new BlockList()
const open6 = new BlockList()
for (const [list, subnets, family] of [
  [closed, V4, "ipv4"] as const,
  [closed, V6, "ipv6"] as const,
  [open6, ["2000::/3"], "ipv6"] as const,
])
  for (const subnet of subnets) {
    const [net = "", bits] = subnet.split("/")
    list.addSubnet(net, Number(bits), family)
  }

/** Loopback, private, link-local, metadata, multicast, reserved, or no address at all. */
export function isPrivate(address: string): boolean {
  const plain = address.replace(/%.*$/, "")
  const version = isIP(plain)
  if (version === 4) return closed.check(plain, "ipv4")
  return version !== 6 || !open6.check(plain, "ipv6") || closed.check(plain, "ipv6")
}

/** The connection was not even tried. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused"
  readonly address: string
  constructor(address: string) {
    super(`${address} is a private address`)
    this.address = address
  }
}
export type Lookup = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: readonly { readonly address: string; readonly family: number }[]) => void,
) => void
const system: Lookup = (hostname, options, callback) => systemLookup(hostname, options, callback)

/** @throws AddressRefused for a host that is an address already: no lookup is asked for it. */
export function refuseLiteral(host: string, allowPrivate: boolean): void {
  const literal = host.replace(/^\[(.*)\]$/, "$1")
  if (!allowPrivate && isIP(literal) !== 0 && isPrivate(literal)) throw new AddressRefused(literal)
}
/** Families as net.connect asks for them: 4, 6, "IPv4", "IPv6"; 0 and undefined are either. */
const isWanted = (wanted: number | "IPv4" | "IPv6" | undefined, family: number): boolean =>
  !wanted || String(wanted).replace("IPv", "") === String(family)
/**
 * A lookup for net.connect: what it answers with is what is connected to, so a name that changes its address between a check and the
 * connection (DNS rebinding) gains nothing. One private address among several refuses them all.
 */
export const guardedLookup =
  (allowPrivate: boolean, lookup: Lookup = system): LookupFunction =>
  (hostname, options, callback) =>
    lookup(hostname, { all: true }, (error, found) => {
      if (error) return callback(error, "", 0)
      const refused = allowPrivate ? undefined : found.find(({ address }) => isPrivate(address))
      if (refused) return callback(new AddressRefused(refused.address), "", 0)
      const wanted = found.filter(({ family }) => isWanted(options.family, family))
      const [first] = wanted
      if (!first) return callback(Object.assign(new Error(`${hostname} has no address`), { code: "ENOTFOUND" }), "", 0)
      return options.all ? callback(null, wanted) : callback(null, first.address, first.family)
    })
