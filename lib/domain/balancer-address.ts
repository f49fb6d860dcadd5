/** IPv4 or IPv6, or nothing of the kind: names of hosts, ranges, masks with a slash. */
export type Family = "inet" | "inet6"

const octets = (text: string): readonly number[] | undefined => {
  if (!/^(?:\d{1,3}\.){3}\d{1,3}$/.test(text)) return undefined
  const numbers = text.split(".").map(Number)
  return numbers.every((n) => n < 256) ? numbers : undefined
}
const hextets = (text: string): readonly number[] | undefined => {
  if (text === "") return []
  const parts = text.split(":")
  const last = parts.at(-1) ?? ""
  const v4 = last.includes(".") ? octets(last) : undefined
  if (last.includes(".") && !v4) return undefined
  const words = (v4 ? parts.slice(0, -1) : parts).map((part) => (/^[0-9a-f]{1,4}$/i.test(part) ? Number.parseInt(part, 16) : Number.NaN))
  if (words.some(Number.isNaN)) return undefined
  const [a = 0, b = 0, c = 0, d = 0] = v4 ?? []
  return v4 ? [...words, a * 256 + b, c * 256 + d] : words
}
const groupsOf = (text: string): readonly number[] | undefined => {
  if (text.length > 45) return undefined
  const halves = text.split("::")
  if (halves.length > 2) return undefined
  const [head, tail] = [hextets(halves[0] ?? ""), hextets(halves[1] ?? "")]
  if (!head || !tail) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 1) return missing === 0 ? head : undefined
  return missing > 0 ? [...head, ...Array.from({ length: missing }, () => 0), ...tail] : undefined
}
export const familyOf = (address: string): Family | undefined =>
  usual.test(address) || octets(address) ? "inet" : address.includes(":") && groupsOf(address) ? "inet6" : undefined

/** IPv4 as it is usually written; there may be 10,000 of them at each look. */
const usual = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/
/** The same text for the same address: RFC 5952 for IPv6, no leading zeros. What is no address stays as it is. */
export function canonical(address: string): string {
  if (usual.test(address)) return address
  const four = octets(address)
  if (four) return four.join(".")
  const eight = address.includes(":") ? groupsOf(address) : undefined
  if (!eight) return address
  const words = eight.map((n) => n.toString(16))
  const runs = [
    ...words
      .map((w) => (w === "0" ? "0" : "x"))
      .join("")
      .matchAll(/0{2,}/g),
  ]
  const longest = runs.toSorted((a, b) => b[0].length - a[0].length || a.index - b.index)[0]
  if (!longest) return words.join(":")
  return `${words.slice(0, longest.index).join(":")}::${words.slice(longest.index + longest[0].length).join(":")}`
}
/** `10.0.0.1:80`, `[2001:db8::1]:80`; without a port the address alone. */
export const withPort = (address: string, port?: number): string =>
  port === undefined ? address : address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`
export const isLoopback = (address: string): boolean => address.startsWith("127.") || address === "::1"
