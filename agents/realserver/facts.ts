import type { RealServerState } from "../../lib/domain/balancer-live"
import { sh } from "../../lib/node/sh"
import type { Fact } from "../contract"
import { parseArping, parseState } from "./parse"
import { NFT_FILE, SYSCTL_FILE } from "./schema"

/**
 * One look at all of it. Lines of other people's making have a blank before them, so that none is taken for a heading.
 * What nft does not show are rules of the old iptables, whose module tells that it is there. A filter that is cut says so.
 */
const STATE = `
PATH=$PATH:/usr/sbin:/sbin
LC_ALL=C
export PATH LC_ALL
echo moyai.addresses
ip -j addr show
echo moyai.conf
cd /proc/sys/net/ipv4/conf && grep -H . */arp_ignore */arp_announce */rp_filter
echo moyai.forwards
cat /proc/sys/net/ipv4/ip_forward
cat /proc/sys/net/ipv6/conf/all/forwarding 2>/dev/null || echo 0
echo moyai.route4
ip -j -4 route show default
echo moyai.route6
ip -j -6 route show default 2>/dev/null
echo moyai.listening
if command -v ss >/dev/null 2>&1; then ss -ltn; ss -lun; fi
rules() {
  if command -v nft >/dev/null 2>&1; then nft -s list ruleset 2>/dev/null || return 1
  elif command -v iptables-save >/dev/null 2>&1; then iptables-save 2>/dev/null || return 1; ip6tables-save 2>/dev/null || :; return 0
  else return 1; fi
  for v in ip ip6; do
    [ -n "$(cat /proc/net/\${v}_tables_names 2>/dev/null)" ] || continue
    command -v \${v}tables-legacy-save >/dev/null 2>&1 || return 1
    \${v}tables-legacy-save 2>/dev/null || return 1
  done
}
if text=$(rules); then
  echo moyai.filter
  printf '%s\\n' "$text" | grep -v '^# \\(Generated\\|Completed\\)' | head -c 65536 | sed 's/^/ /'
  [ \${#text} -lt 65536 ] || printf '\\n # moyai.cut\\n'
fi
for file in ${SYSCTL_FILE} ${NFT_FILE} /etc/network/interfaces.d/moyai-*; do
  [ -f "$file" ] || continue
  echo "moyai.file $file"
  head -c 4096 "$file" | sed 's/^/ /'
  echo
done
from='^[[:space:]]*source\\(-directory\\)\\{0,1\\}[[:space:]]\\{1,\\}\\(/etc/network/\\)\\{0,1\\}interfaces\\.d'
if command -v ifup >/dev/null 2>&1 && grep -q "$from" /etc/network/interfaces 2>/dev/null; then echo moyai.ifupdown; fi
echo moyai.end`

export const realServerState: Fact<RealServerState> = {
  name: "realserver.state",
  command: sh`sh -c ${STATE} moyai-realserver`,
  parse: parseState,
  everyMs: 10_000,
}

// -b: without it only the first request is for everybody, and a slow second machine could be missed.
const ARPING = `
PATH=$PATH:/usr/sbin:/sbin
a=$1
command -v arping >/dev/null 2>&1 || { echo moyai.missing; exit 0; }
route=$(ip -o route get "$a" 2>/dev/null)
case $route in
  local*) echo moyai.own; exit 0 ;;
  *" via "*|"") echo moyai.far; exit 0 ;;
esac
dev=$(printf '%s\\n' "$route" | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p')
arping -b -c 3 -w 3 -I "$dev" "$a" 2>&1
echo moyai.end`
export type ArpAnswers = { readonly address: string; readonly macs: readonly string[] }
/** Which machines answer ARP for an address, asked from here; the parser throws where that cannot be asked. When somebody wants to know. */
export const arpAnswers = (address: string): Fact<ArpAnswers> => ({
  name: `realserver.arp:${address}`,
  command: sh`sh -c ${ARPING} moyai-arping ${address}`,
  parse: parseArping(address),
  everyMs: 60_000,
  timeoutMs: 6_000,
})
