import type { Service } from "../lib/domain/balancer"
import { canonical } from "../lib/domain/balancer-address"

type Endpoint = { readonly address: string; readonly port: number }

/** `0A0A0064:0050`, `[2001:0db8:…]:0050`: address and port as /proc/net/ip_vs prints them. */
export function hexTarget(text: string): Endpoint | string {
  const [, four, six, port = ""] = /^(?:([0-9A-F]{8})|\[([0-9a-f:]{2,39})\]):([0-9A-F]{4})$/i.exec(text) ?? []
  if (port === "") return `${text} is no address of /proc/net/ip_vs`
  const address =
    four === undefined ? canonical(six ?? "") : [0, 2, 4, 6].map((at) => Number.parseInt(four.slice(at, at + 2), 16)).join(".")
  return { address, port: Number.parseInt(port, 16) }
}
export function hexService(kind: string, text: string): Service | string {
  if (kind === "FWM") return /^[0-9A-F]{8}$/i.test(text) ? { kind: "mark", mark: Number.parseInt(text, 16) } : `${text} is no firewall mark`
  const end = hexTarget(text)
  if (typeof end === "string") return end
  return { kind: "address", ...end, protocol: kind === "TCP" ? "tcp" : kind === "UDP" ? "udp" : "sctp" }
}
