import { balancerSchema } from "../../lib/domain/balancer"
import { familyOf } from "../../lib/domain/balancer-address"
import type { ImportResult } from "../../lib/domain/balancer-import"
import { type Asked, ask, numberIn, prefixOf, type Reader, reader } from "./reader"
import { readLvsCf, type Section } from "./text"
import { asComment, given, isActive, type Vip, vipOf, virtualServer } from "./virtual"

/** Keys of the file that keepalived has nothing for. */
const withoutSuccessor = `serial_no service primary_shared backup_shared backup_private primary_private heartbeat heartbeat_port keepalive
  reservation_conflict_action debug_level rsh_command hard_shutdown monitor_links active_cmd inactive_cmd ipvsadm sync`.split(/\s+/)
/** The router id of what had none: the number that keepalived's own examples have. */
const ROUTER_ID = 51

const vipFields = ({ address, prefix, device, label }: Vip, own: string) =>
  given({
    address,
    prefix,
    interface: device === own ? undefined : device,
    label: label !== undefined && label.length <= 15 ? label : undefined,
  })
function unique(vips: readonly Vip[]): readonly Vip[] {
  return [...new Map(vips.toReversed().map((vip) => [vip.address, vip] as const)).values()].toReversed()
}
/** One VRRP instance for all the addresses, since pulse moved all of them at once; who comes back stays standby, as with pulse. */
function instanceOf(
  asked: Asked,
  vips: readonly Vip[],
  pair: { readonly own: string; readonly other: string | undefined; readonly isFirst: boolean },
) {
  const device = vips[0]?.device ?? "eth0"
  const deadtime = asked.value("deadtime", numberIn, "number of seconds", "directors.0.instances.0.advertInterval") ?? 5
  const isUnicast = pair.other !== undefined && familyOf(pair.own) !== undefined && familyOf(pair.other) !== undefined
  return given({
    name: "VI_1",
    state: "BACKUP",
    interface: device,
    routerId: ROUTER_ID,
    priority: pair.isFirst ? 150 : 100,
    advertInterval: Math.min(255, Math.max(1, Math.round(deadtime / 3))),
    nopreempt: pair.other === undefined ? undefined : true,
    unicastSource: isUnicast ? pair.own : undefined,
    unicastPeers: isUnicast ? [{ address: pair.other }] : undefined,
    addresses: vips.map((vip) => vipFields(vip, device)),
  })
}
function globalOf(asked: Asked, own: string, scripts: boolean, kept: unknown) {
  const isSynced = asked.words("syncdaemon", "directors.0.global.syncDaemon")?.[0] === "1"
  const [device, id] = [asked.words("syncd_iface")?.[0] ?? "eth0", asked.value("syncd_id", numberIn, "number") ?? 0]
  const [tcp, tcpfin, udp] = ["tcp_timeout", "tcpfin_timeout", "udp_timeout"].map((key) => asked.value(key, numberIn, "number of seconds"))
  const timeouts = given({ tcp: tcp || undefined, tcpfin: tcpfin || undefined, udp: udp || undefined })
  return given({
    routerId: own === "" ? undefined : own,
    enableScriptSecurity: scripts ? true : undefined,
    scriptUser: scripts ? { user: "root" } : undefined,
    syncDaemon: isSynced ? { interface: device, instance: "VI_1", id: id & 255 } : undefined,
    timeouts: Object.keys(timeouts).length === 0 ? undefined : timeouts,
    kept,
  })
}
const methods: Readonly<Record<string, string>> = { nat: "nat", direct: "direct", tunnel: "tunnel" }
function modelOf(root: Section, into: Reader): unknown {
  const asked = ask(root, into)
  const method = asked.value("network", (word) => methods[word], "method of forwarding") ?? "direct"
  const active = root.sections.filter((one) => one.kind === "virtual" && isActive(one, true))
  const off = root.sections.filter((one) => one.kind !== "virtual" || !isActive(one, true)).flatMap((one) => asComment(one, into))
  const made = active.map((one, i) => virtualServer(one, method, into, `virtualServers.${i}`))
  const router = vipOf(asked.words("nat_router"), prefixOf(asked.words("nat_nmask")?.[0]))
  const vips = made.flatMap(({ vip, mask }) =>
    vip ? [{ ...vip, ...(prefixOf(mask) === undefined ? {} : { prefix: prefixOf(mask) ?? 32 }) }] : [],
  )
  const all = unique(method === "nat" && router ? [...vips, router] : vips)
  const primary = asked.words("primary", "directors.0")?.[0] ?? ""
  const backup = asked.words("backup", "directors.1")?.[0]
  const isPair = asked.words("backup_active")?.[0] === "1" && backup !== undefined && backup !== "0.0.0.0"
  const scripts = made.some(({ fields }) => JSON.stringify(fields).includes('"kind":"misc"'))
  const director = (own: string, other: string | undefined, isFirst: boolean, kept: unknown) => ({
    global: globalOf(asked, own, scripts, kept),
    instances: all.length === 0 ? [] : [instanceOf(asked, all, { own, other, isFirst })],
  })
  const first = director(primary, isPair ? backup : undefined, true, [])
  const second = isPair ? [director(backup, primary, false, [])] : []
  const kept = [...asked.left(withoutSuccessor), ...off]
  return { directors: [{ ...first, global: { ...first.global, kept } }, ...second], virtualServers: made.map(({ fields }) => fields) }
}
/** Piranha's lvs.cf as a pair of directors for keepalived, and what of it has no successor; never throws. */
export function parseLvsCf(text: string): ImportResult {
  const document = readLvsCf(text)
  if (!document.ok) return document
  const into = reader()
  const balancer = balancerSchema.safeParse(modelOf(document.value, into))
  if (!balancer.success) {
    const [issue] = balancer.error.issues
    return { ok: false, error: { line: 1, code: "modelUnfit", text: `${issue?.path.join(".")}: ${issue?.message}` } }
  }
  const byLine = (a: { readonly line: number }, b: { readonly line: number }) => a.line - b.line
  const { understood, verbatim, notUnderstood, cautions, lines } = into
  return {
    ok: true,
    value: {
      balancer: balancer.data,
      understood,
      verbatim: verbatim.toSorted(byLine),
      notUnderstood: notUnderstood.toSorted(byLine),
      cautions,
      lines,
    },
  }
}
