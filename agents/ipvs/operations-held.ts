import { canonical } from "../../lib/domain/balancer-address"
import { HeldAddresses } from "../../lib/domain/balancer-live"
import { sh } from "../../lib/node/sh"
import { defineOperation, type Fact } from "../contract"
import { wholeText } from "./parse-facts"
import { Address } from "./schema"

export const HELD_UNIT = "moyai-addresses.service"
export const HELD_FILE = `/etc/systemd/system/${HELD_UNIT}`
const PATHS = "PATH=$PATH:/usr/sbin:/sbin; LC_ALL=C; export PATH LC_ALL"
const READ = `
${PATHS}
if [ -r "$1" ]; then
  sed -n 's|^ExecStart=.*ip address replace \\([0-9a-f.:]*\\)/[0-9]* dev .*|kept=\\1|p' "$1"
  if systemctl is-enabled --quiet ${HELD_UNIT} 2>/dev/null; then echo atBoot=1; fi
fi
ip -o addr | sed -n 's|^[0-9]*: \\([^ @]*\\)[^ ]* *inet6\\{0,1\\} \\([0-9a-f.:]*\\).*|\\1 \\2|p' | sed '/^lo /d; s/.* /here=/'
echo moyai.end`
/** Fact `ipvs.held`. */
export const held: Fact<HeldAddresses> = {
  name: "ipvs.held",
  command: sh`sh -c ${READ} moyai-held ${HELD_FILE}`,
  parse: (result) => {
    const text = wholeText("the addresses", result)
    const all = (key: string) => [...text.matchAll(new RegExp(`^${key}=([0-9a-f.:]{2,45})$`, "gm"))].map(([, one = ""]) => canonical(one))
    return HeldAddresses.parse({ kept: all("kept"), here: all("here"), isAtBoot: /^atBoot=1$/m.test(text) })
  },
  everyMs: 30_000,
}

/** Every line of ours but those of one address, and one more if it is to stay. Without any, the unit goes. */
const UNIT = `
unit() {
  lines=$(sed -n '/^ExecStart=/p' "$file" 2>/dev/null | grep -vF -- " address replace $address/" || :)
  [ -z "$1" ] || lines=$(printf '%s\\n%s' "$lines" "ExecStart=$1" | sed '/^$/d')
  if [ -z "$lines" ]; then
    [ ! -e "$file" ] || { systemctl disable --quiet ${HELD_UNIT}; rm -f "$file"; systemctl daemon-reload; }
    return
  fi
  new=$(mktemp "$file.XXXXXX") || return
  {
    printf '%s\\n' '[Unit]' 'Description=Moyai: service addresses that no VRRP moves' 'Wants=network-online.target' 'After=network-online.target' 'Before=keepalived.service'
    printf '%s\\n' '[Service]' 'Type=oneshot' 'RemainAfterExit=yes'
    printf '%s\\n' "$lines" '[Install]' 'WantedBy=multi-user.target'
  } >"$new" && chmod 644 "$new" && mv -f "$new" "$file" || return
  systemctl daemon-reload && systemctl enable --quiet ${HELD_UNIT}
}`
/**
 * On the interface by which it is reached, as one host: a wider mask would be a second network there. Who has it already keeps it.
 * An IPv6 address is deprecated at once, as keepalived's own are: it is answered at, and nothing is sent from it by itself (RFC 6724 would
 * prefer its 128 bits, and a check sent from it reaches no real server that has it on lo).
 */
const HOLD = `
${PATHS}
address=$1 prefix=$2 file=$3
${UNIT}
dev=$(ip -o addr | sed -n 's|^[0-9]*: \\([^ @]*\\)[^ ]* *inet6\\{0,1\\} \\([0-9a-f.:]*\\).*|\\1 \\2|p' | sed -n "/^lo /d; s/ $address\\$//p" | head -n 1)
if [ -z "$dev" ]; then
  route=$(ip -o route get "$address" 2>/dev/null) || { echo "no interface leads to $address" >&2; exit 1; }
  case $route in local*) echo "$address is on lo here, as a real server has it" >&2; exit 1 ;; esac
  dev=$(printf '%s\\n' "$route" | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p')
  # Two programs are called arping, and one ends the other way round: the kernel's own answer is asked for, by whatever sends a packet.
  ip neigh flush to "$address" dev "$dev" 2>/dev/null
  ping -n -c 2 -i 0.5 -W 1 -I "$dev" "$address" >/dev/null 2>&1
  [ $? -ne 127 ] || { echo "ping is not installed: nobody can say whether another machine has $address" >&2; exit 1; }
  if ip neigh show to "$address" dev "$dev" | grep -q lladdr; then echo "another machine answers for $address on $dev" >&2; exit 1; fi
fi
case $address in *:*) life=" preferred_lft 0" ;; *) life= ;; esac
ip address replace "$address/$prefix" dev "$dev" $life || exit
n=0
while [ $n -lt 30 ] && ip -o address show dev "$dev" to "$address" tentative | grep -q .; do sleep 0.1; n=$((n + 1)); done
if ip -o address show dev "$dev" to "$address" dadfailed | grep -q .; then
  ip address del "$address/$prefix" dev "$dev"
  echo "another machine answers for $address on $dev" >&2; exit 1
fi
unit "$(command -v ip) address replace $address/$prefix dev $dev$life" || exit
case $address in *:*) ;; *) if command -v arping >/dev/null 2>&1; then arping -q -U -c 2 -w 3 -I "$dev" "$address" >/dev/null 2>&1 || :; fi ;; esac`
const DROP = `
${PATHS}
address=$1 prefix=$2 file=$3
${UNIT}
dev=$(sed -n "s|^ExecStart=.* address replace $address/$prefix dev \\([^ ]*\\).*|\\1|p" "$file" 2>/dev/null | head -n 1)
unit "" || exit
[ -n "$dev" ] && ip -o addr show dev "$dev" 2>/dev/null | grep -qF " $address/$prefix " || exit 0
ip address del "$address/$prefix" dev "$dev"`
const prefixOf = (address: string): number => (address.includes(":") ? 128 : 32)
/** Of a director whose addresses no VRRP moves. */
export const holdAddress = defineOperation({
  name: "holdAddress",
  params: Address,
  timeoutMs: () => 60_000,
  sentence: ({ address }) => ({ code: "ipvsHold", params: { address: `${address}/${prefixOf(address)}` } }),
  command: ({ address }) => ({
    ...sh`sh -c ${HOLD} moyai-hold-address ${address} ${prefixOf(address)} ${HELD_FILE}`,
    masked: `ip address replace ${address}/${prefixOf(address)} dev …; systemctl enable ${HELD_UNIT}`,
  }),
  fact: () => held,
  settled: ({ kept, here, isAtBoot }, { address }) => kept.includes(address) && here.includes(address) && isAtBoot,
})
export const dropAddress = defineOperation({
  name: "dropAddress",
  params: Address,
  timeoutMs: () => 60_000,
  sentence: ({ address }) => ({ code: "ipvsDrop", params: { address } }),
  command: ({ address }) => ({
    ...sh`sh -c ${DROP} moyai-drop-address ${address} ${prefixOf(address)} ${HELD_FILE}`,
    masked: `ip address del ${address}/${prefixOf(address)} dev …`,
  }),
  fact: () => held,
  settled: ({ kept }, { address }) => !kept.includes(address),
})
