import type { CommandResult } from "../../lib/node/session"
import type { Begun, SimHost, Simulate } from "../contract"

const answer = (stdout: string, exitCode = 0): Begun => ({
  takesMs: 0,
  hasEffect: false,
  end: (): CommandResult => ({ exitCode, stdout, stderr: "" }),
})
/** A number of the node's own, always the same: machines of a rack differ a little. */
const seedOf = ({ machineId }: SimHost): number => Number.parseInt(machineId.slice(0, 4), 16) / 0xffff
/** Goes up and down once in `periodS`, between 0 and 1. */
const wave = (host: SimHost, periodS: number) => (1 + Math.sin(2 * Math.PI * (host.nowMs() / 1000 / periodS + seedOf(host)))) / 2
const uptimeS = (host: SimHost) => (host.nowMs() - host.bootedAtMs) / 1000

function loadavg(host: SimHost): string {
  const [one, five, fifteen] = [60, 300, 900].map((periodS) => (0.05 + 0.4 * seedOf(host) + 0.6 * wave(host, periodS * 3)).toFixed(2))
  return `${one} ${five} ${fifteen} ${1 + Math.floor(2 * wave(host, 20))}/${180 + Math.floor(40 * seedOf(host))} ${1_000 + (Math.floor(uptimeS(host)) % 30_000)}\n`
}
const TOTAL_KIB = 8_129_408
function meminfo(host: SimHost): string {
  const available = Math.floor(TOTAL_KIB * (0.45 + 0.2 * seedOf(host) + 0.1 * wave(host, 600)))
  const rows = {
    MemTotal: TOTAL_KIB,
    MemFree: Math.floor(available * 0.6),
    MemAvailable: available,
    Buffers: 96_212,
    Cached: Math.floor(available * 0.35),
    SwapCached: 0,
    SwapTotal: 2_097_148,
    SwapFree: 2_097_148,
  }
  return Object.entries(rows)
    .map(([key, kib]) => `${`${key}:`.padEnd(16)}${String(kib).padStart(8)} kB\n`)
    .join("")
}
const FOREVER = 4_294_967_295
function ipAddr(host: SimHost): string {
  const lo = [
    {
      family: "inet",
      local: "127.0.0.1",
      prefixlen: 8,
      scope: "host",
      label: "lo",
      valid_life_time: FOREVER,
      preferred_life_time: FOREVER,
    },
    { family: "inet6", local: "::1", prefixlen: 128, scope: "host", valid_life_time: FOREVER, preferred_life_time: FOREVER },
  ]
  const eth0 = [...host.addresses].map((address, i) => {
    const [local = "", prefix = "24"] = address.split("/")
    const v6 = local.includes(":")
    const own = v6 ? { family: "inet6" } : { family: "inet", broadcast: `${local.split(".").slice(0, 3).join(".")}.255`, label: "eth0" }
    return {
      ...own,
      local,
      prefixlen: Number(prefix),
      scope: "global",
      ...(i > 0 && !v6 ? { secondary: true } : {}),
      valid_life_time: FOREVER,
      preferred_life_time: FOREVER,
    }
  })
  const mac = `52:54:00:${[0, 2, 4].map((at) => host.machineId.slice(at, at + 2)).join(":")}`
  const common = { qdisc: "noqueue", group: "default", txqlen: 1000 }
  return `${JSON.stringify([
    {
      ifindex: 1,
      ifname: "lo",
      flags: ["LOOPBACK", "UP", "LOWER_UP"],
      mtu: 65_536,
      ...common,
      operstate: "UNKNOWN",
      link_type: "loopback",
      address: "00:00:00:00:00:00",
      broadcast: "00:00:00:00:00:00",
      addr_info: lo,
    },
    {
      ifindex: 2,
      ifname: "eth0",
      flags: ["BROADCAST", "MULTICAST", "UP", "LOWER_UP"],
      mtu: 1500,
      ...common,
      operstate: "UP",
      link_type: "ether",
      address: mac,
      broadcast: "ff:ff:ff:ff:ff:ff",
      addr_info: eth0,
    },
  ])}\n`
}
const OS = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
`
/** What this machine does not have; it has all other tools that it is asked for. */
const missing = new Set(["virsh", "xl", "drbdadm", "crm_mon", "clusvcadm"])

const files = new Map<string, (host: SimHost) => string>([
  ["/proc/loadavg", loadavg],
  ["/proc/meminfo", meminfo],
  ["/proc/uptime", (host) => `${uptimeS(host).toFixed(2)} ${(uptimeS(host) * 3.7).toFixed(2)}\n`],
  ["/proc/sys/kernel/random/boot_id", (host) => `${host.bootId}\n`],
  ["/etc/os-release", () => OS],
  ["/etc/machine-id", (host) => `${host.machineId}\n`],
])
/** The facts' own small scripts, told apart by their `$0`. */
const scripts = new Map<string, (host: SimHost, args: readonly string[]) => string>([
  [
    "moyai-identity",
    (host) =>
      `hostname=${host.node}\nmachineId=${host.machineId}\nbootId=${host.bootId}\nown=${[...host.addresses][0]?.split("/")[0] ?? ""} \n`,
  ],
  ["moyai-os", () => `moyai.kernel=6.1.0-28-amd64\nmoyai.cpus=4\n${OS}`],
  /** Names what is missing: nothing is. */
  ["tools", () => ""],
  ["moyai-tools", (_, tools) => [...tools.filter((tool) => !missing.has(tool)), "moyai.end", ""].join("\n")],
])

const addressOf = (host: SimHost) => [...host.addresses][0]?.split("/")[0] ?? ""
function date(host: SimHost): string {
  const nowMs = Math.floor(host.nowMs())
  return `${Math.floor(nowMs / 1000)}.${String((nowMs % 1000) * 1_000_000).padStart(9, "0")}\n`
}
/** Whole commands, as facts and checks before a node is added write them. */
const commands = new Map<string, (host: SimHost) => string>([
  ["ip -j addr", ipAddr],
  ["date +%s.%N", date],
  ["uname -n", (host) => `${host.node}\n`],
  ["hostname", (host) => `${host.node}\n`],
  ["id -un", () => "root\n"],
  ["id -u", () => "0\n"],
  ["true", () => ""],
  ["sudo -n true", () => ""],
])

function said(host: SimHost, argv: readonly string[]): string | undefined {
  const [tool, first = ""] = argv
  const whole = commands.get(argv.join(" ")) ?? (tool === "cat" && argv.length === 2 ? files.get(first) : undefined)
  if (whole) return whole(host)
  const script = tool === "sh" && first === "-c" ? scripts.get(argv[3] ?? "") : undefined
  return script?.(host, argv.slice(4))
}
const SEES_MS = 1_300
/** ping and arping of several addresses at once: an answer comes at once, silence takes its time. */
function look(host: SimHost, addresses: readonly string[]): Begun {
  const own = new Set([...host.addresses].map((a) => a.split("/")[0]))
  const isSeen = (address: string) => host.sees?.(address) ?? false
  const lines = () =>
    addresses.flatMap((a) =>
      own.has(a) ? [`${a} ping 0`, `${a} self 0`] : [`${a} ping ${isSeen(a) ? 0 : 1}`, `${a} arp ${isSeen(a) ? 0 : 1}`],
    )
  const takesMs = addresses.every((a) => own.has(a) || isSeen(a)) ? 0 : SEES_MS
  return { takesMs, hasEffect: false, end: () => ({ exitCode: 0, stdout: [...lines(), "moyai.end", ""].join("\n"), stderr: "" }) }
}
/** Asked whether a connection to a neighbour opens: in this rack it does. */
const asksPeer = ([tool, ...rest]: readonly string[]) => tool === "timeout" && rest.some((word) => word.includes("/dev/tcp/"))

/** What every Linux says of itself. */
export const simulate: Simulate = (host) => ({
  begin: (argv) => {
    if (argv[0] === "sh" && argv[3] === "moyai-sees") return look(host, argv.slice(4))
    const text = said(host, argv)
    if (text !== undefined) return answer(text)
    if (argv[0] !== "getent" || argv[1] !== "hosts") return asksPeer(argv) ? answer("") : undefined
    return argv[2] === host.node ? answer(`${addressOf(host)}   ${host.node}\n`) : answer("", 2)
  },
  held: () => [],
})
