import { z } from "zod"
import { canonical, familyOf } from "../../lib/domain/balancer-address"
import { Name } from "../../lib/domain/call"

export const RealServerDefinition = z.strictObject({ balancer: Name })
export type RealServerDefinition = z.infer<typeof RealServerDefinition>

const isLoopback = (address: string): boolean => address.startsWith("127.") || canonical(address) === "::1"
/** A service address, in one spelling; never the loopback's own, which would be taken away with it. */
export const ServiceAddress = z
  .union([z.ipv4(), z.ipv6()])
  .transform(canonical)
  .refine((address) => !isLoopback(address), "loopback")
export const Held = z.strictObject({ address: ServiceAddress })
export type Held = z.infer<typeof Held>
export const Redirected = z.strictObject({ address: ServiceAddress, protocol: z.enum(["tcp", "udp"]), port: z.int().min(1).max(65_535) })
export type Redirected = z.infer<typeof Redirected>

export const isV6 = (address: string): boolean => familyOf(address) === "inet6"
/** One host: any wider mask on lo would swallow the neighbours' addresses. */
export const hostPrefix = (address: string): number => (isV6(address) ? 128 : 32)

export const SYSCTL_FILE = "/etc/sysctl.d/60-moyai-lvs.conf"
export const NFT_FILE = "/etc/nftables.d/moyai-lvs.nft"
const INTERFACES = "/etc/network/interfaces.d"
/** Without dots and colons: `source-directory` passes over names that have any. */
export const interfacesFile = (address: string): string => `${INTERFACES}/moyai-${address.replace(/[.:]/g, "-")}`
/** Of IPv4 alone, and always the same: a label has 15 characters at most. */
export const labelOf = (address: string): string =>
  `lo:moy${address
    .split(".")
    .map((part) => Number(part).toString(16).padStart(2, "0"))
    .join("")}`
/** What ifupdown is given: it runs `up` at boot, when systemd-sysctl is through. */
export const interfacesText = (address: string): string => {
  const family = isV6(address) ? "inet6" : "inet"
  const label = isV6(address) ? "" : ` label ${labelOf(address)}`
  const own = `${address}/${hostPrefix(address)} dev lo`
  return `# Moyai: a service address for direct routing.
auto lo
iface lo ${family} manual
    up ip address replace ${own}${label}
    down ip address del ${own} 2>/dev/null || :
`
}
/** The line of the sysctl file that says for whom it is there. */
export const holdsLine = (address: string): string => `# holds ${address}`
/** Marks a rule of ours, for the eye and to find it again. */
export const ruleMark = ({ address, protocol, port }: Redirected): string => `moyai ${address} ${protocol} ${port}`
