import type { Service } from "../lib/domain/balancer"
import { canonical } from "../lib/domain/balancer-address"
import type { LiveReal, LiveService } from "../lib/domain/balancer-live"
import { keyOf } from "../lib/domain/balancer-rules-service"
import { lineOf } from "./agent-line"

/** As the kernel has it: persistence in its ticks, the mask as bytes or a length where it is not that of one client. */
export type KernelService = Omit<LiveService, "persistence"> & { readonly ticks: number | null; readonly mask: string | null }

const methods: Readonly<Record<string, LiveReal["method"]>> = { Masq: "nat", Route: "direct", Tunnel: "tunnel", Local: "local" }
const service =
  /^(TCP|UDP|SCTP|FWM) (\S+)( IPv6)? ([a-z][\w-]{0,15})(?: \([\w,-]*\))?(?: persistent (\d{1,12})(?: mask (\S{1,15}))?(?: pe \w+)?)?( ops)? ?$/
const real = /^ -> (\S+) (Masq|Route|Tunnel|Local) (\d{1,10}) (\d{1,10}) (\d{1,10}) ?$/
const head = /^(?:IP Virtual Server version |Prot LocalAddress:Port| -> RemoteAddress:Port)/

function endIn(text: string): { readonly address: string; readonly port: number } {
  const [, six, four = "", port = ""] = /^(?:\[([0-9a-f:.]{2,45})\]|([\d.]{7,15})):(\d{1,5})$/.exec(text) ?? []
  if (port === "") throw new Error(`ipvsadm -Ln says: ${lineOf(text)}`)
  return { address: canonical(six ?? four), port: Number(port) }
}
function nameIn(kind: string, said: string, isSix: boolean): Service {
  if (kind === "FWM") return { kind: "mark", mark: Number(said), ...(isSix ? { family: "inet6" } : {}) }
  return { kind: "address", ...endIn(said), protocol: kind === "TCP" ? "tcp" : kind === "UDP" ? "udp" : "sctp" }
}
/** How a service is told from the others. */
export const told = (found: Service): Pick<KernelService, "key" | "protocol" | "address" | "port" | "mark"> => ({
  key: keyOf(found),
  protocol: found.kind === "address" ? (found.protocol ?? null) : null,
  address: found.kind === "address" ? found.address : null,
  port: found.kind === "address" ? (found.port ?? 0) : null,
  mark: found.kind === "mark" ? found.mark : null,
})
function serviceIn([, kind = "", said = "", six, scheduler = "", seconds, mask, ops]: readonly (string | undefined)[]): KernelService {
  const found = nameIn(kind, said, six !== undefined)
  return {
    ...told(found),
    scheduler,
    onePacket: ops !== undefined,
    ticks: seconds === undefined ? null : Number(seconds),
    mask: mask ?? null,
    realServers: [],
  }
}
/** `ipvsadm -Ln` with its blanks squeezed; a tick is a second here. @throws Error with a plain sentence on any other line */
export function readListed(text: string): readonly KernelService[] {
  const services: KernelService[] = []
  for (const line of text.split("\n")) {
    const server = line.startsWith(" ->") ? real.exec(line) : null
    const words = server ? null : service.exec(line)
    if (words) services.push(serviceIn(words))
    else if (server) {
      const [, target = "", way = "", ...numbers] = server
      const [weight = 0, active = 0, inactive = 0] = numbers.map(Number)
      services.at(-1)?.realServers.push({ ...endIn(target), method: methods[way] ?? "local", weight, active, inactive })
    } else if (line !== "" && !line.startsWith("moyai.") && !head.test(line)) throw new Error(`ipvsadm -Ln says: ${lineOf(line)}`)
  }
  return services
}
