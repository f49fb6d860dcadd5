import type { Begun, SimHost, Simulate } from "../contract"
import { hostPrefix, interfacesFile, interfacesText, SYSCTL_FILE } from "./schema"

type Machine = {
  readonly host: SimHost
  /** Addresses on lo with their prefix. */
  readonly lo: Set<string>
  /** Rules of the packet filter that redirect, as nft prints them. */
  readonly rules: Set<string>
  readonly arp: { ignore: number; announce: number }
}
type Power = NonNullable<SimHost["power"]>
/** Machines of one rack, by its power switch: they hear each other's ARP. */
const racks = new WeakMap<Power, Map<string, Machine>>()
function rackOf(machine: Machine): ReadonlyMap<string, Machine> {
  const { power, node } = machine.host
  const rack = (power && racks.get(power)) ?? new Map<string, Machine>()
  if (power) racks.set(power, rack)
  return rack.set(node, machine)
}
const withoutPrefix = (address: string): string => address.split("/")[0] ?? ""
const macOf = ({ machineId }: SimHost): string => `52:54:00:${[0, 2, 4].map((at) => machineId.slice(at, at + 2)).join(":")}`
/** arp_ignore 1: only for addresses of the interface that was asked. */
const answersArp = ({ host, lo, arp }: Machine, address: string): boolean =>
  [...host.addresses, ...(arp.ignore === 0 ? lo : [])].some((own) => withoutPrefix(own) === address)

const answer = (stdout: string, exitCode = 0, stderr = ""): Begun => ({
  takesMs: 0,
  hasEffect: false,
  end: () => ({ exitCode, stdout, stderr }),
})
const effect = (change: () => void): Begun => ({
  takesMs: 50,
  hasEffect: true,
  end: () => {
    change()
    return { exitCode: 0, stdout: "", stderr: "" }
  },
})
const linksOf = ({ host, lo }: Machine): string => {
  const info = (address: string) => ({ local: withoutPrefix(address), prefixlen: Number(address.split("/")[1] ?? "24") })
  return JSON.stringify([
    { ifname: "lo", address: "00:00:00:00:00:00", addr_info: ["127.0.0.1/8", ...lo, "::1/128"].map(info) },
    { ifname: "eth0", address: macOf(host), addr_info: [...host.addresses].map(info) },
  ])
}
const PORTS = [22, 25, 53, 80, 443, 3128, 8080]
function stateText(machine: Machine): string {
  const { host, arp, rules } = machine
  const own = withoutPrefix([...host.addresses][0] ?? "10.0.0.1/24")
  const files = [...host.disk].filter(([path]) => path === SYSCTL_FILE || path.startsWith("/etc/network/interfaces.d/moyai-"))
  const quoted = (text: string) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => ` ${line}`)
  const chain = ["table ip moyai_lvs {", "\tchain prerouting {", ...[...rules].map((rule) => `\t\t${rule}`), "\t}", "}"]
  const conf = ["all", "default", "eth0", "lo"].flatMap((device) => [
    `${device}/arp_ignore:${device === "all" ? arp.ignore : 0}`,
    `${device}/arp_announce:${device === "all" ? arp.announce : 0}`,
    `${device}/rp_filter:0`,
  ])
  return [
    ...["moyai.addresses", linksOf(machine), "moyai.conf", ...conf, "moyai.forwards"],
    ...[host.disk.get("/etc/sysctl.d/60-moyai-forward.conf") === undefined ? "0" : "1", "0"],
    ...["moyai.route4", JSON.stringify([{ dst: "default", gateway: own.replace(/\d+$/, "1"), dev: "eth0" }])],
    ...["moyai.route6", "[]", "moyai.listening", ...PORTS.map((port) => `LISTEN 0 128 *:${port} *:*`), "UNCONN 0 0 *:53 *:*"],
    ...["moyai.filter", ...(rules.size > 0 ? chain.flatMap(quoted) : [" "])],
    ...files.flatMap(([path, content]) => [`moyai.file ${path}`, ...quoted(content)]),
    "moyai.ifupdown\nmoyai.end\n",
  ].join("\n")
}
const sysctlText = (notes: readonly string[], { ignore, announce }: Machine["arp"]): string =>
  [...notes, `net.ipv4.conf.all.arp_ignore = ${ignore}`, `net.ipv4.conf.all.arp_announce = ${announce}`, ""].join("\n")
const notesOf = (text: string): readonly string[] => text.split("\n").filter((line) => line.startsWith("# "))

