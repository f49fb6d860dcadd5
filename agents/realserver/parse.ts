import { z } from "zod"
import { canonical } from "../../lib/domain/balancer-address"
import { RealServerState } from "../../lib/domain/balancer-live"
import type { CommandResult } from "../../lib/node/session"

const MAX_CHARACTERS = 4 * 1024 * 1024
const MAX_ROWS = 4_096
/** Control characters may not steer a terminal; a tab and a line's end are text. */
const plain = (text: string): string => text.replace(/[^\P{Cc}\n\t]|\p{Cf}/gu, "").replace(/\r/g, "")

/** Lines by heading `moyai.<name>`, in order; a file's heading has its path behind it. */
function sectionsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, string[]>()
  let current: string[] = []
  for (const line of text.split("\n")) {
    if (/^moyai\.[a-z0-9]+(?: \/\S+)?$/.test(line)) {
      current = []
      sections.set(line.slice("moyai.".length), current)
    } else current.push(line)
  }
  return sections
}
const IpAddr = z.array(
  z.object({
    ifname: z.string().optional(),
    address: z.string().optional(),
    addr_info: z.array(z.object({ local: z.string().optional(), prefixlen: z.int().optional() })).optional(),
  }),
)
const addressesOf = (json: string): RealServerState["addresses"] =>
  IpAddr.parse(JSON.parse(json))
    .flatMap(({ ifname = "", address, addr_info = [] }) =>
      addr_info.flatMap(({ local, prefixlen }) =>
        local === undefined || prefixlen === undefined
          ? []
          : [
              {
                interface: plain(ifname),
                address: canonical(plain(local)),
                prefix: prefixlen,
                mac: ifname === "lo" || address === undefined ? null : plain(address),
              },
            ],
      ),
    )
    .slice(0, MAX_ROWS)

const Routes = z.array(
  z.object({
    gateway: z.string().optional(),
    dev: z.string().optional(),
    nexthops: z.array(z.object({ gateway: z.string().optional(), dev: z.string().optional() })).optional(),
  }),
)
const gatewaysOf = (json: string, family: "inet" | "inet6"): RealServerState["gateways"] =>
  Routes.parse(JSON.parse(json.trim() === "" ? "[]" : json)).flatMap((route) =>
    [route, ...(route.nexthops ?? [])].flatMap(({ gateway, dev = "" }) =>
      gateway === undefined ? [] : [{ family, via: canonical(plain(gateway)), interface: plain(dev) }],
    ),
  )
/** `all/arp_ignore:1` */
function confOf(lines: readonly string[]) {
  const rows = lines.flatMap((line) => {
    const [, device, name, value] = /^([^\s/]{1,15})\/(arp_ignore|arp_announce|rp_filter):(\d{1,3})$/.exec(line) ?? []
    return device === undefined || name === undefined ? [] : [{ device: plain(device), name, value: Number(value) }]
  })
  const settingOf = (device: string, name: string) => rows.find((row) => row.device === device && row.name === name)?.value ?? 0
  const devices = [...new Set(rows.map(({ device }) => device))].slice(0, MAX_ROWS)
  return {
    arp: Object.fromEntries(devices.map((d) => [d, { ignore: settingOf(d, "arp_ignore"), announce: settingOf(d, "arp_announce") }])),
    rpFilter: Object.fromEntries(devices.map((d) => [d, settingOf(d, "rp_filter")])),
  }
}
/** ss(8): state, two queues, local address:port, peer. A connected UDP socket is no listener, and `ss -l` leaves it out. */
const listeningOf = (lines: readonly string[]): RealServerState["listening"] => {
  const rows = lines.flatMap((line) => {
    const [, state, local, port] = /^(LISTEN|UNCONN) +\d+ +\d+ +(\S+):(\d{1,5})\s/.exec(`${line} `) ?? []
    if (state === undefined || local === undefined) return []
    const address = local.replace(/^\[(.*)\]/, "$1").replace(/%.*/, "")
    return [{ protocol: state === "LISTEN" ? ("tcp" as const) : ("udp" as const), address: canonical(plain(address)), port: Number(port) }]
  })
  return [...new Map(rows.map((row) => [`${row.protocol} ${row.address} ${row.port}`, row])).values()].slice(0, MAX_ROWS)
}
/** The blank that was put before each line is taken off again. */
const unquoted = (lines: readonly string[]): string =>
  plain(
    lines
      .map((line) => line.slice(1))
      .join("\n")
      .trimEnd(),
  )

function read(text: string): unknown {
  const sections = sectionsOf(text)
  const lines = (name: string): readonly string[] => sections.get(name) ?? []
  const filter = sections.get("filter")
  const [inet, inet6] = lines("forwards")
  const files = [...sections].flatMap(([name, content]) => (name.startsWith("file ") ? [[plain(name.slice(5)), unquoted(content)]] : []))
  if (!sections.has("end") || inet === undefined) return undefined
  return {
    addresses: addressesOf(lines("addresses").join("\n")),
    ...confOf(lines("conf")),
    forwards: { inet: inet === "1", inet6: inet6 === "1" },
    gateways: [...gatewaysOf(lines("route4").join("\n"), "inet"), ...gatewaysOf(lines("route6").join("\n"), "inet6")],
    listening: listeningOf(lines("listening")),
    filter: filter ? unquoted(filter) : null,
    files: Object.fromEntries(files.slice(0, 256)),
    persistence: sections.has("ifupdown") ? "ifupdown" : "none",
  }
}
/** @throws Error with a plain sentence when the look was cut short, or is not one. */
export function parseState({ stdout }: CommandResult): RealServerState {
  const fail = () => new Error("the look at this machine's addresses and sysctls did not end as it should")
  if (stdout.length > MAX_CHARACTERS) throw fail()
  let value: unknown
  try {
    value = read(stdout)
  } catch {
    throw fail()
  }
  const state = RealServerState.safeParse(value)
  if (!state.success) throw fail()
  return state.data
}

const reasons: Readonly<Record<string, string>> = {
  missing: "arping is not installed here",
  own: "the address is this machine's own: it would answer itself",
  far: "the address is not on a link of this machine: ARP does not reach it",
}
const MAC = /(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/i
/** arping(8) of iputils and busybox: a line an answer. @throws Error with a plain sentence when it could not ask. */
export const parseArping =
  (address: string) =>
  ({ stdout }: CommandResult): { readonly address: string; readonly macs: readonly string[] } => {
    const lines = stdout.length > MAX_CHARACTERS ? [] : stdout.trimEnd().split("\n")
    const last = lines.at(-1) ?? ""
    const reason = /^moyai\.([a-z]+)$/.exec(last)?.[1] ?? ""
    if (reason !== "end") throw new Error(Object.hasOwn(reasons, reason) ? reasons[reason] : "arping did not answer as it should")
    // Another arping means something else by -b, and would tell of silence.
    if (!lines.some((line) => /^Sent \d+ probe/.test(line))) throw new Error("arping could not ask on this link, or is not that of iputils")
    const macs = lines.flatMap((line) => (/reply from/.test(line) ? (MAC.exec(line)?.[0].toLowerCase() ?? []) : []))
    return { address, macs: [...new Set(macs)].toSorted() }
  }
