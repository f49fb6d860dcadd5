import { sh } from "../../lib/node/sh"
import type { Fact } from "../contract"
import {
  parseAddresses,
  parseClock,
  parseIdentity,
  parseLoad,
  parseMemory,
  parseOs,
  parseSees,
  parseTools,
  parseUnitsAtBoot,
  parseUptime,
} from "./parse"

const FAST_MS = 5_000
const SLOW_MS = 600_000

// One command a fact. `$0` names it, for the eye in `ps` and for the simulator. `tr` keeps a hostile hostname to one line.
const IDENTITY = `
echo "hostname=$(uname -n)"
echo "machineId=$(cat /etc/machine-id 2>/dev/null)"
echo "bootId=$(cat /proc/sys/kernel/random/boot_id)"
echo "own=$(getent ahosts "$(uname -n)" 2>/dev/null | cut -d' ' -f1 | tr '\\n' ' ')"`
const OS = `
echo "moyai.kernel=$(uname -r)"
echo "moyai.cpus=$(getconf _NPROCESSORS_ONLN 2>/dev/null || grep -c ^processor /proc/cpuinfo)"
cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release 2>/dev/null || :`
// A login that is not root's may lack the directories of system tools.
const TOOLS = `
PATH=$PATH:/usr/sbin:/sbin
for tool do
  case $tool in
    /*) [ -e "$tool" ] && echo "$tool" ;;
    *) command -v "$tool" >/dev/null 2>&1 && echo "$tool" ;;
  esac
done
echo moyai.end`

// All at once, for a second is long. An address of one's own, or one behind a router, says nothing by ARP.
const SEES = `
PATH=$PATH:/usr/sbin:/sbin
for a do
  { ping -n -q -c 2 -i 0.3 -W 1 "$a" >/dev/null 2>&1; echo "$a ping $?"; } &
  {
    route=$(ip -o route get "$a" 2>/dev/null) dev=
    case $route in
      local*) echo "$a self 0" ;;
      *" via "*) ;;
      *) dev=$(printf '%s\\n' "$route" | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p') ;;
    esac
    [ -z "$dev" ] || { arping -q -f -c 2 -w 1 -I "$dev" "$a" >/dev/null 2>&1; echo "$a arp $?"; }
  } &
done
wait
echo moyai.end`

/** What drivers of today and tomorrow need, and what a node is checked for before it is added. */
export const tools = [
  "systemctl",
  "journalctl",
  "ip",
  "arping",
  "sudo",
  "sha256sum",
  "/usr/lib/ocf/resource.d/heartbeat",
  "keepalived",
  "ipvsadm",
  "virsh",
  "xl",
  "drbdadm",
  "crm_mon",
  "clusvcadm",
] as const

export const identity: Fact<ReturnType<typeof parseIdentity>> = {
  name: "system.identity",
  command: sh`sh -c ${IDENTITY} moyai-identity`,
  parse: parseIdentity,
  everyMs: 30_000,
}
export const os: Fact<ReturnType<typeof parseOs>> = {
  name: "system.os",
  command: sh`sh -c ${OS} moyai-os`,
  parse: parseOs,
  everyMs: SLOW_MS,
}
export const load: Fact<ReturnType<typeof parseLoad>> = {
  name: "system.load",
  command: sh`cat /proc/loadavg`,
  parse: parseLoad,
  everyMs: FAST_MS,
  isVolatile: true,
}
export const memory: Fact<ReturnType<typeof parseMemory>> = {
  name: "system.memory",
  command: sh`cat /proc/meminfo`,
  parse: parseMemory,
  everyMs: FAST_MS,
  isVolatile: true,
}
export const uptime: Fact<ReturnType<typeof parseUptime>> = {
  name: "system.uptime",
  command: sh`cat /proc/uptime`,
  parse: parseUptime,
  everyMs: 30_000,
  isVolatile: true,
}
export const addresses: Fact<ReturnType<typeof parseAddresses>> = {
  name: "system.addresses",
  command: sh`ip -j addr`,
  parse: parseAddresses,
  everyMs: 10_000,
}
export const clock: Fact<ReturnType<typeof parseClock>> = {
  name: "system.clock",
  command: sh`date +%s.%N`,
  parse: parseClock,
  everyMs: 30_000,
  isVolatile: true,
}
export const toolsThere: Fact<Readonly<Record<string, boolean>>> = {
  name: "system.tools",
  command: sh`sh -c ${TOOLS} moyai-tools ${tools}`,
  parse: parseTools(tools),
  everyMs: SLOW_MS,
}
/** On demand, not on schedule: units that the node starts by itself when it boots. */
export const unitsAtBoot: Fact<ReturnType<typeof parseUnitsAtBoot>> = {
  name: "system.unitsAtBoot",
  command: sh`systemctl list-unit-files --state=enabled,enabled-runtime --plain --no-legend --no-pager`,
  parse: parseUnitsAtBoot,
  everyMs: SLOW_MS,
}
/** Asked of another member: does it see this machine? By ping and, on its own link, by ARP. */
export const sees = (addresses: readonly string[]): Fact<ReturnType<ReturnType<typeof parseSees>>> => ({
  name: "system.sees",
  command: sh`sh -c ${SEES} moyai-sees ${addresses}`,
  parse: parseSees(addresses),
  everyMs: 1_000,
  timeoutMs: 4_000,
})
export const scheduled: readonly Fact[] = [identity, os, load, memory, uptime, addresses, clock, toolsThere]