function quiet({ host, arp }: Machine): void {
  const notes = notesOf(host.disk.get(SYSCTL_FILE) ?? `# before ${arp.ignore} ${arp.announce}\n`)
  Object.assign(arp, { ignore: Math.max(arp.ignore, 1), announce: Math.max(arp.announce, 2) })
  host.disk.set(SYSCTL_FILE, sysctlText(notes, arp))
}
function hold({ host, lo, arp }: Machine, address: string): void {
  for (const own of lo) if (withoutPrefix(own) === address) lo.delete(own)
  lo.add(`${address}/${hostPrefix(address)}`)
  host.disk.set(interfacesFile(address), interfacesText(address))
  const text = host.disk.get(SYSCTL_FILE)
  if (text === undefined || address.includes(":")) return
  host.disk.set(SYSCTL_FILE, sysctlText([...new Set([...notesOf(text), `# holds ${address}`])], arp))
}
function release({ host, lo, arp }: Machine, address: string): void {
  for (const own of lo) if (withoutPrefix(own) === address) lo.delete(own)
  host.disk.delete(interfacesFile(address))
  const text = host.disk.get(SYSCTL_FILE)
  if (text === undefined) return
  const notes = notesOf(text).filter((line) => line !== `# holds ${address}`)
  if (notes.some((line) => line.startsWith("# holds ")) || [...lo].some((own) => !own.includes(":"))) {
    host.disk.set(SYSCTL_FILE, sysctlText(notes, arp))
    return
  }
  host.disk.delete(SYSCTL_FILE)
  const [, ignore = "0", announce = "0"] = /^# before (\d+) (\d+)$/m.exec(text) ?? []
  Object.assign(arp, { ignore: Number(ignore), announce: Number(announce) })
}
function arping(machine: Machine, address: string): Begun {
  const { host } = machine
  const own = [...host.addresses, ...machine.lo].map(withoutPrefix)
  if (own.includes(address)) return answer("moyai.own\n")
  const others = [...rackOf(machine).values()].filter((other) => other !== machine && host.power?.isOn(other.host.node))
  const heard = others.filter((other) => answersArp(other, address))
  const lines = heard.map((other) => `Unicast reply from ${address} [${macOf(other.host).toUpperCase()}]  0.549ms`)
  const said = [`ARPING ${address} from ${own[0]} eth0`, ...lines, "Sent 3 probes (3 broadcast(s))", `Received ${lines.length} response(s)`]
  return { ...answer(`${said.join("\n")}\nmoyai.end\n`), takesMs: 2_000 }
}
const ruleOf = ([, address = "", protocol = "", port = "", mark = ""]: readonly string[]): string =>
  `ip daddr ${address} ${protocol} dport ${port} redirect comment "${mark}"`

/** What the disk brings back at boot: sysctl.d first, then the interfaces. */
function booted(host: SimHost): Machine {
  const setting = (name: string) =>
    Number(new RegExp(`^net\\.ipv4\\.conf\\.all\\.${name} = (\\d)$`, "m").exec(host.disk.get(SYSCTL_FILE) ?? "")?.[1] ?? 0)
  const kept = [...host.disk].flatMap(([path, text]) =>
    path.startsWith("/etc/network/interfaces.d/moyai-") ? [/ replace (\S+) dev lo/.exec(text)?.[1] ?? ""] : [],
  )
  return {
    host,
    lo: new Set(kept.filter((a) => a !== "")),
    rules: new Set(),
    arp: { ignore: setting("arp_ignore"), announce: setting("arp_announce") },
  }
}
/** A real server of a pretend rack: Debian with ifupdown. */
export const simulate: Simulate = (host) => {
  const machine = booted(host)
  rackOf(machine)
  const scripts: Readonly<Record<string, (args: readonly string[]) => Begun>> = {
    "moyai-realserver": () => answer(stateText(machine)),
    "moyai-arping": ([address = ""]) => arping(machine, address),
    "moyai-quiet": () => effect(() => quiet(machine)),
    "moyai-hold": ([, address = ""]) =>
      address.includes(".") && (machine.arp.ignore < 1 || machine.arp.announce < 2)
        ? answer("", 1, `arp_ignore and arp_announce are not set: this machine would answer ARP for ${address}\n`)
        : effect(() => hold(machine, address)),
    "moyai-release": ([, address = ""]) => effect(() => release(machine, address)),
    "moyai-redirect": (args) => effect(() => machine.rules.add(ruleOf(args))),
    "moyai-unredirect": (args) => effect(() => machine.rules.delete(ruleOf(args))),
  }
  const begin = (argv: readonly string[]): Begun | undefined => {
    const name = argv[0] === "sh" && argv[1] === "-c" ? (argv[3] ?? "") : ""
    return Object.hasOwn(scripts, name) ? scripts[name]?.(argv.slice(4)) : undefined
  }
  return { begin, held: () => [] }
}
