import type { LiveReal, LiveTable } from "../lib/domain/balancer-live"
import type { CommandResult } from "../lib/node/session"
import { lineOf } from "./agent-line"
import { hexService, hexTarget } from "./ipvs-hex"
import { type KernelService, readListed, told } from "./ipvs-listed"

/**
 * Lines of a shell script: the kernel's table with its blanks squeezed (half the bytes), and where it says persistence the ticks of a second, in which it does.
 * Not `ipvsadm -L`, which would load the module and is 8 times slower with 10,000 real servers (lab/lvs.md), but where the kernel leaves
 * services out: /proc is given by pages, and each page skips as many services as other network namespaces had on the page before (seen on
 * 6.1). How many there are in all, the schedulers' modules know.
 */
export const IPVS_TABLE = `
table= hz=
[ ! -e /proc/net/ip_vs ] || table=$(tr -s ' ' </proc/net/ip_vs)
case $table in *" persistent "*)
  read -r release </proc/sys/kernel/osrelease
  hz=$(grep -m 1 '^CONFIG_HZ=' "/boot/config-$release" 2>/dev/null || { [ -r /proc/config.gz ] && zcat /proc/config.gz | grep -m 1 '^CONFIG_HZ='; }) ;;
esac
echo "moyai.hz=\${hz#CONFIG_HZ=}"
if [ -n "$table" ]; then
  all=0
  if [ \${#table} -gt 2000 ]; then
    for module in /sys/module/ip_vs_*; do
      case $module in *_ftp|*_pe_*) continue ;; esac
      read -r n <"$module/refcnt" && all=$((all + n))
    done 2>/dev/null
    [ $all -le "$(printf '%s\\n' "$table" | grep -c '^[TUSF]')" ] || {
      echo moyai.list
      table=$(PATH=$PATH:/usr/sbin:/sbin ipvsadm -Ln | tr -s ' ')
    }
  fi
  printf '%s\\n' "$table"
fi
echo moyai.table`

/** `hz`: ticks of a second; null where the kernel does not say. */
export type KernelTable = { readonly hz: number | null; readonly services: readonly KernelService[] }

const MAX_CHARACTERS = 2 * 1024 * 1024
const methods: Readonly<Record<string, LiveReal["method"]>> = { Masq: "nat", Route: "direct", Tunnel: "tunnel", Local: "local" }
const real = /^ -> (?:([0-9A-F]{8}):([0-9A-F]{4})|(\S+)) (Masq|Route|Tunnel|Local) (\d{1,10}) (\d{1,10}) (\d{1,10}) ?$/
const service = /^(TCP|UDP|SCTP|FWM) (\S+) ([a-z][\w-]{0,15}) ?(ops )?(?:persistent (\d{1,12}) ([0-9A-F]{8}))? ?$/
const head = /^(?:IP Virtual Server version |Prot LocalAddress:Port| -> RemoteAddress:Port)/

/** Of IPv4 as its bytes, of IPv6 a length in the first of them; null for one client a time. */
function maskOf(hex: string | undefined, isSix: boolean): string | null {
  if (hex === undefined) return null
  const bytes = [0, 2, 4, 6].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
  if (isSix) return bytes[0] === 128 ? null : String(bytes[0])
  return hex === "FFFFFFFF" ? null : bytes.join(".")
}
/** The quick way, for there may be 10,000 of them every second. */
function endIn(four: string | undefined, port: string | undefined, other: string | undefined) {
  if (four === undefined) {
    const end = hexTarget(other ?? "")
    if (typeof end === "string") throw new Error(lineOf(end))
    return end
  }
  const n = Number.parseInt(four, 16)
  return { address: `${n >>> 24}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`, port: Number.parseInt(port ?? "", 16) }
}
function realIn([, four, port, other, way = "", weight, active, inactive]: readonly (string | undefined)[]): LiveReal {
  const { address, port: at } = endIn(four, port, other)
  return { address, port: at, method: methods[way] ?? "local", weight: Number(weight), active: Number(active), inactive: Number(inactive) }
}
/** A service by mark does not say its family here: that of its real servers, as the list of ipvsadm has it. */
function serviceIn(
  [, kind = "", said = "", scheduler = "", ops, ticks, mask]: readonly string[],
  reals: readonly LiveReal[],
): KernelService {
  const found = hexService(kind, said)
  if (typeof found === "string") throw new Error(lineOf(found))
  const isSix = (found.kind === "address" ? found.address : (reals[0]?.address ?? "")).includes(":")
  const named = found.kind === "mark" && isSix ? { ...found, family: "inet6" as const } : found
  return {
    ...told(named),
    scheduler,
    onePacket: ops !== undefined,
    ticks: ticks === undefined ? null : Number(ticks),
    mask: maskOf(mask, isSix),
    realServers: [...reals],
  }
}
type Draft = { readonly words: readonly string[]; readonly reals: LiveReal[] }
function takeLine(drafts: Draft[], line: string): void {
  const server = line.startsWith(" ->") ? real.exec(line) : null
  if (server) {
    const last = drafts.at(-1)
    if (!last) throw new Error("/proc/net/ip_vs begins with a real server")
    last.reals.push(realIn(server))
    return
  }
  const words = service.exec(line)
  if (words) drafts.push({ words, reals: [] })
  else if (line !== "" && !line.startsWith("moyai.") && !head.test(line)) throw new Error(`/proc/net/ip_vs says: ${lineOf(line)}`)
}
/** @throws Error with a plain sentence on a line that the kernel does not write. Real servers come in the order in which they were added. */
export function readKernelTable(text: string): KernelTable {
  const list = /^(?:moyai\.hz=.*\n)?moyai\.list\n/.exec(text)
  if (list) return { hz: 1, services: readListed(text.slice(list[0].length)) }
  const hz = /^moyai\.hz=(\d{2,4})$/m.exec(text.slice(0, 200))?.[1]
  const drafts: Draft[] = []
  for (const line of text.split("\n")) takeLine(drafts, line)
  return { hz: hz === undefined ? null : Number(hz), services: drafts.map(({ words, reals }) => serviceIn(words, reals.reverse())) }
}
/** The part of an answer that IPVS_TABLE made. @throws Error when it is not whole. */
export function kernelTableIn({ exitCode, stdout, stderr, truncated }: CommandResult): KernelTable {
  if (stdout.length > MAX_CHARACTERS || truncated) throw new Error("/proc/net/ip_vs is longer than 1 MiB")
  const from = `\n${stdout.slice(0, 4_096)}`.indexOf("\nmoyai.hz=")
  const until = stdout.indexOf("\nmoyai.table\n") + 1
  if (from < 0 || until <= from) throw new Error(`/proc/net/ip_vs was not read (exit code ${exitCode}) ${lineOf(stderr)}`.trim())
  return readKernelTable(stdout.slice(from, until))
}
const HZ = 250
/** @param hz for a kernel that does not say its own: Debian's by default */
export const liveTable = ({ hz, services }: KernelTable, otherwise = HZ): LiveTable =>
  services.map(({ ticks, mask: _, ...one }) => ({ ...one, persistence: ticks === null ? null : Math.round(ticks / (hz ?? otherwise)) }))
/** What the table may mean: one reading where the kernel says its ticks, else one for each that kernels are built with. */
export const possibleTables = (table: KernelTable): readonly LiveTable[] =>
  table.hz !== null || table.services.every(({ ticks }) => ticks === null)
    ? [liveTable(table)]
    : [250, 1000, 100, 300].map((hz) => liveTable(table, hz))
