import { canonical, familyOf } from "./balancer-address"

/** All bits of an address, first ones first; undefined for what is none. */
function bitsOf(address: string): string | undefined {
  const family = familyOf(address)
  if (!family) return undefined
  if (family === "inet")
    return address
      .split(".")
      .map((part) => Number(part).toString(2).padStart(8, "0"))
      .join("")
  const [head = "", tail] = canonical(address).split("::")
  const words = (text: string) => (text === "" ? [] : text.split(":"))
  const missing = 8 - words(head).length - words(tail ?? "").length
  const all = tail === undefined ? words(head) : [...words(head), ...Array.from({ length: missing }, () => "0"), ...words(tail)]
  return all.map((word) => Number.parseInt(word, 16).toString(2).padStart(16, "0")).join("")
}
/** Whether `address` is in the network that `other`/`prefix` is of; never across families. */
export function isInSubnet(address: string, other: string, prefix: number): boolean {
  const [a, b] = [bitsOf(address), bitsOf(other)]
  return a !== undefined && b !== undefined && a.length === b.length && a.slice(0, prefix) === b.slice(0, prefix)
}
/** The bits that all addresses of its network begin with. */
export const networkOf = (address: string, prefix: number): string => `${familyOf(address)}/${prefix} ${bitsOf(address)?.slice(0, prefix)}`
/** 32 or 128: an address that is one host. */
export const hostPrefix = (address: string): number => (familyOf(address) === "inet6" ? 128 : 32)
