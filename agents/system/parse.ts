import { z } from "zod"
import type { CommandResult } from "../../lib/node/session"
import { Addresses, Identity, Load, Memory, NodeClock, Os, Sees, Tools, UnitsAtBoot, Uptime } from "./schema"

const OUTPUT_MAX = 1024 * 1024

/** Builds a fact's parser: exit code and size first, then the text, then the schema; whatever is wrong becomes one plain sentence. */
function parser<S extends z.ZodType>(what: string, schema: S, read: (text: string) => unknown) {
  return ({ exitCode, stdout, stderr }: CommandResult): z.infer<S> => {
    const said = stderr
      .slice(0, 200)
      .replace(/[\p{Cc}\p{Cf}]+/gu, " ")
      .trim()
    if (exitCode !== 0) throw new Error(`${what} ended with exit code ${exitCode}${said === "" ? "" : `: ${said}`}`)
    if (stdout.length > OUTPUT_MAX) throw new Error(`${what} answered more than 1 MiB`)
    const parsed = schema.safeParse(attempt(() => read(stdout)))
    if (!parsed.success)
      throw new Error(`${what} answered something else than expected (${parsed.error.issues[0]?.path.join(".") || "at all"})`)
    return parsed.data
  }
}
/** What cannot even be read is undefined, which no schema takes. */
const attempt = (read: () => unknown): unknown => {
  try {
    return read()
  } catch {
    return undefined
  }
}
/** `key=value` lines; of a key that comes again, the first counts. A Map, for `__proto__` is a key like any other. */
function pairsOf(text: string, separator: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>()
  for (const line of text.split("\n")) {
    const at = line.indexOf(separator)
    const key = line.slice(0, at).trim()
    if (at > 0 && !pairs.has(key)) pairs.set(key, line.slice(at + separator.length).trim())
  }
  return pairs
}

export const parseIdentity = parser("identity", Identity, (text) => {
  const pairs = pairsOf(text, "=")
  const own = pairs.get("own")?.split(" ").filter(Boolean) ?? []
  return {
    hostname: pairs.get("hostname"),
    machineId: pairs.get("machineId") || null,
    bootId: pairs.get("bootId"),
    ownAddresses: [...new Set(own)],
  }
})

/** os-release(5): values may be quoted as in a shell; they are unquoted, never evaluated. */
const unquote = (value: string): string => {
  const inner = /^(["'])(.*)\1$/.exec(value)?.[2]
  return inner === undefined ? value : inner.replace(/\\(["'\\$`])/g, "$1")
}
export const parseOs = parser("os-release", Os, (text) => {
  const pairs = pairsOf(text, "=")
  const value = (key: string) => unquote(pairs.get(key) ?? "")
  const name = value("PRETTY_NAME") || value("NAME") || "Linux"
  return {
    name,
    id: value("ID") || "linux",
    version: value("VERSION_ID"),
    kernel: pairs.get("moyai.kernel"),
    cpus: Number(pairs.get("moyai.cpus")),
  }
})

/** proc_loadavg(5) */
export const parseLoad = parser("/proc/loadavg", Load, (text) => {
  const [one, five, fifteen] = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) \d+\/\d+ \d+\s*$/.exec(text)?.slice(1).map(Number) ?? []
  return { one, five, fifteen }
})
/** proc_meminfo(5). MemAvailable came with Linux 3.14; before it, what is free and what the caches would give. */
export const parseMemory = parser("/proc/meminfo", Memory, (text) => {
  const pairs = pairsOf(text, ":")
  const bytes = (key: string) => {
    const kib = /^(\d{1,15}) kB$/.exec(pairs.get(key) ?? "")?.[1]
    return kib === undefined ? undefined : Number(kib) * 1024
  }
  const before = (bytes("MemFree") ?? Number.NaN) + (bytes("Buffers") ?? 0) + (bytes("Cached") ?? 0)
  return {
    totalBytes: bytes("MemTotal"),
    availableBytes: bytes("MemAvailable") ?? before,
    swapTotalBytes: bytes("SwapTotal") ?? 0,
    swapFreeBytes: bytes("SwapFree") ?? 0,
  }
})
export const parseUptime = parser("/proc/uptime", Uptime, (text) => ({
  seconds: Number(/^(\d+(?:\.\d+)?) \d/.exec(text)?.[1] ?? Number.NaN),
}))
/** A `date` without %N (busybox) leaves it as it is: whole seconds then. */
export const parseClock = parser("date", NodeClock, (text) => {
  const [, seconds = "", nanos = ""] = /^(\d{1,12})\.(\d{9}|%?N)\s*$/.exec(text) ?? []
  const partMs = /^\d/.test(nanos) ? Math.floor(Number(nanos) / 1e6) : 0
  return seconds === "" ? undefined : { epochMs: Number(seconds) * 1000 + partMs }
})

/** ip-address(8) with -j. Old iproute2 leaves empty objects between the interfaces. */
const IpAddr = z.array(
  z.object({
    ifname: z.string().optional(),
    flags: z.array(z.string()).optional(),
    address: z.string().optional(),
    mtu: z.number().optional(),
    addr_info: z
      .array(z.object({ local: z.string().optional(), prefixlen: z.number().optional(), scope: z.string().optional() }))
      .optional(),
  }),
)
export const parseAddresses = parser("ip -j addr", Addresses, (text) =>
  IpAddr.parse(JSON.parse(text)).flatMap(({ ifname, flags = [], address, mtu, addr_info = [] }) => {
    if (ifname === undefined) return []
    const addresses = addr_info.flatMap(({ local, prefixlen, scope = "global" }) =>
      local === undefined || prefixlen === undefined ? [] : [{ address: local, prefix: prefixlen, scope }],
    )
    return [
      {
        name: ifname,
        isUp: flags.includes("UP"),
        hasCarrier: flags.includes("LOWER_UP"),
        mac: address ?? null,
        mtu: mtu ?? null,
        addresses,
      },
    ]
  }),
)
export const parseTools = (names: readonly string[]) =>
  parser("the look for tools", Tools, (text) => {
    const found = new Set(text.split("\n"))
    return found.has("moyai.end") ? Object.fromEntries(names.map((name) => [name, found.has(name)])) : undefined
  })
/** systemctl list-unit-files --plain --no-legend: unit, state, preset. */
export const parseUnitsAtBoot = parser("systemctl list-unit-files", UnitsAtBoot, (text) =>
  text.split("\n").flatMap((line) => {
    const [, unit, state] = /^([A-Za-z0-9_][A-Za-z0-9:_.@\\-]*) +([a-z-]+)(?: |$)/.exec(line) ?? []
    return unit === undefined || state === undefined ? [] : [{ unit, state }]
  }),
)
/** ping(8) and arping(8) of iputils end with 0 on an answer, 1 on none, 2 when they could not ask. */
export const parseSees = (addresses: readonly string[]) =>
  parser("the look for a neighbour", Sees, (text) => {
    const lines = text.trimEnd().split("\n")
    if (lines.at(-1) !== "moyai.end") return undefined
    const codeOf = (address: string, what: string) =>
      lines
        .find((line) => line.startsWith(`${address} ${what} `))
        ?.split(" ")
        .at(-1)
    const said = (code: string | undefined) => (code === "0" ? true : code === "1" ? false : null)
    return addresses.map((address) => {
      // It is its own address here: an answer would be its own voice.
      const isOwn = codeOf(address, "self") !== undefined
      return { address, ping: isOwn ? null : said(codeOf(address, "ping")), arp: isOwn ? null : said(codeOf(address, "arp")) }
    })
  })
